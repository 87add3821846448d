"""What a station's signs mean, in words: pure texts and matching."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from laddnav.stations.model.conduct import Finding, Reason, Sign
from laddnav.stations.model.quirk import KnownQuirk, Language, Manners, Traits, Words
from laddnav.stations.model.station import StationSettings
from laddnav.stations.rules import quirks as matching

_TOLERATED: Final = Words(
    en="It is taken as it is meant, and counted.", sv="Det tas som det är menat, och räknas."
)
_REFUSED: Final = Words(
    en="It is answered with the error of its version, and counted.",
    sv="Det besvaras med versionens felkod, och räknas.",
)
_COUNTED: Final = Words(en="It is counted, nothing more.", sv="Det räknas, inget mer.")
_TURNED_AWAY: Final = Words(
    en="It was not let in; `laddnav doctor station` says what to set.",
    sv="Den släpptes inte in; `laddnav doctor station` säger vad som ska ställas in.",
)

_COMES_AGAIN: Final = Words(
    en="It was not let in then. This is no fault of the station: it comes again by itself.",
    sv="Den släpptes inte in då. Det är inte stationens fel: den kommer igen av sig själv.",
)

_MEANINGS: Final[Mapping[str, Words]] = {
    "malformed": Words(
        en="It sends what is no message at all", sv="Den skickar sådant som inte är meddelanden"
    ),
    "malformed FormatViolation": Words(
        en="It sends text that is no proper JSON message",
        sv="Den skickar text som inte är något riktigt JSON-meddelande",
    ),
    "malformed MessageTypeNotSupported": Words(
        en="It sends messages of a type that its version does not know",
        sv="Den skickar meddelanden av en typ som dess version inte känner",
    ),
    "malformed NotImplemented": Words(
        en="It sends actions that its version does not know",
        sv="Den skickar åtgärder som dess version inte känner",
    ),
    "malformed NotSupported": Words(
        en="It sends what its version does not let a station send",
        sv="Den skickar sådant som dess version inte låter en station skicka",
    ),
    "malformed ProtocolError": Words(
        en="It sends messages that are incomplete",
        sv="Den skickar meddelanden som är ofullständiga",
    ),
    "refused": Words(
        en="It sends messages that had to be refused", sv="Den skickar meddelanden som avvisas"
    ),
    "answer_unfit": Words(
        en="Its answers are not what was asked for", sv="Dess svar är inte vad som efterfrågades"
    ),
    "answer_refused": Words(
        en="It says that our answer was wrong", sv="Den säger att vårt svar var fel"
    ),
    "queue_full": Words(
        en="It sends faster than it can be answered", sv="Den skickar fortare än den kan besvaras"
    ),
    "no_utf8": Words(en="Its text is no UTF-8", sv="Dess text är inte UTF-8"),
    "extra_elements": Words(
        en="Its messages have more parts than allowed", sv="Dess meddelanden har för många delar"
    ),
    "lone_surrogate": Words(en="Its text has broken characters", sv="Dess text har trasiga tecken"),
    "payload_absent": Words(
        en="It leaves the contents of messages out", sv="Den utelämnar meddelandens innehåll"
    ),
    "unknown_message_type": Words(
        en="It sends messages of a kind that no version knows",
        sv="Den skickar meddelanden av ett slag som ingen version känner",
    ),
    "not_sendable": Words(
        en="It wants no answer to what every version answers",
        sv="Den vill inte ha svar på det som varje version besvarar",
    ),
    "not_text": Words(
        en="It sends lists or objects where texts are required",
        sv="Den skickar listor eller objekt där texter krävs",
    ),
    "unusable": Words(
        en="It sends values that mean nothing", sv="Den skickar värden som inte betyder något"
    ),
    "missing": Words(en="It leaves out what is required", sv="Den utelämnar det som krävs"),
    "doubt": Words(
        en="Its sessions leave a doubt", sv="Dess sessioner lämnar ett tvivel"
    ),
    "refusal": Words(en="It was refused at the door", sv="Den avvisades vid dörren"),
    "refusal identity_in_use": Words(
        en="Its identity was used a second time while it was connected",
        sv="Dess identitet användes en andra gång medan den var ansluten",
    ),
    "refusal unknown_station": Words(
        en="It came before it was added here", sv="Den kom innan den lades till här"
    ),
    "refusal database_away": Words(
        en="It came while the database was away", sv="Den kom medan databasen var borta"
    ),
    "refusal shutting_down": Words(
        en="It came while the server was stopping", sv="Den kom medan servern stoppades"
    ),
    "refusal internal": Words(
        en="It was turned away by a fault of ours", sv="Den avvisades på grund av ett fel hos oss"
    ),
    "other": Words(
        en="It does more things wrong than are told apart",
        sv="Den gör fler saker fel än som skiljs åt",
    ),
}  # fmt: skip
_UNKNOWN: Final = Words(
    en="It does what its specification does not allow",
    sv="Den gör det som standarden inte tillåter",
)
_NO_FAULT: Final = frozenset(
    f"refusal {reason}"
    for reason in ("unknown_station", "database_away", "shutting_down", "internal")
)
_HANDLED: Final[Mapping[str, Words]] = {
    "malformed": _REFUSED,
    "refused": _REFUSED,
    "answer_refused": _COUNTED,
    "doubt": _COUNTED,
    "refusal": _TURNED_AWAY,
}
_REMEDIES: Final[Mapping[str, Words]] = {
    "refusal identity_in_use": Words(
        en="Give each station an identity of its own, or a password and security profile 1 or 2.",
        sv="Ge varje station en egen identitet, eller ett lösenord och säkerhetsprofil 1 eller 2.",
    ),
}


def findings(
    signs: Iterable[Sign],
    quirks: Sequence[KnownQuirk],
    language: Language,
    *,
    strict: bool = False,
) -> tuple[Finding, ...]:
    """Return what each sign means, in the order in which they come.

    Args:
        signs: What the station did wrong.
        quirks: Those that it may have.
        language: Of the words.
        strict: Whether nothing of it is mended.
    """
    return tuple(_finding(sign, quirks, language, strict=strict) for sign in signs)


def faults(found: Iterable[Finding]) -> int:
    """Return how many of the findings are the station's doing."""
    return sum(finding.sign.kind not in _NO_FAULT for finding in found)


