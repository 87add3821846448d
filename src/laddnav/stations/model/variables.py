"""The device model of a station: its variables (OCPP 2.x) and configuration keys (1.6)."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from laddnav.stations.control import CommandStatus

ACTUAL = "Actual"
"""The attribute type that is meant where none is named, and the only one of OCPP 1.6."""


class VariableName(NamedTuple):
    """Which attribute of which variable of which component is meant.

    A configuration key of OCPP 1.6 has the component "".
    """

    component: str
    component_instance: str | None
    evse: int | None
    connector: int | None
    variable: str
    variable_instance: str | None
    attribute: str = ACTUAL


class Mutability(StrEnum):
    """Whether a variable can be read and written, in the words of OCPP 2."""

    READ_ONLY = "ReadOnly"
    WRITE_ONLY = "WriteOnly"
    READ_WRITE = "ReadWrite"


class Source(StrEnum):
    """By what a value was learned."""

    REPORT = "report"
    READ = "read"
    WRITTEN = "written"
    EVENT = "event"


class Characteristics(Struct, frozen=True, kw_only=True):
    """What values a variable can have; limits as decimal text, `values_list` comma-separated."""

    data_type: str | None = None
    unit: str | None = None
    min_limit: str | None = None
    max_limit: str | None = None
    max_elements: int | None = None
    values_list: str | None = None
    supports_monitoring: bool | None = None


class VariableReported(Struct, frozen=True, kw_only=True):
    """One attribute as a report describes it; value None: unset, or only writable."""

    name: VariableName
    value: str | None
    mutability: str | None = None
    persistent: bool | None = None
    constant: bool | None = None
    characteristics: Characteristics = Characteristics()


class VariableRead(Struct, frozen=True, kw_only=True):
    """What came of reading one attribute; not accepted: there is no value to be had."""

    name: VariableName
    status: CommandStatus
    value: str | None = None
    read_only: bool | None = None


class VariableWritten(Struct, frozen=True, kw_only=True):
    """What came of writing one attribute; `wanted` is what was to be written."""

    name: VariableName
    wanted: str
    status: CommandStatus
    wire_status: str
    reason: str | None = None


class LastWrite(Struct, frozen=True, kw_only=True):
    """The last attempt to write an attribute.

    Attributes:
        wanted: What was to be written; None: a secret.
        needs_reboot: Accepted, but without effect until the station restarts.
    """

    wanted: str | None
    status: CommandStatus
    wire_status: str
    reason: str | None
    at: datetime
    needs_reboot: bool


class Variable(Struct, frozen=True, kw_only=True):
    """One attribute as it is known.

    Attributes:
        reported: Whether the station's device model has it; else it was only asked for, or told.
        status: What came of reading it last; None: it was never read.
        value: As last read, reported, told or written; None: unset, only writable, or a secret.
    """

    name: VariableName
    reported: bool
    mutability: str | None
    persistent: bool | None
    constant: bool | None
    characteristics: Characteristics
    value: str | None
    status: CommandStatus | None
    source: Source | None
    learned_at: datetime | None
    write: LastWrite | None


class VariableFilter(Struct, frozen=True, kw_only=True):
    """Which variables are wanted; names without regard to case; None: any."""

    component: str | None = None
    variable: str | None = None
    evse: int | None = None
    mutability: Mutability | None = None
    needs_reboot: bool | None = None


class VariablePage(Struct, frozen=True, kw_only=True):
    """Some variables by component, and where the list goes on."""

    items: tuple[Variable, ...]
    next: str | None


class InventoryStatus(StrEnum):
    """How far the reading of a station's whole device model came."""

    ASKED = "asked"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"
    OUTDATED = "outdated"
    """It came to its end, but the station says that it was configured otherwise since."""


class Inventory(Struct, frozen=True, kw_only=True):
    """The last time that a station was asked for its whole device model.

    Attributes:
        serial: Of the report; later ones have higher numbers.
        detail: The station's word, or what went wrong.
        attempts: How often it was asked without coming to an end, with this make.
        variables: How many attributes came.
        make: Vendor, model, firmware and OCPP version, as they were then.
    """

    serial: int
    status: InventoryStatus
    detail: str
    asked_at: datetime
    ended_at: datetime | None
    attempts: int
    variables: int
    make: tuple[str | None, str | None, str | None, str | None]
