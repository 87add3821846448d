"""What keeps a station outside, and what to type into it: from what was seen at the door."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import islice
from typing import Final
from urllib.parse import quote

from laddnav.journal.model import Knocking, Period, Refusal, RefusalReason
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.stations.model.checkup import Attempt, Checkup, Doors, Prescription
from laddnav.stations.model.handover import Handover
from laddnav.stations.model.quirk import Typed
from laddnav.stations.model.register import StationView
from laddnav.stations.model.station import PasswordForm, SecurityProfile

_UNTOLD: Final = Typed()
_ALIKE: Final = 0.8
_LINKS: Final = 5
_TLS_FROM: Final = 2
_CERTIFICATES_FROM: Final = 3
_PROFILES: Final = {
    0: "no password: the station is believed by its name alone",
    1: "user name and password, without TLS",
    2: "TLS, user name and password",
    3: "TLS with a certificate of the station's own",
}
_FORMS: Final = {
    PasswordForm.TEXT: "It presents the password as text: type it as it was set.",
    PasswordForm.BYTES: "It presents the bytes that the hex digits spell: type the hex digits.",
}
_TYPED: Final = {"text": _FORMS[PasswordForm.TEXT], "hex": _FORMS[PasswordForm.BYTES]}
_KEY: Final = (
    "AuthorizationKey: models that ask for hex want 32 to 40 hex digits, so set such a password; "
    "all others take it as text. Either form is admitted."
)
_WORD: Final = "BasicAuthPassword: text of 16 to 40 characters."
_PASSWORDS: Final = {
    True: f"OCPP 1.6: {_KEY}",
    False: f"OCPP 2.x: {_WORD}",
    None: f"OCPP 1.6: {_KEY} OCPP 2.x: {_WORD}",
}
_ROOTS: Final = {
    True: "As CentralSystemRootCertificate.",
    False: "As CSMSRootCertificate.",
    None: "As CentralSystemRootCertificate (1.6) or CSMSRootCertificate (2.x).",
}
"""By whether a station speaks 1.6; None: nobody knows."""

_PEM: Final = (
    "`laddnav pki list authorities --json` prints it (PEM, `root` of the purpose server) if "
    "`laddnav pki server` made the certificate; else whoever issued that has it."
)
_V16: Final = "1.6"


def examine(
    key: StationKey,
    view: StationView | None,
    *,
    refusals: Sequence[Refusal],
    knocking: Sequence[Knocking],
    periods: Sequence[Period],
    doors: Doors,
    has_password: bool,
    typed: Typed = _UNTOLD,
    handover: Handover | None = None,
    organization: str = "",
) -> Checkup:
    """Return what was tried by a station, known or not, and what to type into it.

    Args:
        key: The station.
        view: What is known of it; None: nobody added it.
        refusals: Of its identity, and of its addresses before any identity was known.
        knocking: Unknown stations, for it may be among them under another name.
        periods: Its latest links, the latest first.
        doors: Where stations come in.
        has_password: Whether a password was set for it.
        typed: What is known of how its maker wants it typed.
        handover: The change of its password or profile that is under way.
        organization: That its certificate must name (A00.FR.404); "": not known.
    """
    attempts = tuple(_attempt(each, key) for each in refusals)
    return Checkup(
        identity=key.identity,
        is_known=view is not None,
        is_connected=view is not None and view.connected,
        verdict=_verdict(key, view, attempts, knocking),
        attempts=attempts,
        links=tuple(_link(period) for period in periods[:_LINKS]),
        settings=(
            *_settings(key, view, knocking, doors, typed, has_password=has_password),
            *_certificate(view, _profile(view, _knock(key, knocking)), organization),
            *_handed_over(handover),
        ),
    )


def addresses_of(
    key: StationKey,
    view: StationView | None,
    knocking: Iterable[Knocking],
    periods: Iterable[Period],
) -> tuple[str, ...]:
    """Return from where a station has come."""
    found = [period.address for period in periods]
    found += [knock.address for knock in knocking if knock.identity == key.identity]
    if view is not None and view.life.address is not None:
        found.append(view.life.address)
    return tuple(dict.fromkeys(found))[:10]


def _attempt(refusal: Refusal, key: StationKey) -> Attempt:
    return Attempt(
        first_at=refusal.first_at,
        last_at=refusal.last_at,
        count=refusal.count,
        address=refusal.address,
        reason=refusal.reason,
        detail=refusal.detail,
        remedy=VERDICTS[refusal.reason].remedy,
        is_named=refusal.identity == key.identity,
    )


def _verdict(
    key: StationKey,
    view: StationView | None,
    attempts: Sequence[Attempt],
    knocking: Sequence[Knocking],
) -> str:
    since = None if view is None else view.life.connected_at
    later = [each for each in attempts if since is None or each.last_at > since]
    refused = [each for each in later if each.is_named]
    if view is not None and view.connected:
        return _connected(view, refused)
    if refused:
        last = refused[0]
        when = _minute(last.last_at)
        text = f"Last refused at {when} from {last.address}: {last.reason.value}. {last.remedy}"
    elif since is not None:
        reason = "" if view is None else view.life.close_reason or ""
        text = f"It was connected at {_minute(since)} and has not come again"
        text += f" ({reason}). Look at its network and power." if reason else "."
    else:
        text = "Nothing has come under this identity: check the URL, the network and the firewall."
    text += _maybe(None if refused else next(iter(later), None))
    alike = _alike(key, knocking)
    if alike:
        text += f" Stations with like names knock: {', '.join(alike)}."
    return text


def _connected(view: StationView, refused: Iterable[Attempt]) -> str:
    """Return that a station is there, and whether its identity was tried by another link since."""
    text = f"It is connected from {view.life.address}"
    for each in refused:
        if each.reason is RefusalReason.IDENTITY_IN_USE:
            return f"{text}, and {each.address} comes under the same identity. {each.remedy}"
    return f"{text}: nothing needs to be done."


def _maybe(attempt: Attempt | None) -> str:
    """Return what came without an identity from a place of the station, which others may share."""
    if attempt is None:
        return ""
    came = f"{attempt.address} was refused without an identity: {attempt.reason.value}"
    return f" From where it comes, {came}. If that was this station: {attempt.remedy}"


def _alike(key: StationKey, knocking: Iterable[Knocking]) -> list[str]:
    """Return identities that may be meant: written otherwise, or nearly so."""
    likeness = SequenceMatcher(None, "", key.identity.strip().casefold(), autojunk=False)

    def is_like(name: str) -> bool:
        likeness.set_seq1(name.strip().casefold())
        bounds = (likeness.real_quick_ratio, likeness.quick_ratio, likeness.ratio)  # cheap first
        return all(bound() >= _ALIKE for bound in bounds)

    names = (knock.identity for knock in knocking if knock.identity != key.identity)
    return list(islice(filter(is_like, names), 3))


def _link(period: Period) -> str:
    end = "still open" if period.ended_at is None else f"until {_minute(period.ended_at)}"
    reason = f": {period.reason}" if period.reason else ""
    return (
        f"{_minute(period.started_at)} OCPP {period.version} from {period.address}, {end}{reason}"
    )


def _settings(
    key: StationKey,
    view: StationView | None,
    knocking: Sequence[Knocking],
    doors: Doors,
    typed: Typed,
    *,
    has_password: bool,
) -> Iterable[Prescription]:
    knock = _knock(key, knocking)
    profile = _profile(view, knock)
    yield from _addresses(key, doors, profile, typed.url)
    yield Prescription(
        name="Identity (charge point id)",
        value=key.identity,
        note="Letters count as they are written, capitals too.",
    )
    yield Prescription(name="OCPP version", value=_versions(view))
    yield Prescription(name="Security profile", value=str(profile), note=_PROFILES.get(profile, ""))
    is_old = _speaks_16(view, knock)
    note = _PASSWORDS[is_old] if typed.password is None else _TYPED[typed.password]
    yield from _password(key, view, profile, note, has_password=has_password)
    yield from _roots(doors, profile, _ROOTS[is_old])


def _knock(key: StationKey, knocking: Iterable[Knocking]) -> Knocking | None:
    return next((each for each in knocking if each.identity == key.identity), None)


def _speaks_16(view: StationView | None, knock: Knocking | None) -> bool | None:
    """Return whether a station speaks OCPP 1.6; None: it has not shown, or can do both."""
    shown = {name.casefold().removeprefix("ocpp") for name in (knock.offered if knock else ())}
    if view is not None and view.life.ocpp_version is not None:
        shown = {view.life.ocpp_version}
    if not shown or (_V16 in shown and len(shown) > 1):
        return None
    return _V16 in shown


def _profile(view: StationView | None, knock: Knocking | None) -> int:
    """Return the security profile that is set, or that suits how it knocks."""
    if view is not None:
        return view.station.security_profile.value
    is_safe = knock is not None and knock.tls
    return (SecurityProfile.TLS_BASIC if is_safe else SecurityProfile.BASIC).value


def _addresses(
    key: StationKey, doors: Doors, profile: int, form: str | None
) -> Iterator[Prescription]:
    base = doors.tls if profile >= _TLS_FROM else doors.plain or doors.tls
    if not base:
        what = "ocpp_tls" if profile >= _TLS_FROM else "ocpp"
        yield Prescription(
            name="URL", value="", note=f"No door is open for this profile: see the setting {what}."
        )
        return
    operator = "" if key.operator == DEFAULT_OPERATOR else f"/{quote(key.operator, safe='')}"
    setting = "public_ocpp_tls" if base == doors.tls else "public_ocpp"
    guess = f"HOST is this server's name as the charger reaches it: set {setting}."
    hint = guess if "//HOST:" in base else ""
    url = f"{base}/ocpp{operator}"
    whole = f"{url}/{quote(key.identity, safe='')}"
    if form is not None:
        appends = "This charger appends the identity itself." if form == "base" else ""
        note = " ".join(filter(None, (appends, hint)))
        yield Prescription(name="URL", value=url if form == "base" else whole, note=note)
        return
    yield Prescription(name="URL", value=whole, note=hint)
    yield Prescription(
        name="URL, where the maker appends the identity itself",
        value=url,
        note="Try this one if the other is refused with bad_path or unknown_station.",
    )


def _versions(view: StationView | None) -> str:
    allowed = () if view is None else view.station.settings.versions
    names = " or ".join(allowed) or "1.6 (JSON, not SOAP), 2.0.1 or 2.1"
    return f"OCPP {names}"


def _password(
    key: StationKey, view: StationView | None, profile: int, note: str, *, has_password: bool
) -> Iterable[Prescription]:
    if profile in {0, _CERTIFICATES_FROM}:
        return
    yield Prescription(
        name="User name", value=key.identity, note="Most chargers take the identity by themselves."
    )
    command = f"laddnav station {'change' if view is not None else 'add'} {key.identity} --password"
    state = "the one that was set here; it is not kept in readable form"
    if not has_password:
        state = f"none is set here: `{command} ...` sets one"
    form = None if view is None else view.life.password_form
    yield Prescription(name="Password", value=state, note=note if form is None else _FORMS[form])


def _handed_over(handover: Handover | None) -> Iterator[Prescription]:
    """Return what of a change that is under way may be needed at the charger."""
    if handover is None or not handover.is_open:
        return
    until = f"The old one is admitted until then, or until {_minute(handover.deadline_at)}."
    if handover.profile is not None:
        value = f"{handover.profile.value}, once it has taken it ({handover.state.value})"
        yield Prescription(name="Security profile, new", value=value, note=until)
    elif handover.terms.is_manual:
        value = "the one that was shown when it was made; it is kept nowhere"
        yield Prescription(name="Password, new", value=value, note=until)
    else:
        value = f"sent over OCPP ({handover.state.value}): nothing is to be typed"
        yield Prescription(name="Password, new", value=value, note=until)


def _roots(doors: Doors, profile: int, note: str) -> Iterator[Prescription]:
    if profile >= _TLS_FROM:
        yield Prescription(
            name="Root certificate",
            value=", ".join(doors.roots) or "the root of this server's certificate",
            note=f"{note} {_PEM}",
        )


def _certificate(
    view: StationView | None, profile: int, organization: str
) -> Iterator[Prescription]:
    if profile < _CERTIFICATES_FROM:
        return
    serial = None if view is None else view.station.settings.serial or view.life.serial
    told = f" Its organisation (O) is {organization}." if organization else ""
    yield Prescription(
        name="Certificate of the station",
        value="signed by an authority that is trusted here",
        note=f"Its common name is the station's serial number: {serial or 'see its plate'}.{told} "
        "`laddnav pki sign` signs a request that the station's maker or owner brings.",
    )


def _minute(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
