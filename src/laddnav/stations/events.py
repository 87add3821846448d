"""Facts about stations that other rooms react to."""

from datetime import datetime

from msgspec import Struct

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.model import Registration


class FaultRaised(Struct, frozen=True, kw_only=True):
    """A connector, or the whole station (evse 0), has a fault that it did not have before."""

    station: StationKey
    ref: ConnectorRef
    at: datetime
    error_code: str | None
    vendor_error_code: str | None
    tech_code: str | None
    info: str | None


class FaultCleared(Struct, frozen=True, kw_only=True):
    """A fault is over; the codes are those with which it was raised."""

    station: StationKey
    ref: ConnectorRef
    at: datetime
    error_code: str | None
    vendor_error_code: str | None
    tech_code: str | None


class ConnectorFreed(Struct, frozen=True, kw_only=True):
    """A connector became available after it was not: no session can be running there."""

    station: StationKey
    ref: ConnectorRef
    at: datetime


class SecurityEventTold(Struct, frozen=True, kw_only=True):
    """A station told of a security event that the specifications call critical (A04).

    Of events alike within an hour, the first is a fact.
    """

    station: StationKey
    at: datetime
    stamped_at: datetime | None
    type: str
    info: str | None


class RegistrationChanged(Struct, frozen=True, kw_only=True):
    """An operator decided anew whether a station may work."""

    station: StationKey
    at: datetime
    before: Registration
    after: Registration
