"""Who may come in: identities, security profiles, passwords, and limits to guessing."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable

from laddnav.accounts.model import Policies
from laddnav.accounts.rules import Keyring
from laddnav.journal.model import RefusalReason
from laddnav.stations.model import Entry, Knock, Passwords, Presented, SecurityProfile, Station
from laddnav.stations.rules.passwords import match_password

LONGEST_IDENTITY = 48
STRANGERS_ALLOWED = 60
"""Knocks of unknown stations in a minute from one address, behind which a site may stand."""

_ATTEMPTS = 10
_CUT = 25
_WINDOW_SECONDS = 60.0
_REMEMBERED = 10_000


def is_identity(text: str) -> bool:
    """Return whether `text` can be a station's identity (J 3.1.1): Basic splits at a colon."""
    return 0 < len(text) <= LONGEST_IDENTITY and ":" not in text and text.isprintable()


def profile_of(knock: Knock) -> SecurityProfile:
    """Return with which security profile a station comes; encryption alone is none."""
    if knock.is_certified:
        return SecurityProfile.TLS_CERTIFICATE
    if knock.password is None:
        return SecurityProfile.NONE
    return SecurityProfile.TLS_BASIC if knock.tls else SecurityProfile.BASIC


def is_served(station: Station, knock: Knock) -> bool:
    """Return whether the port that a station came to is for its profile, or the awaited one."""
    if knock.profiles is None:
        return True
    awaited = None if station.awaited is None else station.awaited.profile
    return station.security_profile in knock.profiles or awaited in knock.profiles


def matters(station: Station, knock: Knock) -> bool:
    """Return whether the certificate that came with a station has to be looked at.

    It may have one and come in with a password nevertheless.
    """
    awaited = None if station.awaited is None else station.awaited.profile
    wanted = SecurityProfile.TLS_CERTIFICATE in {station.security_profile, awaited}
    return bool(knock.chain) and (wanted or knock.password is None)


def serials_of(station: Station, told: Iterable[str | None], *, is_proven: bool) -> tuple[str, ...]:
    """Return the serial numbers that a station's certificate may bear (A00.FR.405).

    Args:
        station: Whose it is.
        told: Its serial numbers, as its last Boot told them; its operator's word goes before.
        is_proven: Whether it had proven who it is before that Boot: else they do not count.
    """
    if station.settings.serial is not None:
        return (station.settings.serial,)
    return tuple(dict.fromkeys(filter(None, told))) if is_proven else ()


def names_of(station: Station, told: Iterable[str | None], *, is_proven: bool) -> tuple[str, ...]:
    """Return the names that its certificate may bear: its identity, too, unless one is entered."""
    serials = serials_of(station, told, is_proven=is_proven)
    return serials if station.settings.serial is not None else (*serials, station.key.identity)


def belies(station: Station, certificate: Presented, told: Iterable[str | None]) -> bool:
    """Return whether none of the serial numbers of a Boot is the certificate's (B01.FR.11).

    OCPP 1.6 has room for 25 characters of it. A certificate in the station's own identity says
    nothing of its serial number, unless the operator has entered one.
    """
    serials = [serial for serial in told if serial]
    name = certificate.name
    if not serials or (station.settings.serial is None and name == station.key.identity):
        return False
    return not any(
        serial == name or (len(serial) == _CUT and name.startswith(serial)) for serial in serials
    )


def judge(
    station: Station, policies: Policies, knock: Knock, keys: Keyring
) -> RefusalReason | Entry:
    """Return why a known station may not come in, or else how it does.

    It comes with its own profile, not with a lower or a higher one (A00.FR.002), unless it was
    told to: then with that one too. In the same way it shows its password or the awaited one.
    """
    refused = _judge_profile(station, policies, knock)
    if refused is not None:
        return refused
    profile = profile_of(knock)
    if profile in {SecurityProfile.NONE, SecurityProfile.TLS_CERTIFICATE}:
        return Entry(profile=profile)
    return _judge_credentials(station, knock, keys)


def _judge_profile(station: Station, policies: Policies, knock: Knock) -> RefusalReason | None:
    own, came = station.security_profile, profile_of(knock)
    awaited = None if station.awaited is None else station.awaited.profile
    if own is SecurityProfile.NONE and not policies.allow_profile_0:
        return RefusalReason.PROFILE_0_FORBIDDEN
    if came is SecurityProfile.NONE and knock.tls and SecurityProfile.NONE in {own, awaited}:
        return RefusalReason.TLS_UNEXPECTED
    if came in {own, awaited}:
        return None
    return _mismatch(min(own, own if awaited is None else awaited), came, knock)


def _mismatch(own: SecurityProfile, came: SecurityProfile, knock: Knock) -> RefusalReason:
    """Return what is amiss where a station comes with another profile than its own."""
    if own >= SecurityProfile.TLS_BASIC and not knock.tls:
        return RefusalReason.TLS_REQUIRED
    if own is SecurityProfile.TLS_CERTIFICATE:
        return RefusalReason.CERTIFICATE_REQUIRED
    if came is SecurityProfile.NONE:
        return RefusalReason.CREDENTIALS_MISSING
    if came is SecurityProfile.TLS_CERTIFICATE:
        return RefusalReason.CERTIFICATE_UNEXPECTED
    return RefusalReason.TLS_UNEXPECTED if knock.tls else RefusalReason.PASSWORD_UNEXPECTED


def _judge_credentials(station: Station, knock: Knock, keys: Keyring) -> RefusalReason | Entry:
    awaited = None if station.awaited is None else station.awaited.passwords
    if station.passwords is None and awaited is None:
        return RefusalReason.PASSWORD_NOT_SET
    entry = _matched(station, station.passwords, knock, keys)
    if entry is None:
        entry = _matched(station, awaited, knock, keys, is_awaited=True)
    if knock.user != station.key.identity:
        return RefusalReason.WRONG_USER
    return entry or RefusalReason.WRONG_PASSWORD


def _matched(
    station: Station,
    passwords: Passwords | None,
    knock: Knock,
    keys: Keyring,
    *,
    is_awaited: bool = False,
) -> Entry | None:
    if passwords is None or knock.password is None:
        return None
    form = match_password(keys, station.key, passwords, knock.password)
    if form is None:
        return None
    return Entry(profile=profile_of(knock), form=form, is_awaited=is_awaited, passwords=passwords)


class Attempts:
    """Counts failed attempts by key in windows of a minute; what is oldest is forgotten first.

    It never stands in the way of what is right: callers check first.
    """

    def __init__(
        self,
        *,
        allowed: int = _ATTEMPTS,
        window_seconds: float = _WINDOW_SECONDS,
        remembered: int = _REMEMBERED,
    ) -> None:
        self._allowed = allowed
        self._window = window_seconds
        self._remembered = remembered
        self._counts: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def fail(self, key: Hashable, now: float) -> bool:
        """Count a failure at `now` (monotonic seconds); return whether there were too many."""
        count, since = self._counts.pop(key, (0, now))
        if now - since >= self._window:
            count, since = 0, now
        self._counts[key] = (count + 1, since)
        if len(self._counts) > self._remembered:
            self._counts.popitem(last=False)
        return count >= self._allowed

    def succeed(self, key: Hashable) -> None:
        """Forget the failures of a key."""
        self._counts.pop(key, None)

    def __len__(self) -> int:
        return len(self._counts)
