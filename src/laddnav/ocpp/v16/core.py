# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: messages of the block core."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment
from laddnav.ocpp.v16.datatypes import ChargingProfile, IdTagInfo

AvailabilityStatus = Literal["Accepted", "Rejected", "Scheduled"]

AvailabilityType = Literal["Inoperative", "Operative"]

ChargePointErrorCode = Literal[
    "ConnectorLockFailure",
    "EVCommunicationError",
    "GroundFailure",
    "HighTemperature",
    "InternalError",
    "LocalListConflict",
    "NoError",
    "OtherError",
    "OverCurrentFailure",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "OverVoltage",
    "WeakSignal",
]

ChargePointStatus = Literal[
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEVSE",
    "SuspendedEV",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
]

ClearCacheStatus = Literal["Accepted", "Rejected"]

ConfigurationStatus = Literal["Accepted", "Rejected", "RebootRequired", "NotSupported"]

DataTransferStatus = Literal["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]


class KeyValue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetConfiguration."""

    key: Annotated[str, Meta(max_length=50)]
    readonly: bool
    value: Annotated[str, Meta(max_length=500)] | None = None


Location = Literal["Cable", "EV", "Inlet", "Outlet", "Body"]

Measurand = Literal[
    "Energy.Active.Export.Register",
    "Energy.Active.Import.Register",
    "Energy.Reactive.Export.Register",
    "Energy.Reactive.Import.Register",
    "Energy.Active.Export.Interval",
    "Energy.Active.Import.Interval",
    "Energy.Reactive.Export.Interval",
    "Energy.Reactive.Import.Interval",
    "Power.Active.Export",
    "Power.Active.Import",
    "Power.Offered",
    "Power.Reactive.Export",
    "Power.Reactive.Import",
    "Power.Factor",
    "Current.Import",
    "Current.Export",
    "Current.Offered",
    "Voltage",
    "Frequency",
    "Temperature",
    "SoC",
    "RPM",
]

Phase = Literal["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"]

ReadingContext = Literal[
    "Interruption.Begin",
    "Interruption.End",
    "Sample.Clock",
    "Sample.Periodic",
    "Transaction.Begin",
    "Transaction.End",
    "Trigger",
    "Other",
]

Reason = Literal[
    "EmergencyStop",
    "EVDisconnected",
    "HardReset",
    "Local",
    "Other",
    "PowerLoss",
    "Reboot",
    "Remote",
    "SoftReset",
    "UnlockCommand",
    "DeAuthorized",
]

RegistrationStatus = Literal["Accepted", "Pending", "Rejected"]

RemoteStartStopStatus = Literal["Accepted", "Rejected"]

ResetStatus = Literal["Accepted", "Rejected"]

ResetType = Literal["Hard", "Soft"]

UnitOfMeasure = Literal[
    "Wh",
    "kWh",
    "varh",
    "kvarh",
    "W",
    "kW",
    "VA",
    "kVA",
    "var",
    "kvar",
    "A",
    "V",
    "K",
    "Celcius",
    "Celsius",
    "Fahrenheit",
    "Percent",
    "Hertz",
]

ValueFormat = Literal["Raw", "SignedData"]

UnlockStatus = Literal["Unlocked", "UnlockFailed", "NotSupported"]


class SampledValue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and StopTransaction."""

    value: str
    context: ReadingContext | None = None
    format: ValueFormat | None = None
    measurand: Measurand | None = None
    phase: Phase | None = None
    location: Location | None = None
    unit: UnitOfMeasure | None = None


class MeterValue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of MeterValues and StopTransaction."""

    timestamp: Moment
    sampled_value: tuple[SampledValue, ...] = field(name="sampledValue")


class AuthorizeRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Authorize, station to CSMS: the request."""

    id_tag: Annotated[str, Meta(max_length=20)] = field(name="idTag")


class AuthorizeResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Authorize, station to CSMS: the response."""

    id_tag_info: IdTagInfo = field(name="idTagInfo")


class BootNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BootNotification, station to CSMS: the request."""

    charge_point_vendor: Annotated[str, Meta(max_length=20)] = field(name="chargePointVendor")
    charge_point_model: Annotated[str, Meta(max_length=20)] = field(name="chargePointModel")
    charge_point_serial_number: Annotated[str, Meta(max_length=25)] | None = field(
        default=None, name="chargePointSerialNumber"
    )
    charge_box_serial_number: Annotated[str, Meta(max_length=25)] | None = field(
        default=None, name="chargeBoxSerialNumber"
    )
    firmware_version: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="firmwareVersion"
    )
    iccid: Annotated[str, Meta(max_length=20)] | None = None
    imsi: Annotated[str, Meta(max_length=20)] | None = None
    meter_type: Annotated[str, Meta(max_length=25)] | None = field(default=None, name="meterType")
    meter_serial_number: Annotated[str, Meta(max_length=25)] | None = field(
        default=None, name="meterSerialNumber"
    )


class BootNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BootNotification, station to CSMS: the response."""

    status: RegistrationStatus
    current_time: Moment = field(name="currentTime")
    interval: Int64


class ChangeAvailabilityRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeAvailability, CSMS to station: the request."""

    connector_id: Int64 = field(name="connectorId")
    type: AvailabilityType


class ChangeAvailabilityResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeAvailability, CSMS to station: the response."""

    status: AvailabilityStatus


class ChangeConfigurationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeConfiguration, CSMS to station: the request."""

    key: Annotated[str, Meta(max_length=50)]
    value: Annotated[str, Meta(max_length=500)]


class ChangeConfigurationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ChangeConfiguration, CSMS to station: the response."""

    status: ConfigurationStatus


class ClearCacheRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearCache, CSMS to station: the request."""


class ClearCacheResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearCache, CSMS to station: the response."""

    status: ClearCacheStatus


class DataTransferRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DataTransfer, either way: the request."""

    vendor_id: Annotated[str, Meta(max_length=255)] = field(name="vendorId")
    message_id: Annotated[str, Meta(max_length=50)] | None = field(default=None, name="messageId")
    data: str | None = None


class DataTransferResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """DataTransfer, either way: the response."""

    status: DataTransferStatus
    data: str | None = None


class GetConfigurationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetConfiguration, CSMS to station: the request."""

    key: tuple[Annotated[str, Meta(max_length=50)], ...] | None = None


class GetConfigurationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetConfiguration, CSMS to station: the response."""

    configuration_key: tuple[KeyValue, ...] | None = field(default=None, name="configurationKey")
    unknown_key: tuple[Annotated[str, Meta(max_length=50)], ...] | None = field(
        default=None, name="unknownKey"
    )


class HeartbeatRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Heartbeat, station to CSMS: the request."""


class HeartbeatResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Heartbeat, station to CSMS: the response."""

    current_time: Moment = field(name="currentTime")


class MeterValuesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MeterValues, station to CSMS: the request."""

    connector_id: Int64 = field(name="connectorId")
    transaction_id: Int64 | None = field(default=None, name="transactionId")
    meter_value: Annotated[tuple[MeterValue, ...], Meta(min_length=1)] = field(name="meterValue")


class MeterValuesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """MeterValues, station to CSMS: the response."""


class RemoteStartTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RemoteStartTransaction, CSMS to station: the request."""

    connector_id: Int64 | None = field(default=None, name="connectorId")
    id_tag: Annotated[str, Meta(max_length=20)] = field(name="idTag")
    charging_profile: ChargingProfile | None = field(default=None, name="chargingProfile")


class RemoteStartTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RemoteStartTransaction, CSMS to station: the response."""

    status: RemoteStartStopStatus


class RemoteStopTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RemoteStopTransaction, CSMS to station: the request."""

    transaction_id: Int64 = field(name="transactionId")


class RemoteStopTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RemoteStopTransaction, CSMS to station: the response."""

    status: RemoteStartStopStatus


class ResetRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reset, CSMS to station: the request."""

    type: ResetType


class ResetResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reset, CSMS to station: the response."""

    status: ResetStatus


class StartTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StartTransaction, station to CSMS: the request."""

    connector_id: Int64 = field(name="connectorId")
    id_tag: Annotated[str, Meta(max_length=20)] = field(name="idTag")
    meter_start: Int64 = field(name="meterStart")
    reservation_id: Int64 | None = field(default=None, name="reservationId")
    timestamp: Moment


class StartTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StartTransaction, station to CSMS: the response."""

    id_tag_info: IdTagInfo = field(name="idTagInfo")
    transaction_id: Int64 = field(name="transactionId")


class StatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StatusNotification, station to CSMS: the request."""

    connector_id: Int64 = field(name="connectorId")
    error_code: ChargePointErrorCode = field(name="errorCode")
    info: Annotated[str, Meta(max_length=50)] | None = None
    status: ChargePointStatus
    timestamp: Moment | None = None
    vendor_id: Annotated[str, Meta(max_length=255)] | None = field(default=None, name="vendorId")
    vendor_error_code: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="vendorErrorCode"
    )


class StatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StatusNotification, station to CSMS: the response."""


class StopTransactionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StopTransaction, station to CSMS: the request."""

    id_tag: Annotated[str, Meta(max_length=20)] | None = field(default=None, name="idTag")
    meter_stop: Int64 = field(name="meterStop")
    timestamp: Moment
    transaction_id: Int64 = field(name="transactionId")
    reason: Reason | None = None
    transaction_data: tuple[MeterValue, ...] | None = field(default=None, name="transactionData")


class StopTransactionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """StopTransaction, station to CSMS: the response."""

    id_tag_info: IdTagInfo | None = field(default=None, name="idTagInfo")


class UnlockConnectorRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnlockConnector, CSMS to station: the request."""

    connector_id: Int64 = field(name="connectorId")


class UnlockConnectorResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """UnlockConnector, CSMS to station: the response."""

    status: UnlockStatus
