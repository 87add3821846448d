# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block provisioning."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import (
    ComponentType,
    ComponentVariableType,
    GenericDeviceModelStatusEnumType,
    StatusInfoType,
    VariableType,
)

APNAuthenticationEnumType = Literal["PAP", "CHAP", "NONE", "AUTO"]

AttributeEnumType = Literal["Actual", "Target", "MinSet", "MaxSet"]

BootReasonEnumType = Literal[
    "ApplicationReset",
    "FirmwareUpdate",
    "LocalReset",
    "PowerUp",
    "RemoteReset",
    "ScheduledReset",
    "Triggered",
    "Unknown",
    "Watchdog",
]


class ModemType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of BootNotification."""

    iccid: Annotated[str, Meta(max_length=20)] | None = None
    imsi: Annotated[str, Meta(max_length=20)] | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


ComponentCriterionEnumType = Literal["Active", "Available", "Enabled", "Problem"]

DataEnumType = Literal[
    "string",
    "decimal",
    "integer",
    "dateTime",
    "boolean",
    "OptionList",
    "SequenceList",
    "MemberList",
]

GetVariableStatusEnumType = Literal[
    "Accepted", "Rejected", "UnknownComponent", "UnknownVariable", "NotSupportedAttributeType"
]

MutabilityEnumType = Literal["ReadOnly", "WriteOnly", "ReadWrite"]

OCPPInterfaceEnumType = Literal[
    "Wired0",
    "Wired1",
    "Wired2",
    "Wired3",
    "Wireless0",
    "Wireless1",
    "Wireless2",
    "Wireless3",
    "Any",
]

OCPPTransportEnumType = Literal["SOAP", "JSON"]

OCPPVersionEnumType = Literal["OCPP12", "OCPP15", "OCPP16", "OCPP20", "OCPP201", "OCPP21"]

RegistrationStatusEnumType = Literal["Accepted", "Pending", "Rejected"]

ReportBaseEnumType = Literal["ConfigurationInventory", "FullInventory", "SummaryInventory"]

ResetEnumType = Literal["Immediate", "OnIdle", "ImmediateAndResume"]

ResetStatusEnumType = Literal["Accepted", "Rejected", "Scheduled"]

SetNetworkProfileStatusEnumType = Literal["Accepted", "Rejected", "Failed"]

SetVariableStatusEnumType = Literal[
    "Accepted",
    "Rejected",
    "UnknownComponent",
    "UnknownVariable",
    "NotSupportedAttributeType",
    "RebootRequired",
]

VPNEnumType = Literal["IKEv2", "IPSec", "L2TP", "PPTP"]


class APNType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetNetworkProfile."""

    apn: Annotated[str, Meta(max_length=2000)]
    apn_user_name: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="apnUserName"
    )
    apn_password: Annotated[str, Meta(max_length=64)] | None = field(
        default=None, name="apnPassword"
    )
    sim_pin: Int64 | None = field(default=None, name="simPin")
    preferred_network: Annotated[str, Meta(max_length=6)] | None = field(
        default=None, name="preferredNetwork"
    )
    use_only_preferred_network: bool | None = field(default=None, name="useOnlyPreferredNetwork")
    apn_authentication: APNAuthenticationEnumType = field(name="apnAuthentication")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ChargingStationType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of BootNotification."""

    serial_number: Annotated[str, Meta(max_length=25)] | None = field(
        default=None, name="serialNumber"
    )
    model: Annotated[str, Meta(max_length=20)]
    modem: ModemType | None = None
    vendor_name: Annotated[str, Meta(max_length=50)] = field(name="vendorName")
    firmware_version: Annotated[str, Meta(max_length=50)] | None = field(
        default=None, name="firmwareVersion"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class VariableCharacteristicsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyReport."""

    unit: Annotated[str, Meta(max_length=16)] | None = None
    data_type: DataEnumType = field(name="dataType")
    min_limit: Decimal | None = field(default=None, name="minLimit")
    max_limit: Decimal | None = field(default=None, name="maxLimit")
    max_elements: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = field(
        default=None, name="maxElements"
    )
    values_list: Annotated[str, Meta(max_length=1000)] | None = field(
        default=None, name="valuesList"
    )
    supports_monitoring: bool = field(name="supportsMonitoring")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(minLimit=self.min_limit, maxLimit=self.max_limit)


