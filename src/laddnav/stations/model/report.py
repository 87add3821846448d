"""Words for what stations report, the same for all versions."""

from datetime import datetime

from msgspec import Struct

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations.model.station import PasswordForm, Presented


class ConnectionInfo(Struct, frozen=True, kw_only=True):
    """One link, from its upgrade to its close.

    Attributes:
        id: Unique for each link; a close that names another link than the current one is void.
        version: The OCPP version agreed: "1.6", "2.0.1" or "2.1".
        certificate: With which the station came in; None: it is of another profile than 3.
    """

    id: str
    address: str
    version: str
    tls: bool
    password_form: PasswordForm | None = None
    certificate: Presented | None = None

    @property
    def is_proven(self) -> bool:
        """Whether the station has proven who it is."""
        return self.password_form is not None or self.certificate is not None


class BootReported(Struct, frozen=True, kw_only=True):
    """A BootNotification in any version; texts may be longer than their schema allows."""

    vendor: str | None
    model: str | None
    serial: str | None = None
    box_serial: str | None = None
    firmware: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    meter_type: str | None = None
    meter_serial: str | None = None
    reason: str | None = None


class StatusReported(Struct, frozen=True, kw_only=True):
    """A StatusNotification, or a NotifyEvent on AvailabilityState, in any version.

    Attributes:
        status: The wire's word.
        at: The station's own time; None: it gave none.
        error_code: OCPP 1.6 only; "NoError" means none.
    """

    ref: ConnectorRef
    status: str
    at: datetime | None
    error_code: str | None = None
    vendor_error_code: str | None = None
    vendor_id: str | None = None
    info: str | None = None
    tech_code: str | None = None


class FaultReported(Struct, frozen=True, kw_only=True):
    """A problem told by NotifyEvent (2.x), apart from any status.

    Attributes:
        error_code: What is at fault: component, and variable where it is not plain "Problem".
        cleared: True: the problem is over.
    """

    ref: ConnectorRef
    error_code: str
    cleared: bool
    at: datetime | None
    vendor_error_code: str | None = None
    tech_code: str | None = None
    info: str | None = None
