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
from laddnav.metering.model import Reading
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