class VariableAttributeType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyReport."""

    type: AttributeEnumType | None = None
    value: Annotated[str, Meta(max_length=2500)] | None = None
    mutability: MutabilityEnumType | None = None
    persistent: bool | None = None
    constant: bool | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class VPNType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetNetworkProfile."""

    server: Annotated[str, Meta(max_length=2000)]
    user: Annotated[str, Meta(max_length=50)]
    group: Annotated[str, Meta(max_length=50)] | None = None
    password: Annotated[str, Meta(max_length=64)]
    key: Annotated[str, Meta(max_length=255)]
    type: VPNEnumType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetVariableDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetVariables."""

    attribute_type: AttributeEnumType | None = field(default=None, name="attributeType")
    component: ComponentType
    variable: VariableType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetVariableResultType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of GetVariables."""

    attribute_status: GetVariableStatusEnumType = field(name="attributeStatus")
    attribute_status_info: StatusInfoType | None = field(default=None, name="attributeStatusInfo")
    attribute_type: AttributeEnumType | None = field(default=None, name="attributeType")
    attribute_value: Annotated[str, Meta(max_length=2500)] | None = field(
        default=None, name="attributeValue"
    )
    component: ComponentType
    variable: VariableType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetVariableDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetVariables."""

    attribute_type: AttributeEnumType | None = field(default=None, name="attributeType")
    attribute_value: Annotated[str, Meta(max_length=2500)] = field(name="attributeValue")
    component: ComponentType
    variable: VariableType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetVariableResultType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetVariables."""

    attribute_type: AttributeEnumType | None = field(default=None, name="attributeType")
    attribute_status: SetVariableStatusEnumType = field(name="attributeStatus")
    attribute_status_info: StatusInfoType | None = field(default=None, name="attributeStatusInfo")
    component: ComponentType
    variable: VariableType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReportDataType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of NotifyReport."""

    component: ComponentType
    variable: VariableType
    variable_attribute: Annotated[
        tuple[VariableAttributeType, ...], Meta(min_length=1, max_length=4)
    ] = field(name="variableAttribute")
    variable_characteristics: VariableCharacteristicsType | None = field(
        default=None, name="variableCharacteristics"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NetworkConnectionProfileType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SetNetworkProfile."""

    apn: APNType | None = None
    ocpp_version: OCPPVersionEnumType | None = field(default=None, name="ocppVersion")
    ocpp_interface: OCPPInterfaceEnumType = field(name="ocppInterface")
    ocpp_transport: OCPPTransportEnumType = field(name="ocppTransport")
    message_timeout: Int64 = field(name="messageTimeout")
    ocpp_csms_url: Annotated[str, Meta(max_length=2000)] = field(name="ocppCsmsUrl")
    security_profile: Natural64 = field(name="securityProfile")
    identity: Annotated[str, Meta(max_length=48)] | None = None
    basic_auth_password: Annotated[str, Meta(max_length=64)] | None = field(
        default=None, name="basicAuthPassword"
    )
    vpn: VPNType | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class BootNotificationRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BootNotification, station to CSMS: the request."""

    charging_station: ChargingStationType = field(name="chargingStation")
    reason: BootReasonEnumType
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class BootNotificationResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BootNotification, station to CSMS: the response."""

    current_time: Moment = field(name="currentTime")
    interval: Int64
    status: RegistrationStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetBaseReportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetBaseReport, CSMS to station: the request."""

    request_id: Int64 = field(name="requestId")
    report_base: ReportBaseEnumType = field(name="reportBase")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetBaseReportResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetBaseReport, CSMS to station: the response."""

    status: GenericDeviceModelStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetReportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetReport, CSMS to station: the request."""

    component_variable: Annotated[tuple[ComponentVariableType, ...], Meta(min_length=1)] | None = (
        field(default=None, name="componentVariable")
    )
    request_id: Int64 = field(name="requestId")
    component_criteria: (
        Annotated[tuple[ComponentCriterionEnumType, ...], Meta(min_length=1, max_length=4)] | None
    ) = field(default=None, name="componentCriteria")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetReportResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetReport, CSMS to station: the response."""

    status: GenericDeviceModelStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetVariablesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetVariables, CSMS to station: the request."""

    get_variable_data: Annotated[tuple[GetVariableDataType, ...], Meta(min_length=1)] = field(
        name="getVariableData"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetVariablesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetVariables, CSMS to station: the response."""

    get_variable_result: Annotated[tuple[GetVariableResultType, ...], Meta(min_length=1)] = field(
        name="getVariableResult"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyReportRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyReport, station to CSMS: the request."""

    request_id: Int64 = field(name="requestId")
    generated_at: Moment = field(name="generatedAt")
    report_data: Annotated[tuple[ReportDataType, ...], Meta(min_length=1)] | None = field(
        default=None, name="reportData"
    )
    tbc: bool | None = None
    seq_no: Natural64 = field(name="seqNo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyReportResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyReport, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ResetRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reset, CSMS to station: the request."""

    type: ResetEnumType
    evse_id: Natural64 | None = field(default=None, name="evseId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ResetResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reset, CSMS to station: the response."""

    status: ResetStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetNetworkProfileRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetNetworkProfile, CSMS to station: the request."""

    configuration_slot: Int64 = field(name="configurationSlot")
    connection_data: NetworkConnectionProfileType = field(name="connectionData")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetNetworkProfileResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetNetworkProfile, CSMS to station: the response."""

    status: SetNetworkProfileStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetVariablesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetVariables, CSMS to station: the request."""

    set_variable_data: Annotated[tuple[SetVariableDataType, ...], Meta(min_length=1)] = field(
        name="setVariableData"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetVariablesResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetVariables, CSMS to station: the response."""

    set_variable_result: Annotated[tuple[SetVariableResultType, ...], Meta(min_length=1)] = field(
        name="setVariableResult"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
