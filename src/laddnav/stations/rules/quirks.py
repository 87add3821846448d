"""Which quirks a station has, how it is spoken with for them, and which of them a sign shows."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec.structs import replace

from laddnav.stations.model.quirk import KnownQuirk, Manners, Quirk, Traits, Typed
from laddnav.stations.model.station import StationSettings

_PATTERNS = 1_024


def fits(glob: str, text: str | None) -> bool:
    """Return whether `text` is what `glob` describes: "*" is any text, case does not count."""
    if glob == "*":
        return True
    return text is not None and _compiled(glob).fullmatch(text.strip()) is not None


def applies(quirk: Quirk, traits: Traits) -> bool:
    """Return whether a station is of the kind that has a quirk."""
    return (
        fits(quirk.vendor, traits.vendor)
        and fits(quirk.model, traits.model)
        and fits(quirk.firmware, traits.firmware)
        and fits(quirk.identity, traits.identity)
    )


def is_specific(quirk: Quirk) -> bool:
    """Return whether a quirk belongs to some stations only."""
    return any(glob != "*" for glob in (quirk.vendor, quirk.model, quirk.firmware, quirk.identity))


def specificity(quirk: Quirk, traits: Traits) -> str | None:
    """Return why a quirk is this station's, in the order of its patterns; None: it is anybody's."""
    pairs = (
        ("vendor", quirk.vendor, traits.vendor),
        ("model", quirk.model, traits.model),
        ("firmware", quirk.firmware, traits.firmware),
        ("identity", quirk.identity, traits.identity),
    )
    said = [f"{name} {value!r} fits {glob!r}" for name, glob, value in pairs if glob != "*"]
    return ", ".join(said) or None


def effective(settings: StationSettings, quirks: Iterable[KnownQuirk]) -> StationSettings:
    """Return how a station is spoken with: by its own settings, then by its quirks in order.

    In strict mode no quirk counts.
    """
    if settings.strict:
        return settings
    told: dict[str, object] = {}
    for known in quirks:
        for name in Manners.__struct_fields__:
            value = getattr(known.quirk.implies, name)
            if value is not None and getattr(settings, name) is None:
                told.setdefault(name, value)
    return replace(settings, **told) if told else settings


def typed_into(quirks: Iterable[Quirk]) -> Typed:
    """Return what is typed into a charger with these quirks: the first that knows decides."""
    known = [quirk.types for quirk in quirks]
    return Typed(
        url=next((each.url for each in known if each.url is not None), None),
        password=next((each.password for each in known if each.password is not None), None),
    )


def shown_by(sign: str, quirks: Sequence[KnownQuirk]) -> KnownQuirk | None:
    """Return the quirk that a sign shows, the one of this kind of station first; None: none."""
    found = [known for known in quirks if any(fits(glob, sign) for glob in known.quirk.signs)]
    return next((known for known in found if is_specific(known.quirk)), found[0] if found else None)


@lru_cache(maxsize=_PATTERNS)
def _compiled(glob: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in glob.strip().split("*"))
    return re.compile(".*".join(parts), re.IGNORECASE | re.DOTALL)
