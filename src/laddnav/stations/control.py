"""The port through which rooms command stations: filled by the gateway, in any OCPP version.

Names of variables: a configuration key in OCPP 1.6 ("HeartbeatInterval"), and
"Component.Variable" in 2.x ("OCPPCommCtrlr.HeartbeatInterval"), with an instance in brackets
behind either ("Component[instance].Variable[instance]") and an EVSE behind "@"
("Connector@1.2.Available" is connector 2 of EVSE 1). Another attribute than Actual stands behind a
slash ("EVSE@1.Power/MaxSet").

What a command may come to is tagged with its kind, and every verb's arguments and results are
types that JSON can carry: a node asks another for a station that is connected there.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct
from typing_extensions import override

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.tokens.model import TokenRef


class Answered(Struct, frozen=True, kw_only=True, tag=True):
    """The station answered: its JSON, as it came.

    Attributes:
        is_whole: False: its end was missing, and what there was has been closed.
    """

    payload: bytes
    is_whole: bool = True


class CallFailed(Struct, frozen=True, kw_only=True, tag=True):
    """The station answered with an error, or with what is no answer to the question."""

    code: str
    description: str
    details: dict[str, Any]


class NotConnected(Struct, frozen=True, kw_only=True, tag=True):
    """The station is not connected, or its link ended before it answered."""


class TimedOut(Struct, frozen=True, kw_only=True, tag=True):
    """No answer came in time; the station may still have acted."""


class InvalidPayload(Struct, frozen=True, kw_only=True, tag=True):
    """Nothing was sent: the payload does not fit its type.

    Attributes:
        problem: In words that may be shown: what is wrong, and where (`$.evse.id`).
    """

    problem: str


class NotPossible(Struct, frozen=True, kw_only=True, tag=True):
    """Nothing was sent: this station has no such command, or may get none now."""

    reason: str


NoAnswer = CallFailed | NotConnected | TimedOut | InvalidPayload | NotPossible
CallResult = Answered | NoAnswer


class CommandStatus(StrEnum):
    """What a station says to a command."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    UNKNOWN = "unknown"
    FAILED = "failed"
    NOT_SUPPORTED = "not_supported"
    REBOOT_REQUIRED = "reboot_required"
    EMPTY = "empty"


class Commanded(Struct, frozen=True, kw_only=True, tag=True):
    """The station's answer to a command.

    Attributes:
        wire_status: The station's own word.
        reason: Its reasonCode and additionalInfo, where it gave any.
    """

    status: CommandStatus
    wire_status: str
    reason: str | None = None


CommandResult = Commanded | NoAnswer


class Variable(Struct, frozen=True, kw_only=True):
    """One configuration key or variable; value None: unset, or only writable."""

    name: str
    value: str | None
    read_only: bool | None = None


class ConfigurationRead(Struct, frozen=True, kw_only=True, tag=True):
    """What the station told of its configuration, and the names it does not know."""

    variables: tuple[Variable, ...]
    unknown: tuple[str, ...]


class ConfigurationWritten(Struct, frozen=True, kw_only=True, tag=True):
    """What became of each value, by its name."""

    results: dict[str, Commanded]


class Command(Struct, frozen=True, kw_only=True):
    """One command that the station's OCPP version has.

    Attributes:
        schema: JSON Schema of its fields.
        obstacle: Why it cannot be sent now, in words; None: it can.
    """

    name: str
    schema: dict[str, Any]
    obstacle: str | None


class ResetKind(StrEnum):
    """How a station restarts: once its sessions have ended, or at once.

    Resume (2.1 only): at once, and its sessions go on afterwards (B13).
    """

    ON_IDLE = "on_idle"
    IMMEDIATE = "immediate"
    RESUME = "resume"


class ReportBase(StrEnum):
    """Which variables a station (2.x) reports: all, those that can be set, or its health (B07)."""

    FULL = "full"
    CONFIGURATION = "configuration"
    SUMMARY = "summary"


class ReportCriterion(StrEnum):
    """Which components a station (2.x) reports; several are alternatives (B08.FR.13)."""

    ACTIVE = "active"
    AVAILABLE = "available"
    ENABLED = "enabled"
    PROBLEM = "problem"


class MobileAccess(Struct, frozen=True, kw_only=True):
    """How a station gets into a mobile network; the words of the wire."""

    apn: str
    authentication: str
    user: str | None = None
    password: str | None = None
    sim_pin: int | None = None
    preferred_network: str | None = None
    only_preferred: bool | None = None


