"""Sessions in words that no OCPP version owns: what a station reports, and what is told of it.

The four `...Reported` words are what the translators build. A story is the list of a session's
`Entry` structs in any order; `rules.story` folds it.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from laddnav.kernel.keys import ConnectorRef
from laddnav.metering.model import Confidence, Reading, Sample
from laddnav.tokens.model import TokenRef, Verdict

EventKind: TypeAlias = Literal["Started", "Updated", "Ended"]
NO_CONNECTOR = ConnectorRef(0, 0)
"""Where a station has not said, or not yet, which EVSE it means."""


class StartReported(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A station that leaves transaction ids to us began a transaction (OCPP 1.6).

    Attributes:
        connector: Where.
        token: As presented, however odd.
        at: By the station's clock; None where it sent no usable timestamp.
        meter_start_wh: The register at the start; None where it was not a number.
        reservation_id: The reservation that the start uses up.
    """

    connector: ConnectorRef
    token: TokenRef
    at: datetime | None
    meter_start_wh: Decimal | None
    reservation_id: int | None = None


class StopReported(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A station that leaves transaction ids to us ended a transaction (OCPP 1.6).

    Attributes:
        transaction_id: As sent: 0, negative and unknown ones are no error.
        token: What it was stopped with; None where the station sent none.
        at: By the station's clock; None where it sent no usable timestamp.
        meter_stop_wh: The register at the stop, negative ones too; None where it was no number.
        reason: As OCPP spells it; "Local" where the station sent none.
        readings: The transactionData.
    """

    transaction_id: int
    token: TokenRef | None
    at: datetime | None
    meter_stop_wh: Decimal | None
    reason: str = "Local"
    readings: tuple[Reading, ...] = ()


class MeterReported(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A station sent meter values outside TransactionEvent (every version).

    Attributes:
        connector: Where; evse 0 is the station's main meter, connector 0 is any of the EVSE.
        transaction_id: As sent, however stale; None where the station sent none.
        readings: What the meter showed.
    """

    connector: ConnectorRef
    transaction_id: int | None
    readings: tuple[Reading, ...]


class TransactionEventReported(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A station that makes its own transaction ids told of one of its transactions (OCPP 2.x).

    Attributes:
        transaction_id: The station's own; unique at that station only.
        kind: The first is Started, the last Ended; any of them may be lost or come late.
        seq_no: Rises by one per event of the transaction; -1 where the station sent none.
        at: By the station's clock; None where it sent no usable timestamp.
        trigger: triggerReason, as OCPP spells it.
        offline: It happened while the station was not connected.
        connector: Where; None where this event does not repeat it.
        token: Presented with this event; None where none was.
        charging_state: As OCPP spells it; None where it did not change.
        stop_reason: stoppedReason of an Ended; None there means "Local".
        remote_start_id: The id of the command that this transaction obeys.
        reservation_id: The reservation that it uses up.
        readings: What the meter showed.
        extras: The remaining fields in wire words (numberOfPhasesUsed, costDetails, ...), kept
            with the story and not folded.
    """

    transaction_id: str
    kind: EventKind
    seq_no: int
    at: datetime | None
    trigger: str
    offline: bool = False
    connector: ConnectorRef | None = None
    token: TokenRef | None = None
    charging_state: str | None = None
    stop_reason: str | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    readings: tuple[Reading, ...] = ()
    extras: dict[str, Any] | None = None


Word: TypeAlias = StartReported | StopReported | MeterReported | TransactionEventReported


class State(StrEnum):
    """Where a session stands."""

    RUNNING = "running"
    ENDED = "ended"


class OrphanReason(StrEnum):
    """By which evidence a session was closed that its station never ended."""

    FREED = "freed"
    """Its connector has been reported available for longer than the time-out."""
    SUPERSEDED = "superseded"
    """Another session began on its connector."""
    SILENT = "silent"
    """Its station has been silent for longer than the time-out; or it, where it has no EVSE."""
    CROWDED = "crowded"
    """Its station began more sessions than are kept running: it had been silent for longest."""


class Answered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a station was told about a token; a repeat is told the same.

    Attributes:
        concurrent_with: The session that made the verdict "concurrent".
    """

    verdict: Verdict
    group: str | None = None
    valid_until: datetime | None = None
    concurrent_with: str | None = None


class StartTold(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="start"):
    """Entry: the session began, under a transaction id that we gave.

    Attributes:
        at: When it began, by our reckoning.
        received_at: When we heard of it.
    """

    word: StartReported
    at: datetime
    received_at: datetime
    transaction_id: int
    answered: Answered | None = None


class StopTold(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="stop"):
    """Entry: the session ended; of several, `rules.stops` says which counts.

    Attributes:
        word: Without its readings, which are stored as such.
        guessed: The transaction id did not name this session: it was the only one that fits.
        by_other: Its token had no right to stop the session; the stop counts all the same.
        answered: About the stopping token; None where none was presented.
    """

    word: StopReported
    at: datetime
    received_at: datetime
    guessed: bool = False
    by_other: bool = False
    answered: Answered | None = None


class EventTold(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="event"):
    """Entry: an event of a transaction whose id its station made.

    Attributes:
        word: Without its readings, which are stored as such.
        answered: About the event's token; None where none was presented.
    """

    word: TransactionEventReported
    at: datetime
    received_at: datetime
    answered: Answered | None = None


class OrphanTold(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="orphan"):
    """Entry: we closed the session by evidence; void once the station shows otherwise."""

    reason: OrphanReason
    at: datetime
    received_at: datetime


Entry: TypeAlias = StartTold | StopTold | EventTold | OrphanTold


class SessionDoubt(StrEnum):
    """Why a session is less than certain, beside `metering.model.Doubt` about its energy."""

    CLOCK_CORRECTED = "clock_corrected"
    TIME_MISSING = "time_missing"
    TIMES_DISORDERED = "times_disordered"
    START_MISSING = "start_missing"
    EVENTS_MISSING = "events_missing"
    EVENTS_CONFLICT = "events_conflict"
    STOPS_DIFFER = "stops_differ"
    STOP_GUESSED = "stop_guessed"
    STOPPED_BY_OTHER = "stopped_by_other"
    ORPHAN_FREED = "orphan_freed"
    ORPHAN_SUPERSEDED = "orphan_superseded"
    ORPHAN_SILENT = "orphan_silent"
    ORPHAN_CROWDED = "orphan_crowded"
    OVERLAPPED = "overlapped"


class EvidenceReason(StrEnum):
    """Why a transaction message is kept by itself and not in a session's story."""

    UNKNOWN_TRANSACTION = "unknown_transaction"
    """A stop names no session of this station, and not exactly one fits."""
    NO_TRANSACTION_ID = "no_transaction_id"
    """An event names no transaction at all."""
    NOT_REGISTERED = "not_registered"
    """It came before the station was accepted, and was refused."""
    UNSTORABLE = "unstorable"
    """The database could not store what it says."""
    UNREADABLE = "unreadable"
    """It could not be read, not even its billing fields."""


class Session(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One session as it stands: the fold of its story and its readings.

    Attributes:
        transaction_id: The station's, or ours as text; unique at this station only.
        token: As first accepted; where none was, as first presented.
        verdict: What that token was answered; None where no token was presented.
        concurrent_with: The session that made the verdict "concurrent".
        started_at: By the station's clock, corrected where that was impossible.
        confidence: How far the energy can be trusted.
        doubts: Codes of `metering.model.Doubt` and `SessionDoubt`, sorted; `rules.doubts` says
            them in words.
        offline: Some of it happened while the station was not connected.
        power_w: As last measured.
        soc_percent: As last measured.
        updated_at: When we last heard of it.
    """

    operator: str
    id: str
    station: str
    evse: int
    connector: int
    transaction_id: str
    token: str | None
    token_type: str | None
    token_group: str | None
    verdict: Verdict | None
    concurrent_with: str | None
    state: State
    started_at: datetime
    ended_at: datetime | None
    meter_start_wh: Decimal | None
    meter_stop_wh: Decimal | None
    energy_wh: Decimal
    stop_reason: str | None
    confidence: Confidence
    doubts: tuple[str, ...]
    offline: bool
    charging_state: str | None
    remote_start_id: int | None
    reservation_id: int | None
    power_w: Decimal | None
    soc_percent: Decimal | None
    updated_at: datetime


class SessionFilter(Struct, frozen=True, kw_only=True):
    """Which sessions are wanted; None: any.

    Attributes:
        token: A uid, without regard to case.
        since: Those that began at or after it.
    """

    station: str | None = None
    state: State | None = None
    token: str | None = None
    since: datetime | None = None


class SessionPage(Struct, frozen=True, kw_only=True):
    """Some sessions, newest first, and the cursor of the next ones."""

    items: tuple[Session, ...]
    next: str | None = None


class StoredReading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reading as it is kept.

    Attributes:
        at: By the station's clock, corrected where that was impossible.
        reported_at: What the station said, where that was corrected.
        register_wh: The billing register, where the reading has one.
    """

    at: datetime
    reported_at: datetime | None = None
    evse: int
    connector: int
    register_wh: Decimal | None
    samples: tuple[Sample, ...]


class ReadingPage(Struct, frozen=True, kw_only=True):
    """Some readings of a session, oldest first, and the cursor of the next ones."""

    items: tuple[StoredReading, ...]
    next: str | None = None


class Evidence(Struct, frozen=True, kw_only=True):
    """A transaction message that no session's story tells."""

    station: str
    digest: str
    reason: EvidenceReason
    received_at: datetime
    frame: str


class EvidencePage(Struct, frozen=True, kw_only=True):
    """Some evidence, newest first, and the cursor of the next."""

    items: tuple[Evidence, ...]
    next: str | None = None
