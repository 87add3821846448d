"""What stations report, built in few words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.metering.model import Reading, Sample
from laddnav.sessions.model import (
    Answered,
    EventKind,
    EventTold,
    MeterReported,
    OrphanReason,
    OrphanTold,
    StartReported,
    StartTold,
    StopReported,
    StopTold,
    TransactionEventReported,
)
from laddnav.tokens.model import TokenRef, Verdict

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STATION = StationKey("default", "CP1")
OTHER_STATION = StationKey("default", "CP2")
HERE = ConnectorRef(1, 1)
THERE = ConnectorRef(2, 1)
CARD = TokenRef("CARD1")
OTHER_CARD = TokenRef("CARD2")
NO_CLOCK = datetime(1970, 1, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """The instant `minutes` after noon."""
    return NOON + timedelta(minutes=minutes)


def unset(minutes: float) -> datetime:
    """What a clock shows that was never set, `minutes` after the station came up."""
    return NO_CLOCK + timedelta(minutes=minutes)


def start(
    when: datetime | None = NOON,
    meter: int | None = 1000,
    *,
    connector: ConnectorRef = HERE,
    token: TokenRef = CARD,
) -> StartReported:
    return StartReported(
        connector=connector,
        token=token,
        at=when,
        meter_start_wh=None if meter is None else Decimal(meter),
    )


def stop(
    transaction_id: int,
    when: datetime | None,
    meter: int | None,
    *,
    token: TokenRef | None = None,
    reason: str = "Local",
    readings: tuple[Reading, ...] = (),
) -> StopReported:
    return StopReported(
        transaction_id=transaction_id,
        token=token,
        at=when,
        meter_stop_wh=None if meter is None else Decimal(meter),
        reason=reason,
        readings=readings,
    )


def reading(when: datetime, register: int, context: str | None = None) -> Reading:
    sample = Sample(
        measurand="Energy.Active.Import.Register",
        value=Decimal(register),
        unit="Wh",
        context=context,
    )
    return Reading(at=when, samples=(sample,))


def meter(
    when: datetime,
    register: int,
    *,
    transaction_id: int | None = None,
    connector: ConnectorRef = HERE,
) -> MeterReported:
    return MeterReported(
        connector=connector, transaction_id=transaction_id, readings=(reading(when, register),)
    )


def event(
    kind: EventKind,
    seq_no: int,
    when: datetime | None,
    *,
    transaction_id: str = "T1",
    trigger: str = "MeterValuePeriodic",
    connector: ConnectorRef | None = None,
    token: TokenRef | None = None,
    register: int | None = None,
    charging_state: str | None = None,
    stop_reason: str | None = None,
    offline: bool = False,
    readings: tuple[Reading, ...] = (),
) -> TransactionEventReported:
    if register is not None and when is not None:
        readings = (*readings, reading(when, register))
    return TransactionEventReported(
        transaction_id=transaction_id,
        kind=kind,
        seq_no=seq_no,
        at=when,
        trigger=trigger,
        connector=connector,
        token=token,
        charging_state=charging_state,
        stop_reason=stop_reason,
        offline=offline,
        readings=readings,
    )


def said(verdict: Verdict = Verdict.ACCEPTED, group: str | None = None) -> Answered:
    return Answered(verdict=verdict, group=group)


def start_told(word: StartReported, answered: Answered | None = None) -> StartTold:
    when = word.at or NOON
    return StartTold(
        word=word,
        at=when,
        received_at=when,
        transaction_id=1,
        answered=said() if answered is None else answered,
    )


def stop_told(word: StopReported, received: datetime | None = None) -> StopTold:
    when = word.at or NOON
    return StopTold(word=word, at=when, received_at=received or when)


def event_told(word: TransactionEventReported, answered: Answered | None = None) -> EventTold:
    when = word.at or NOON
    if answered is None and word.token is not None:
        answered = said()
    return EventTold(word=word, at=when, received_at=when, answered=answered)


def orphan_told(when: datetime, reason: OrphanReason = OrphanReason.FREED) -> OrphanTold:
    return OrphanTold(reason=reason, at=when, received_at=when)