class PrivateNetwork(Struct, frozen=True, kw_only=True):
    """A VPN through which a station connects; the words of the wire."""

    server: str
    user: str
    password: str
    key: str
    kind: str
    group: str | None = None


class NetworkProfile(Struct, frozen=True, kw_only=True):
    """How a station connects to a server (B09).

    Attributes:
        url: Of the server, without the station's identity.
        interface: "Wired0" to "Wired3", "Wireless0" to "Wireless3"; in 2.1 also "Any".
        message_timeout_seconds: How long the station waits for an answer.
        version: Of OCPP, as the wire spells it; None: its own (2.1 leaves it out).
        identity: By which it shall connect (2.1 only).
        password: With which it shall connect (2.1 only).
    """

    url: str
    security_profile: int
    interface: str
    message_timeout_seconds: int = 30
    version: str | None = None
    identity: str | None = None
    password: str | None = None
    mobile: MobileAccess | None = None
    vpn: PrivateNetwork | None = None

    @override
    def __repr__(self) -> str:
        """Show what may be logged: never a password."""
        return f"NetworkProfile({self.url}, security profile {self.security_profile})"


class Trigger(StrEnum):
    """What a station can be asked to send."""

    BOOT = "boot"
    HEARTBEAT = "heartbeat"
    STATUS = "status"
    METER_VALUES = "meter_values"
    TRANSACTION = "transaction"
    FIRMWARE_STATUS = "firmware_status"
    LOG_STATUS = "log_status"


class StationControl(Protocol):
    """Commands to stations.

    A command to a station that still settles (see `LiveStation.commands_from`) is held until it
    may be sent. `seconds` count from the sending until the answer; None: the default.
    """

    async def commands(self, key: StationKey) -> tuple[Command, ...]:
        """Return the commands of the station's OCPP version; empty where it is not connected."""
        ...

    async def call(
        self, key: StationKey, name: str, payload: bytes, seconds: float | None = None
    ) -> CallResult:
        """Send any action with its JSON, validated against its type first."""
        ...

    async def start(
        self,
        key: StationKey,
        *,
        token: TokenRef,
        connector: ConnectorRef | None,
        remote_start_id: int,
    ) -> CommandResult:
        """Ask for a session; accepted means only that the station will try.

        `connector` None leaves the choice to the station. `remote_start_id` comes back in the
        Started event of OCPP 2; in 1.6 it is not sent.
        """
        ...

    async def stop(self, key: StationKey, *, transaction_id: str) -> CommandResult:
        """Ask to end the session with this id of the wire (a number in 1.6)."""
        ...

    async def reset(
        self, key: StationKey, kind: ResetKind, *, evse: int | None = None
    ) -> CommandResult:
        """Restart the station, or one EVSE of it (2.x only)."""
        ...

    async def unlock(self, key: StationKey, connector: ConnectorRef) -> CommandResult:
        """Release the plug."""
        ...

    async def change_availability(
        self, key: StationKey, *, operative: bool, ref: ConnectorRef | None
    ) -> CommandResult:
        """Take a connector, an EVSE (connector 0) or the station (None) in or out of service."""
        ...

    async def trigger(
        self, key: StationKey, what: Trigger, *, ref: ConnectorRef | None = None
    ) -> CommandResult:
        """Ask the station to send something now."""
        ...

    async def get_configuration(
        self, key: StationKey, names: Sequence[str]
    ) -> ConfigurationRead | NoAnswer:
        """Read variables; no names: all that the station has (1.6), or none (2.x: use a report)."""
        ...

    async def set_configuration(
        self, key: StationKey, values: Mapping[str, str]
    ) -> ConfigurationWritten | NoAnswer:
        """Write variables; each is told its own outcome."""
        ...

    async def refresh(self, key: StationKey) -> CommandResult:
        """Ask for all that the station's device model holds.

        Accepted: the store has it (1.6), or will have it once the station has reported (2.x).
        """
        ...

    async def get_base_report(self, key: StationKey, base: ReportBase) -> CommandResult:
        """Ask for a report of variables (2.x only); what it tells is stored."""
        ...

    async def get_report(
        self,
        key: StationKey,
        *,
        names: Sequence[str] = (),
        criteria: Sequence[ReportCriterion] = (),
    ) -> CommandResult:
        """Ask for a report of some components or variables (2.x only); what it tells is stored.

        `names` are those of components ("Connector@1") or variables; without any, criteria choose.
        Empty: the station has nothing of the kind.
        """
        ...

    async def set_network_profile(
        self, key: StationKey, slot: int, profile: NetworkProfile
    ) -> CommandResult:
        """Store a way to connect in one of the station's slots (2.x only); it is not used yet."""
        ...