def reasons(
    settings: StationSettings,
    quirks: Sequence[KnownQuirk],
    traits: Traits,
    signs: Sequence[Sign],
) -> tuple[Reason, ...]:
    """Return the quirks that are this station's: of its kind, or shown by what it did."""
    shown: dict[str, list[Sign]] = {}
    for sign in signs:
        known = matching.shown_by(sign.kind, quirks)
        if known is not None:
            shown.setdefault(known.quirk.name, []).append(sign)
    decided: set[str] = set()
    found = []
    for known in quirks:
        patterns = matching.specificity(known.quirk, traits)
        told = tuple(shown.get(known.quirk.name, ()))
        in_force = _in_force(settings, known, decided)
        if patterns is not None or told:
            found.append(Reason(known=known, patterns=patterns, signs=told, in_force=in_force))
    return tuple(found)


def _in_force(settings: StationSettings, known: KnownQuirk, decided: set[str]) -> tuple[str, ...]:
    """Return which settings a quirk decides, where those before it have decided others."""
    if settings.strict:
        return ()
    names = tuple(
        name
        for name in Manners.__struct_fields__
        if getattr(known.quirk.implies, name) is not None
        and getattr(settings, name) is None
        and name not in decided
    )
    decided.update(names)
    return names


def _finding(
    sign: Sign, quirks: Sequence[KnownQuirk], language: Language, *, strict: bool
) -> Finding:
    known = matching.shown_by(sign.kind, quirks)
    word, _, place = sign.kind.partition(" ")
    if known is not None:
        remedy = known.quirk.remedy
        handling = _REFUSED if strict and known.quirk.does == "mended" else known.quirk.handling
        return Finding(
            sign=sign,
            says=known.quirk.says.spoken(language),
            handling=handling.spoken(language),
            remedy=None if remedy is None else remedy.spoken(language),
            quirk=known,
        )
    says = _MEANINGS.get(sign.kind, _MEANINGS.get(word, _UNKNOWN)).spoken(language)
    told = _REMEDIES.get(sign.kind)
    handling = _COMES_AGAIN if sign.kind in _NO_FAULT else _HANDLED.get(word, _TOLERATED)
    return Finding(
        sign=sign,
        says=f"{says} ({place or word}).",
        handling=handling.spoken(language),
        remedy=None if told is None else told.spoken(language),
        quirk=None,
    )
