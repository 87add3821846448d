"""Connectors, and the timeline of everything that happened to them."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from laddnav.kernel.keys import ConnectorRef

WHOLE_STATION = ConnectorRef(0, 0)
"""The connector that means the station itself (connector 0 of OCPP 1.6)."""


class Status(StrEnum):
    """What a connector is, in the words of OCPP 2; unknown: never told, or in no word we know."""

    AVAILABLE = "available"
    OCCUPIED = "occupied"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"
    UNKNOWN = "unknown"


class Connector(Struct, frozen=True, kw_only=True):
    """What one connector was last said to be.

    Attributes:
        wire_status: The station's own word ("Preparing"), which says more than `status`.
        at: When it became so: the station's time where it can be believed, else that of receipt.
        stamped_at: The station's own time as it came, believed or not.
    """

    ref: ConnectorRef
    status: Status
    wire_status: str | None = None
    error_code: str | None = None
    vendor_error_code: str | None = None
    vendor_id: str | None = None
    info: str | None = None
    tech_code: str | None = None
    at: datetime
    stamped_at: datetime | None = None
    received_at: datetime


class TimelineKind(StrEnum):
    """What a line of the timeline tells."""

    STATUS = "status"
    FAULT = "fault"
    FAULT_CLEARED = "fault_cleared"
    CONNECTION = "connection"
    BOOT = "boot"
    REGISTRATION = "registration"


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """One line of a station's history, never changed."""

    id: str
    ref: ConnectorRef
    at: datetime
    stamped_at: datetime | None
    received_at: datetime
    kind: TimelineKind
    value: str
    wire_status: str | None = None
    error_code: str | None = None
    vendor_error_code: str | None = None
    tech_code: str | None = None
    info: str | None = None
