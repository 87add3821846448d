# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block diagnostics."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, check_decimals
from laddnav.ocpp.v201.datatypes import (
    CertificateHashDataType,
    ComponentType,
    ComponentVariableType,
    GenericDeviceModelStatusEnumType,
    GenericStatusEnumType,
    IdTokenType,
    StatusInfoType,
    VariableType,
)

ClearMonitoringStatusEnumType = Literal["Accepted", "Rejected", "NotFound"]

CustomerInformationStatusEnumType = Literal["Accepted", "Rejected", "Invalid"]

EventNotificationEnumType = Literal[
    "HardWiredNotification", "HardWiredMonitor", "PreconfiguredMonitor", "CustomMonitor"
]

EventTriggerEnumType = Literal["Alerting", "Delta", "Periodic"]

LogEnumType = Literal["DiagnosticsLog", "SecurityLog"]


class LogParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetLog."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    remote_location: Annotated[str, Meta(max_length=512)] = field(name="remoteLocation")
    oldest_timestamp: Moment | None = field(default=None, name="oldestTimestamp")
    latest_timestamp: Moment | None = field(default=None, name="latestTimestamp")


LogStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled"]

MonitorEnumType = Literal[
    "UpperThreshold", "LowerThreshold", "Delta", "Periodic", "PeriodicClockAligned"
]

MonitoringBaseEnumType = Literal["All", "FactoryDefault", "HardWiredOnly"]

MonitoringCriterionEnumType = Literal[
    "ThresholdMonitoring", "DeltaMonitoring", "PeriodicMonitoring"
]

SetMonitoringStatusEnumType = Literal[
    "Accepted",
    "UnknownComponent",
    "UnknownVariable",
    "UnsupportedMonitorType",
    "Rejected",
    "Duplicate",
]

UploadLogStatusEnumType = Literal[
    "BadMessage",
    "Idle",
    "NotSupportedOperation",
    "PermissionDenied",
    "Uploaded",
    "UploadFailure",
    "Uploading",
    "AcceptedCanceled",
]


class ClearMonitoringResultType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ClearVariableMonitoring."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: ClearMonitoringStatusEnumType
    id: Int64
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class VariableMonitoringType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyMonitoringReport."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64
    transaction: bool
    value: Decimal
    type: MonitorEnumType
    severity: Int64

    def __post_init__(self) -> None:
        check_decimals(value=self.value)


class EventDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEvent."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    event_id: Int64 = field(name="eventId")
    timestamp: Moment
    trigger: EventTriggerEnumType
    cause: Int64 | None = None
    actual_value: Annotated[str, Meta(max_length=2500)] = field(name="actualValue")
    tech_code: Annotated[str, Meta(max_length=50)] | None = field(default=None, name="techCode")
    tech_info: Annotated[str, Meta(max_length=500)] | None = field(default=None, name="techInfo")
    cleared: bool | None = None
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    component: ComponentType
    variable_monitoring_id: Int64 | None = field(default=None, name="variableMonitoringId")
    event_notification_type: EventNotificationEnumType = field(name="eventNotificationType")
    variable: VariableType


class SetMonitoringDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetVariableMonitoring."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64 | None = None
    transaction: bool | None = None
    value: Decimal
    type: MonitorEnumType
    severity: Int64
    component: ComponentType
    variable: VariableType

    def __post_init__(self) -> None:
        check_decimals(value=self.value)


class SetMonitoringResultType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetVariableMonitoring."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Int64 | None = None
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    status: SetMonitoringStatusEnumType
    type: MonitorEnumType
    component: ComponentType
    variable: VariableType
    severity: Int64


class MonitoringDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyMonitoringReport."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    component: ComponentType
    variable: VariableType
    variable_monitoring: Annotated[tuple[VariableMonitoringType, ...], Meta(min_length=1)] = field(
        name="variableMonitoring"
    )


class ClearVariableMonitoringRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearVariableMonitoring, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id: Annotated[tuple[Int64, ...], Meta(min_length=1)]


class ClearVariableMonitoringResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearVariableMonitoring, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    clear_monitoring_result: Annotated[
        tuple[ClearMonitoringResultType, ...], Meta(min_length=1)
    ] = field(name="clearMonitoringResult")


class CustomerInformationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CustomerInformation, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    customer_certificate: CertificateHashDataType | None = field(
        default=None, name="customerCertificate"
    )
    id_token: IdTokenType | None = field(default=None, name="idToken")
    request_id: Int64 = field(name="requestId")
    report: bool
    clear: bool
    customer_identifier: Annotated[str, Meta(max_length=64)] | None = field(
        default=None, name="customerIdentifier"
    )


class CustomerInformationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CustomerInformation, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: CustomerInformationStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class GetLogRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLog, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    log: LogParametersType
    log_type: LogEnumType = field(name="logType")
    request_id: Int64 = field(name="requestId")
    retries: Int64 | None = None
    retry_interval: Int64 | None = field(default=None, name="retryInterval")


class GetLogResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLog, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: LogStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    filename: Annotated[str, Meta(max_length=255)] | None = None


class GetMonitoringReportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetMonitoringReport, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    component_variable: Annotated[tuple[ComponentVariableType, ...], Meta(min_length=1)] | None = (
        field(default=None, name="componentVariable")
    )
    request_id: Int64 = field(name="requestId")
    monitoring_criteria: (
        Annotated[tuple[MonitoringCriterionEnumType, ...], Meta(min_length=1, max_length=3)] | None
    ) = field(default=None, name="monitoringCriteria")


class GetMonitoringReportResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetMonitoringReport, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GenericDeviceModelStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class LogStatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LogStatusNotification, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: UploadLogStatusEnumType
    request_id: Int64 | None = field(default=None, name="requestId")


class LogStatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LogStatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyCustomerInformationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyCustomerInformation, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    data: Annotated[str, Meta(max_length=512)]
    tbc: bool | None = None
    seq_no: Int64 = field(name="seqNo")
    generated_at: Moment = field(name="generatedAt")
    request_id: Int64 = field(name="requestId")


class NotifyCustomerInformationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyCustomerInformation, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEventRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEvent, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    generated_at: Moment = field(name="generatedAt")
    tbc: bool | None = None
    seq_no: Int64 = field(name="seqNo")
    event_data: Annotated[tuple[EventDataType, ...], Meta(min_length=1)] = field(name="eventData")


class NotifyEventResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEvent, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyMonitoringReportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyMonitoringReport, station to CSMS: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    monitor: Annotated[tuple[MonitoringDataType, ...], Meta(min_length=1)] | None = None
    request_id: Int64 = field(name="requestId")
    tbc: bool | None = None
    seq_no: Int64 = field(name="seqNo")
    generated_at: Moment = field(name="generatedAt")


class NotifyMonitoringReportResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyMonitoringReport, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetMonitoringBaseRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringBase, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    monitoring_base: MonitoringBaseEnumType = field(name="monitoringBase")


class SetMonitoringBaseResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringBase, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GenericDeviceModelStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class SetMonitoringLevelRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringLevel, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    severity: Int64


class SetMonitoringLevelResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringLevel, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")


class SetVariableMonitoringRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetVariableMonitoring, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    set_monitoring_data: Annotated[tuple[SetMonitoringDataType, ...], Meta(min_length=1)] = field(
        name="setMonitoringData"
    )


class SetVariableMonitoringResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetVariableMonitoring, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    set_monitoring_result: Annotated[tuple[SetMonitoringResultType, ...], Meta(min_length=1)] = (
        field(name="setMonitoringResult")
    )
