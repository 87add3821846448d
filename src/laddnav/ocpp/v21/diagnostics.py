# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block diagnostics."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import (
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


class PeriodicEventStreamParamsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of AdjustPeriodicEventStream, GetPeriodicEventStream and 2 more."""

    interval: Natural64 | None = None
    values: Natural64 | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


CustomerInformationStatusEnumType = Literal["Accepted", "Rejected", "Invalid"]

EventNotificationEnumType = Literal[
    "HardWiredNotification", "HardWiredMonitor", "PreconfiguredMonitor", "CustomMonitor"
]

EventTriggerEnumType = Literal["Alerting", "Delta", "Periodic"]

LogEnumType = Literal["DiagnosticsLog", "SecurityLog", "DataCollectorLog"]


class LogParametersType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetLog."""

    remote_location: Annotated[str, Meta(max_length=2000)] = field(name="remoteLocation")
    oldest_timestamp: Moment | None = field(default=None, name="oldestTimestamp")
    latest_timestamp: Moment | None = field(default=None, name="latestTimestamp")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


LogStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled"]

MonitorEnumType = Literal[
    "UpperThreshold",
    "LowerThreshold",
    "Delta",
    "Periodic",
    "PeriodicClockAligned",
    "TargetDelta",
    "TargetDeltaRelative",
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


class StreamDataElementType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyPeriodicEventStream."""

    t: Decimal
    v: Annotated[str, Meta(max_length=2500)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(t=self.t)


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

    status: ClearMonitoringStatusEnumType
    id: Natural64
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ConstantStreamDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetPeriodicEventStream and OpenPeriodicEventStream."""

    id: Natural64
    params: PeriodicEventStreamParamsType
    variable_monitoring_id: Natural64 = field(name="variableMonitoringId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class VariableMonitoringType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyMonitoringReport."""

    id: Natural64
    transaction: bool
    value: Decimal
    type: MonitorEnumType
    severity: Natural64
    event_notification_type: EventNotificationEnumType = field(name="eventNotificationType")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(value=self.value)


class EventDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyEvent."""

    event_id: Natural64 = field(name="eventId")
    timestamp: Moment
    trigger: EventTriggerEnumType
    cause: Natural64 | None = None
    actual_value: Annotated[str, Meta(max_length=2500)] = field(name="actualValue")
    tech_code: Annotated[str, Meta(max_length=50)] | None = field(default=None, name="techCode")
    tech_info: Annotated[str, Meta(max_length=500)] | None = field(default=None, name="techInfo")
    cleared: bool | None = None
    transaction_id: Annotated[str, Meta(max_length=36)] | None = field(
        default=None, name="transactionId"
    )
    component: ComponentType
    variable_monitoring_id: Natural64 | None = field(default=None, name="variableMonitoringId")
    event_notification_type: EventNotificationEnumType = field(name="eventNotificationType")
    variable: VariableType
    severity: Natural64 | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetMonitoringDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetVariableMonitoring."""

    id: Natural64 | None = None
    periodic_event_stream: PeriodicEventStreamParamsType | None = field(
        default=None, name="periodicEventStream"
    )
    transaction: bool | None = None
    value: Decimal
    type: MonitorEnumType
    severity: Natural64
    component: ComponentType
    variable: VariableType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(value=self.value)


class SetMonitoringResultType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetVariableMonitoring."""

    id: Natural64 | None = None
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    status: SetMonitoringStatusEnumType
    type: MonitorEnumType
    component: ComponentType
    variable: VariableType
    severity: Natural64
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class MonitoringDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyMonitoringReport."""

    component: ComponentType
    variable: VariableType
    variable_monitoring: Annotated[tuple[VariableMonitoringType, ...], Meta(min_length=1)] = field(
        name="variableMonitoring"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class AdjustPeriodicEventStreamRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AdjustPeriodicEventStream, CSMS to station: the request."""

    id: Natural64
    params: PeriodicEventStreamParamsType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class AdjustPeriodicEventStreamResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """AdjustPeriodicEventStream, CSMS to station: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearVariableMonitoringRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearVariableMonitoring, CSMS to station: the request."""

    id: Annotated[tuple[Natural64, ...], Meta(min_length=1)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearVariableMonitoringResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearVariableMonitoring, CSMS to station: the response."""

    clear_monitoring_result: Annotated[
        tuple[ClearMonitoringResultType, ...], Meta(min_length=1)
    ] = field(name="clearMonitoringResult")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClosePeriodicEventStreamRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClosePeriodicEventStream, station to CSMS: the request."""

    id: Natural64
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClosePeriodicEventStreamResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClosePeriodicEventStream, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CustomerInformationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CustomerInformation, CSMS to station: the request."""

    customer_certificate: CertificateHashDataType | None = field(
        default=None, name="customerCertificate"
    )
    id_token: IdTokenType | None = field(default=None, name="idToken")
    request_id: Natural64 = field(name="requestId")
    report: bool
    clear: bool
    customer_identifier: Annotated[str, Meta(max_length=64)] | None = field(
        default=None, name="customerIdentifier"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class CustomerInformationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """CustomerInformation, CSMS to station: the response."""

    status: CustomerInformationStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetLogRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLog, CSMS to station: the request."""

    log: LogParametersType
    log_type: LogEnumType = field(name="logType")
    request_id: Int64 = field(name="requestId")
    retries: Natural64 | None = None
    retry_interval: Int64 | None = field(default=None, name="retryInterval")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetLogResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLog, CSMS to station: the response."""

    status: LogStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    filename: Annotated[str, Meta(max_length=255)] | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetMonitoringReportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetMonitoringReport, CSMS to station: the request."""

    component_variable: Annotated[tuple[ComponentVariableType, ...], Meta(min_length=1)] | None = (
        field(default=None, name="componentVariable")
    )
    request_id: Int64 = field(name="requestId")
    monitoring_criteria: (
        Annotated[tuple[MonitoringCriterionEnumType, ...], Meta(min_length=1, max_length=3)] | None
    ) = field(default=None, name="monitoringCriteria")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetMonitoringReportResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetMonitoringReport, CSMS to station: the response."""

    status: GenericDeviceModelStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetPeriodicEventStreamRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetPeriodicEventStream, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetPeriodicEventStreamResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetPeriodicEventStream, CSMS to station: the response."""

    constant_stream_data: (
        Annotated[tuple[ConstantStreamDataType, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="constantStreamData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class LogStatusNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LogStatusNotification, station to CSMS: the request."""

    status: UploadLogStatusEnumType
    request_id: Int64 | None = field(default=None, name="requestId")
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class LogStatusNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """LogStatusNotification, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyCustomerInformationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyCustomerInformation, station to CSMS: the request."""

    data: Annotated[str, Meta(max_length=512)]
    tbc: bool | None = None
    seq_no: Natural64 = field(name="seqNo")
    generated_at: Moment = field(name="generatedAt")
    request_id: Natural64 = field(name="requestId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyCustomerInformationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyCustomerInformation, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEventRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEvent, station to CSMS: the request."""

    generated_at: Moment = field(name="generatedAt")
    tbc: bool | None = None
    seq_no: Natural64 = field(name="seqNo")
    event_data: Annotated[tuple[EventDataType, ...], Meta(min_length=1)] = field(name="eventData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyEventResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyEvent, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyMonitoringReportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyMonitoringReport, station to CSMS: the request."""

    monitor: Annotated[tuple[MonitoringDataType, ...], Meta(min_length=1)] | None = None
    request_id: Int64 = field(name="requestId")
    tbc: bool | None = None
    seq_no: Natural64 = field(name="seqNo")
    generated_at: Moment = field(name="generatedAt")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyMonitoringReportResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyMonitoringReport, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyPeriodicEventStreamRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyPeriodicEventStream, station to CSMS: never answered."""

    data: Annotated[tuple[StreamDataElementType, ...], Meta(min_length=1)]
    id: Natural64
    pending: Natural64
    basetime: Moment
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class OpenPeriodicEventStreamRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OpenPeriodicEventStream, station to CSMS: the request."""

    constant_stream_data: ConstantStreamDataType = field(name="constantStreamData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class OpenPeriodicEventStreamResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """OpenPeriodicEventStream, station to CSMS: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetMonitoringBaseRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringBase, CSMS to station: the request."""

    monitoring_base: MonitoringBaseEnumType = field(name="monitoringBase")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetMonitoringBaseResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringBase, CSMS to station: the response."""

    status: GenericDeviceModelStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetMonitoringLevelRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringLevel, CSMS to station: the request."""

    severity: Natural64
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetMonitoringLevelResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetMonitoringLevel, CSMS to station: the response."""

    status: GenericStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetVariableMonitoringRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetVariableMonitoring, CSMS to station: the request."""

    set_monitoring_data: Annotated[tuple[SetMonitoringDataType, ...], Meta(min_length=1)] = field(
        name="setMonitoringData"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetVariableMonitoringResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetVariableMonitoring, CSMS to station: the response."""

    set_monitoring_result: Annotated[tuple[SetMonitoringResultType, ...], Meta(min_length=1)] = (
        field(name="setMonitoringResult")
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
