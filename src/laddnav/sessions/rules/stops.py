"""Which stop counts, and whose it is."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from laddnav.sessions.model import Answered, StartTold, StopReported, StopTold
from laddnav.tokens.model import TokenRef, TokenVerdict, Verdict
from laddnav.tokens.rules import uid_key


def effective(stops: Sequence[StopTold], start: StartTold | None) -> StopTold | None:
    """Return the stop that counts: the first plausible one told, else the first told.

    So a second stop that differs (steve#955) changes nothing, unless the first was implausible.
    """
    return next((stop for stop in stops if is_plausible(stop, start)), stops[0] if stops else None)


def is_plausible(stop: StopTold, start: StartTold | None) -> bool:
    """Whether a stop can be true: a register, not negative, not below the start, not before it."""
    meter = stop.word.meter_stop_wh
    if meter is None or meter < 0:
        return False
    if start is None:
        return True
    floor = start.word.meter_start_wh
    return (floor is None or meter >= floor) and stop.at >= start.at


def may_stop(word: StopReported, start: StartTold, *, last_at: datetime, last_wh: Decimal) -> bool:
    """Whether a stop without a valid transaction id fits the running session of `start`.

    An offline start loses its id (libocpp#495, steve#292): the stop then bears -1, 0 or one that
    the station made up. It fits where the tokens agree, it is not older than the session, and its
    register is not below what the session has reached; without a token the register must agree.

    Args:
        word: The stop.
        start: How the session began.
        last_at: The last sign of the session, by the station's clock.
        last_wh: The highest register that the session has shown.
    """
    if word.at is not None and word.at < _earliest_end(start, last_at):
        return False
    meter = word.meter_stop_wh
    if word.token is None:
        return meter is not None and meter >= last_wh
    if uid_key(word.token.uid) != uid_key(start.word.token.uid):
        return False
    return meter is None or meter < 0 or meter >= last_wh


def _earliest_end(start: StartTold, last_at: datetime) -> datetime:
    """Return before what no stop of this session can be, on the clock that the station had."""
    if start.word.at is None or start.word.at == start.at:
        return max(start.at, last_at)
    return start.word.at


def answer(
    asked: TokenVerdict, token: TokenRef, begun_by: TokenRef | None, group: str | None
) -> TokenVerdict:
    """Return what is said about a stopping token: its own verdict, or invalid if it may not stop.

    The same token may, one of the same group may, and a master pass may; another one is not
    authorised, but the stop counts all the same (OCPP 1.6, 3.10).
    """
    if asked.verdict is not Verdict.ACCEPTED or asked.master or begun_by is None:
        return asked
    same = uid_key(token.uid) == uid_key(begun_by.uid)
    if same or (group is not None and asked.group == group):
        return asked
    return TokenVerdict(verdict=Verdict.INVALID)


def told(verdict: TokenVerdict | None, concurrent_with: str | None = None) -> Answered | None:
    """Return what goes into the story of a verdict."""
    if verdict is None:
        return None
    return Answered(
        verdict=verdict.verdict,
        group=verdict.group,
        valid_until=verdict.valid_until,
        concurrent_with=concurrent_with,
    )


def retold(answered: Answered | None) -> TokenVerdict | None:
    """Return the verdict that a repeat is told: that of the first time."""
    if answered is None:
        return None
    return TokenVerdict(
        verdict=answered.verdict, group=answered.group, valid_until=answered.valid_until
    )
