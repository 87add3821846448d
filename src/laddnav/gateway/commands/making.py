"""What commands are made of, whatever the version: an action, its fields, and how its answer reads.

Each version has one `Tongue`, which turns the verbs of `stations.control` into its own actions.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

from msgspec import Struct

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.control import (
    Commanded,
    CommandStatus,
    ConfigurationRead,
    InvalidPayload,
    NetworkProfile,
    NotPossible,
    ReportBase,
    ReportCriterion,
    ResetKind,
    Trigger,
)
from laddnav.stations.model.variables import VariableName
from laddnav.tokens.model import TokenRef

_Outcome = TypeVar("_Outcome")

NumberOf = Callable[[ConnectorRef], int | None]
"""Gives the number that a connector has in OCPP 1.6; None: it cannot exist there."""


class Command(Struct, Generic[_Outcome], frozen=True, kw_only=True):
    """One action to be sent.

    Attributes:
        action: Its name.
        fields: Its payload, in the words of the wire; it is checked before it is sent.
        outcome: What an answer, of the action's response type, means.
    """

    action: str
    fields: Mapping[str, Any]
    outcome: Callable[[Any], _Outcome]


Said = Command[Commanded] | NotPossible | InvalidPayload
Written = Mapping[VariableName, Commanded]


class Tongue(Protocol):
    """How one version says what others want."""

    def start(
        self, token: TokenRef, number: NumberOf, ref: ConnectorRef | None, start_id: int
    ) -> Said:
        """Ask for a session."""
        ...

    def stop(self, transaction_id: str) -> Said:
        """Ask for the end of one."""
        ...

    def reset(self, kind: ResetKind, evse: int | None) -> Said:
        """Restart."""
        ...

    def unlock(self, number: NumberOf, ref: ConnectorRef) -> Said:
        """Release a plug."""
        ...

    def change_availability(
        self, number: NumberOf, ref: ConnectorRef | None, *, operative: bool
    ) -> Said:
        """Take something in or out of service."""
        ...

    def trigger(self, what: Trigger, number: NumberOf, ref: ConnectorRef | None) -> Said:
        """Ask for a message."""
        ...

    def name_of(self, text: str) -> VariableName | None:
        """Return the variable that a name means; None: it is no name in this version."""
        ...

    def read(self, names: Sequence[VariableName]) -> Command[ConfigurationRead]:
        """Ask for variables, in one message."""
        ...

    def write(self, values: Sequence[tuple[VariableName, str]]) -> Command[Written]:
        """Set variables, in one message."""
        ...

    def all_keys(self) -> Command[ConfigurationRead] | None:
        """Ask for all variables at once; None: this version reports them instead."""
        ...

    def others(self, read: ConfigurationRead) -> Sequence[str]:
        """Return what is to be asked for by name, since `all_keys` may not have told it."""
        ...

    def base_report(self, base: ReportBase, request_id: int) -> Said:
        """Ask for one of the standard reports."""
        ...

    def report(
        self, names: Sequence[VariableName], criteria: Sequence[ReportCriterion], request_id: int
    ) -> Said:
        """Ask for a report of some components (variable "") or variables."""
        ...

    def network_profile(self, slot: int, profile: NetworkProfile) -> Said:
        """Store a way to connect."""
        ...


WORDS: Final[Mapping[str, CommandStatus]] = {
    "Accepted": CommandStatus.ACCEPTED,
    "Unlocked": CommandStatus.ACCEPTED,
    "Rejected": CommandStatus.REJECTED,
    "OngoingAuthorizedTransaction": CommandStatus.REJECTED,
    "Scheduled": CommandStatus.SCHEDULED,
    "UnlockFailed": CommandStatus.FAILED,
    "Failed": CommandStatus.FAILED,
    "EmptyResultSet": CommandStatus.EMPTY,
    "NotImplemented": CommandStatus.NOT_SUPPORTED,
    "NotSupported": CommandStatus.NOT_SUPPORTED,
    "NotSupportedAttributeType": CommandStatus.NOT_SUPPORTED,
    "RebootRequired": CommandStatus.REBOOT_REQUIRED,
    "UnknownComponent": CommandStatus.UNKNOWN,
    "UnknownConnector": CommandStatus.UNKNOWN,
    "UnknownVariable": CommandStatus.UNKNOWN,
}
"""What stations answer to the verbs, in every version; words that are not here are refusals."""


def commanded(answer: Any) -> Commanded:  # noqa: ANN401 - each version has a response type of its own
    """Return what an answer with `status` (and, in 2.x, `statusInfo`) means."""
    return outcome_of(answer.status, getattr(answer, "status_info", None))


def outcome_of(word: str, info: Any = None) -> Commanded:  # noqa: ANN401 - each 2.x version has a StatusInfoType of its own
    """Return what a word of the station, and what it says about it, means."""
    reason = None
    if info is not None:
        reason = ": ".join(filter(None, (info.reason_code, info.additional_info)))
    status = WORDS.get(word, CommandStatus.REJECTED)
    return Commanded(status=status, wire_status=str(word), reason=reason)
