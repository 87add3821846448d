# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.1: messages of the block der."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64, Moment, Natural64, check_decimals
from laddnav.ocpp.v21.datatypes import DERControlEnumType, StatusInfoType

DERControlStatusEnumType = Literal["Accepted", "Rejected", "NotSupported", "NotFound"]


class DERCurvePointsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    x: Decimal
    y: Decimal
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(x=self.x, y=self.y)


DERUnitEnumType = Literal[
    "Not_Applicable", "PctMaxW", "PctMaxVar", "PctWAvail", "PctVarAvail", "PctEffectiveV"
]


class HysteresisType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    hysteresis_high: Decimal | None = field(default=None, name="hysteresisHigh")
    hysteresis_low: Decimal | None = field(default=None, name="hysteresisLow")
    hysteresis_delay: Decimal | None = field(default=None, name="hysteresisDelay")
    hysteresis_gradient: Decimal | None = field(default=None, name="hysteresisGradient")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            hysteresisHigh=self.hysteresis_high,
            hysteresisLow=self.hysteresis_low,
            hysteresisDelay=self.hysteresis_delay,
            hysteresisGradient=self.hysteresis_gradient,
        )


class ReactivePowerParamsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    v_ref: Decimal | None = field(default=None, name="vRef")
    autonomous_v_ref_enable: bool | None = field(default=None, name="autonomousVRefEnable")
    autonomous_v_ref_time_constant: Decimal | None = field(
        default=None, name="autonomousVRefTimeConstant"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            vRef=self.v_ref, autonomousVRefTimeConstant=self.autonomous_v_ref_time_constant
        )


class EnterServiceType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    priority: Natural64
    high_voltage: Decimal = field(name="highVoltage")
    low_voltage: Decimal = field(name="lowVoltage")
    high_freq: Decimal = field(name="highFreq")
    low_freq: Decimal = field(name="lowFreq")
    delay: Decimal | None = None
    random_delay: Decimal | None = field(default=None, name="randomDelay")
    ramp_rate: Decimal | None = field(default=None, name="rampRate")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            highVoltage=self.high_voltage,
            lowVoltage=self.low_voltage,
            highFreq=self.high_freq,
            lowFreq=self.low_freq,
            delay=self.delay,
            randomDelay=self.random_delay,
            rampRate=self.ramp_rate,
        )


class FixedPFType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    priority: Natural64
    displacement: Decimal
    excitation: bool
    start_time: Moment | None = field(default=None, name="startTime")
    duration: Decimal | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(displacement=self.displacement, duration=self.duration)


class FreqDroopType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    priority: Natural64
    over_freq: Decimal = field(name="overFreq")
    under_freq: Decimal = field(name="underFreq")
    over_droop: Decimal = field(name="overDroop")
    under_droop: Decimal = field(name="underDroop")
    response_time: Decimal = field(name="responseTime")
    start_time: Moment | None = field(default=None, name="startTime")
    duration: Decimal | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            overFreq=self.over_freq,
            underFreq=self.under_freq,
            overDroop=self.over_droop,
            underDroop=self.under_droop,
            responseTime=self.response_time,
            duration=self.duration,
        )


class GradientType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    priority: Natural64
    gradient: Decimal
    soft_gradient: Decimal = field(name="softGradient")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(gradient=self.gradient, softGradient=self.soft_gradient)


GridEventFaultEnumType = Literal[
    "CurrentImbalance",
    "LocalEmergency",
    "LowInputPower",
    "OverCurrent",
    "OverFrequency",
    "OverVoltage",
    "PhaseRotation",
    "RemoteEmergency",
    "UnderFrequency",
    "UnderVoltage",
    "VoltageImbalance",
]

PowerDuringCessationEnumType = Literal["Active", "Reactive"]


class FixedVarType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    priority: Natural64
    setpoint: Decimal
    unit: DERUnitEnumType
    start_time: Moment | None = field(default=None, name="startTime")
    duration: Decimal | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(setpoint=self.setpoint, duration=self.duration)


