"""What happens in a transaction, in words that every version can tell (OCPP 2's, mostly)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec

from laddnav.simulator.ledger import Account, Entry
from laddnav.simulator.meter import MeterReading

StepKind = Literal["Started", "Updated", "Ended"]

FaultCode = Literal[
    "ConnectorLockFailure",
    "EVCommunicationError",
    "GroundFailure",
    "HighTemperature",
    "InternalError",
    "OtherError",
    "OverCurrentFailure",
    "OverVoltage",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "WeakSignal",
]
"""What can be wrong, as OCPP 1.6 spells it."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """What a driver presents.

    Attributes:
        uid: Its text.
        kind: Its type, as OCPP 2 spells it; OCPP 1.6 does not tell it.
    """

    uid: str
    kind: str = "ISO14443"


Status = Literal[
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
]
"""A connector's status, as OCPP 1.6 spells it: the finest of the versions."""

ChargingState = Literal["Idle", "EVConnected", "Charging", "SuspendedEV", "SuspendedEVSE"]
"""A transaction's state, as OCPP 2 spells it."""

Trigger = Literal[
    "AbnormalCondition",
    "Authorized",
    "CablePluggedIn",
    "ChargingStateChanged",
    "Deauthorized",
    "EVCommunicationLost",
    "EVConnectTimeout",
    "MeterValueClock",
    "MeterValuePeriodic",
    "RemoteStart",
    "RemoteStop",
    "ResetCommand",
    "StopAuthorized",
    "Trigger",
    "UnlockCommand",
]
"""Why something is told, as OCPP 2 spells it."""

Reason = Literal[
    "DeAuthorized",
    "EmergencyStop",
    "EVDisconnected",
    "GroundFault",
    "ImmediateReset",
    "Local",
    "MasterPass",
    "Other",
    "OvercurrentFault",
    "PowerLoss",
    "Reboot",
    "Remote",
    "SoftReset",
    "StoppedByEV",
    "Timeout",
    "UnlockCommand",
]
"""Why a transaction ended: as OCPP 2 spells it, and two words of 1.6."""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What the server says of a token.

    Attributes:
        word: Its status, in the server's own word.
        group: The group it belongs to, if any.
    """

    word: str
    group: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether it may charge."""
        return self.word == "Accepted"


class Step(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that happened in a transaction.

    Attributes:
        seq_no: Its place in the transaction, from 0.
        at: When, by the station's own clock.
        token: The token that was presented with it, if one was.
        tells_evse: Whether it is the first to tell where the car is connected.
        state: The charging state after it.
        reason: Why the transaction ended; None before its end.
        remote_start_id: The remote start that it answers, in the first step after it.
        reservation_id: The reservation it uses up, told once.
        readings: What the meter told; an end holds the begin and the end.
    """

    kind: StepKind
    trigger: Trigger
    seq_no: int
    at: datetime
    token: Token | None
    tells_evse: bool
    state: ChargingState
    reason: Reason | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    readings: tuple[MeterReading, ...] = ()


@dataclass(slots=True, kw_only=True, eq=False)
class Transaction:
    """One transaction, while the station still has something to tell of it.

    Attributes:
        id: The id the station gives it (OCPP 2).
        number: The id the server gave it (OCPP 1.6); None until its start was answered.
        place: The connector's number over the whole station.
        begun: The reading at its begin; None until a car is connected.
        marked_nj: The register at the last reading, for interval energies.
        told_state: The charging state that was told last.
        stopped_by: Why the driver was deauthorised before the transaction ended.
    """

    id: str
    place: int
    begun_at: datetime
    account: Account
    token: Token | None = None
    number: int | None = None
    next_seq: int = 0
    begun: MeterReading | None = None
    marked_nj: int = 0
    told_evse: bool = False
    told_state: ChargingState | None = None
    stopped_by: Reason | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Parcel:
    """One step on its way to the server.

    Attributes:
        offline: Whether it waited while there was no connection (E04.FR.03).
        content: What was sent; a repeat sends the same.
        failures: Errors and missing answers so far.
    """

    transaction: Transaction
    step: Step
    entry: Entry
    offline: bool
    content: msgspec.Struct | None = field(default=None, repr=False)
    failures: int = 0
