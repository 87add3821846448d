"""When a station is asked to renew its certificate, and when it is left in peace."""

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from laddnav.kernel.keys import StationKey
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.signing import Renewal

_FIRST_PAUSE: Final = timedelta(days=1)
_DISCARD_PAUSE: Final = timedelta(hours=1)
_FORGIVEN_AFTER: Final = timedelta(days=30)
_LONGEST_PAUSE: Final = timedelta(days=16)
_SAID_YES: Final = frozenset({"accepted", "scheduled"})
_NEVER: Final = frozenset({"not_supported", "not_possible"})


def begins_at(issued_at: datetime, ends_at: datetime, days: int) -> datetime:
    """Return from when on a certificate is renewed: so many days before its end.

    One that lives shortly is not renewed before two thirds of its time are over.
    """
    return max(ends_at - timedelta(days=days), issued_at + (ends_at - issued_at) * 2 / 3)


def is_due(known: Renewal | None, serial: str, now: datetime) -> bool:
    """Return whether a station whose certificate `serial` ends soon is asked now."""
    if known is None or known.serial != serial:
        return True
    return known.next_at is not None and known.next_at <= now


def asked(
    known: Renewal | None,
    key: StationKey,
    *,
    purpose: Purpose,
    serial: str,
    outcome: str,
    now: datetime,
) -> Renewal:
    """Return what is noted of a question: a station that says no is asked ever more seldom.

    One that cannot renew at all is not asked again for this certificate. One that said yes, and
    sends no request, is asked again a day later.
    """
    tries = known.tries + 1 if known is not None and known.serial == serial else 1
    pause = _FIRST_PAUSE
    if outcome not in _SAID_YES:
        pause = min(_FIRST_PAUSE * 2 ** min(tries - 1, 8), _LONGEST_PAUSE)
    return Renewal(
        key=key,
        purpose=purpose,
        serial=serial,
        tries=tries,
        outcome=outcome,
        asked_at=now,
        next_at=None if outcome in _NEVER else now + pause,
        discards=0 if known is None else known.discards,
        discarded_at=None if known is None else known.discarded_at,
    )


def discarded(
    known: Renewal | None, key: StationKey, *, serial: str, now: datetime
) -> Renewal | None:
    """Return what is noted before a station is asked again that discarded a renewed certificate.

    None: it is not asked now. The first time it is asked at once, then ever more seldom, for one
    that can do nothing with ours would go on for ever (A02.FR.29).
    """
    times, last = 0, None
    if known is not None and known.discarded_at is not None:
        last = known.discarded_at
        times = known.discards if now - last < _FORGIVEN_AFTER else 0
    if times and last is not None:
        pause = min(_DISCARD_PAUSE * 2 ** min(times - 1, 10), _LONGEST_PAUSE)
        if now < last + pause:
            return None
    before = asked(known, key, purpose=Purpose.STATION, serial=serial, outcome="accepted", now=now)
    return replace(before, outcome="discarded", discards=times + 1, discarded_at=now)