class EnterServiceGetType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl."""

    enter_service: EnterServiceType = field(name="enterService")
    id: Annotated[str, Meta(max_length=36)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class FixedPFGetType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl."""

    fixed_pf: FixedPFType = field(name="fixedPF")
    id: Annotated[str, Meta(max_length=36)]
    is_default: bool = field(name="isDefault")
    is_superseded: bool = field(name="isSuperseded")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class FreqDroopGetType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl."""

    freq_droop: FreqDroopType = field(name="freqDroop")
    id: Annotated[str, Meta(max_length=36)]
    is_default: bool = field(name="isDefault")
    is_superseded: bool = field(name="isSuperseded")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GradientGetType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl."""

    gradient: GradientType
    id: Annotated[str, Meta(max_length=36)]
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class VoltageParamsType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    hv10_min_mean_value: Decimal | None = field(default=None, name="hv10MinMeanValue")
    hv10_min_mean_trip_delay: Decimal | None = field(default=None, name="hv10MinMeanTripDelay")
    power_during_cessation: PowerDuringCessationEnumType | None = field(
        default=None, name="powerDuringCessation"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(
            hv10MinMeanValue=self.hv10_min_mean_value,
            hv10MinMeanTripDelay=self.hv10_min_mean_trip_delay,
        )


class FixedVarGetType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl."""

    fixed_var: FixedVarType = field(name="fixedVar")
    id: Annotated[str, Meta(max_length=36)]
    is_default: bool = field(name="isDefault")
    is_superseded: bool = field(name="isSuperseded")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class DERCurveType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    curve_data: Annotated[tuple[DERCurvePointsType, ...], Meta(min_length=1, max_length=10)] = (
        field(name="curveData")
    )
    hysteresis: HysteresisType | None = None
    priority: Natural64
    reactive_power_params: ReactivePowerParamsType | None = field(
        default=None, name="reactivePowerParams"
    )
    voltage_params: VoltageParamsType | None = field(default=None, name="voltageParams")
    y_unit: DERUnitEnumType = field(name="yUnit")
    response_time: Decimal | None = field(default=None, name="responseTime")
    start_time: Moment | None = field(default=None, name="startTime")
    duration: Decimal | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(responseTime=self.response_time, duration=self.duration)


class DERCurveGetType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl."""

    curve: DERCurveType
    id: Annotated[str, Meta(max_length=36)]
    curve_type: DERControlEnumType = field(name="curveType")
    is_default: bool = field(name="isDefault")
    is_superseded: bool = field(name="isSuperseded")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class LimitMaxDischargeType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl and SetDERControl."""

    priority: Natural64
    pct_max_discharge_power: Decimal | None = field(default=None, name="pctMaxDischargePower")
    power_monitoring_must_trip: DERCurveType | None = field(
        default=None, name="powerMonitoringMustTrip"
    )
    start_time: Moment | None = field(default=None, name="startTime")
    duration: Decimal | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")

    def __post_init__(self) -> None:
        check_decimals(pctMaxDischargePower=self.pct_max_discharge_power, duration=self.duration)


class LimitMaxDischargeGetType(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of ReportDERControl."""

    id: Annotated[str, Meta(max_length=36)]
    is_default: bool = field(name="isDefault")
    is_superseded: bool = field(name="isSuperseded")
    limit_max_discharge: LimitMaxDischargeType = field(name="limitMaxDischarge")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearDERControlRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearDERControl, CSMS to station: the request."""

    is_default: bool = field(name="isDefault")
    control_type: DERControlEnumType | None = field(default=None, name="controlType")
    control_id: Annotated[str, Meta(max_length=36)] | None = field(default=None, name="controlId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ClearDERControlResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ClearDERControl, CSMS to station: the response."""

    status: DERControlStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetDERControlRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDERControl, CSMS to station: the request."""

    request_id: Int64 = field(name="requestId")
    is_default: bool | None = field(default=None, name="isDefault")
    control_type: DERControlEnumType | None = field(default=None, name="controlType")
    control_id: Annotated[str, Meta(max_length=36)] | None = field(default=None, name="controlId")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetDERControlResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetDERControl, CSMS to station: the response."""

    status: DERControlStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyDERAlarmRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDERAlarm, station to CSMS: the request."""

    control_type: DERControlEnumType = field(name="controlType")
    grid_event_fault: GridEventFaultEnumType | None = field(default=None, name="gridEventFault")
    alarm_ended: bool | None = field(default=None, name="alarmEnded")
    timestamp: Moment
    extra_info: Annotated[str, Meta(max_length=200)] | None = field(default=None, name="extraInfo")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyDERAlarmResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDERAlarm, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyDERStartStopRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDERStartStop, station to CSMS: the request."""

    control_id: Annotated[str, Meta(max_length=36)] = field(name="controlId")
    started: bool
    timestamp: Moment
    superseded_ids: (
        Annotated[
            tuple[Annotated[str, Meta(max_length=36)], ...], Meta(min_length=1, max_length=24)
        ]
        | None
    ) = field(default=None, name="supersededIds")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class NotifyDERStartStopResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """NotifyDERStartStop, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReportDERControlRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReportDERControl, station to CSMS: the request."""

    curve: Annotated[tuple[DERCurveGetType, ...], Meta(min_length=1, max_length=24)] | None = None
    enter_service: (
        Annotated[tuple[EnterServiceGetType, ...], Meta(min_length=1, max_length=24)] | None
    ) = field(default=None, name="enterService")
    fixed_pf_absorb: (
        Annotated[tuple[FixedPFGetType, ...], Meta(min_length=1, max_length=24)] | None
    ) = field(default=None, name="fixedPFAbsorb")
    fixed_pf_inject: (
        Annotated[tuple[FixedPFGetType, ...], Meta(min_length=1, max_length=24)] | None
    ) = field(default=None, name="fixedPFInject")
    fixed_var: Annotated[tuple[FixedVarGetType, ...], Meta(min_length=1, max_length=24)] | None = (
        field(default=None, name="fixedVar")
    )
    freq_droop: (
        Annotated[tuple[FreqDroopGetType, ...], Meta(min_length=1, max_length=24)] | None
    ) = field(default=None, name="freqDroop")
    gradient: Annotated[tuple[GradientGetType, ...], Meta(min_length=1, max_length=24)] | None = (
        None
    )
    limit_max_discharge: (
        Annotated[tuple[LimitMaxDischargeGetType, ...], Meta(min_length=1, max_length=24)] | None
    ) = field(default=None, name="limitMaxDischarge")
    request_id: Int64 = field(name="requestId")
    tbc: bool | None = None
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class ReportDERControlResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """ReportDERControl, station to CSMS: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetDERControlRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDERControl, CSMS to station: the request."""

    is_default: bool = field(name="isDefault")
    control_id: Annotated[str, Meta(max_length=36)] = field(name="controlId")
    control_type: DERControlEnumType = field(name="controlType")
    curve: DERCurveType | None = None
    enter_service: EnterServiceType | None = field(default=None, name="enterService")
    fixed_pf_absorb: FixedPFType | None = field(default=None, name="fixedPFAbsorb")
    fixed_pf_inject: FixedPFType | None = field(default=None, name="fixedPFInject")
    fixed_var: FixedVarType | None = field(default=None, name="fixedVar")
    freq_droop: FreqDroopType | None = field(default=None, name="freqDroop")
    gradient: GradientType | None = None
    limit_max_discharge: LimitMaxDischargeType | None = field(
        default=None, name="limitMaxDischarge"
    )
    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class SetDERControlResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SetDERControl, CSMS to station: the response."""

    status: DERControlStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
    superseded_ids: (
        Annotated[
            tuple[Annotated[str, Meta(max_length=36)], ...], Meta(min_length=1, max_length=24)
        ]
        | None
    ) = field(default=None, name="supersededIds")
    custom_data: dict[str, Any] | None = field(default=None, name="customData")
