"""What a simulated OCPP 1.6 station says."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, cast

import msgspec
from typing_extensions import override

from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.v16 import ACTIONS, core, security
from laddnav.ocpp.v16.datatypes import IdTagInfo
from laddnav.simulator.commands import Commands
from laddnav.simulator.connector import Connector
from laddnav.simulator.ledger import Entry, EntryKind
from laddnav.simulator.meter import MeterReading, MeterSample, Unit, tells_register
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.speaker import BootAnswer, BootReason, Caller, Speaker
from laddnav.simulator.story import Parcel, Reason, Step, StepKind, Token, Verdict
from laddnav.simulator.v16.answers import answer

NEVER_NUMBERED: Final = -1  # the id of a transaction whose start was never answered (errata 3.18)

_ANYTHING: Final = msgspec.json.Decoder(msgspec.Raw)
_BOOT: Final = msgspec.json.Decoder(core.BootNotificationResponse)
_HEARTBEAT: Final = msgspec.json.Decoder(core.HeartbeatResponse)
_AUTHORIZE: Final = msgspec.json.Decoder(core.AuthorizeResponse)
_START: Final = msgspec.json.Decoder(core.StartTransactionResponse)
_STOP: Final = msgspec.json.Decoder(core.StopTransactionResponse)
_METER: Final = msgspec.json.Decoder(core.MeterValuesResponse)
_SIGN: Final = msgspec.json.Decoder(security.SignCertificateResponse)
_STATUS: Final = msgspec.json.Decoder(core.StatusNotificationResponse)

_UNITS: Final[Mapping[Unit, core.UnitOfMeasure | None]] = {
    "A": "A",
    "Hz": None,  # the schema has no unit for it (errata 3.86)
    "Percent": "Percent",
    "V": "V",
    "W": "W",
    "Wh": "Wh",
    "varh": "varh",
    "": None,
}
_REASONS: Final[Mapping[Reason, core.Reason]] = {
    "DeAuthorized": "DeAuthorized",
    "EmergencyStop": "EmergencyStop",
    "EVDisconnected": "EVDisconnected",
    "GroundFault": "Other",
    "ImmediateReset": "HardReset",
    "Local": "Local",
    "MasterPass": "Local",
    "Other": "Other",
    "OvercurrentFault": "Other",
    "PowerLoss": "PowerLoss",
    "Reboot": "Reboot",
    "Remote": "Remote",
    "SoftReset": "SoftReset",
    "StoppedByEV": "Other",
    "Timeout": "Other",
    "UnlockCommand": "UnlockCommand",
}
_KINDS: Final[Mapping[StepKind, EntryKind]] = {
    "Started": "start",
    "Updated": "sample",
    "Ended": "stop",
}


class V16Speaker(Speaker):
    """OCPP 1.6."""

    version = Version.V16
    actions = ACTIONS
    names_transactions = False

    @override
    async def send(self, link: Caller, action: str, request: msgspec.Struct) -> None:
        await link.call(action, request, _ANYTHING)

    @override
    async def boot(self, link: Caller, plan: StationPlan, reason: BootReason) -> BootAnswer:
        request = core.BootNotificationRequest(
            charge_point_vendor=plan.vendor,
            charge_point_model=plan.model,
            charge_point_serial_number=plan.serial,
            firmware_version=plan.firmware,
        )
        said = await link.call("BootNotification", request, _BOOT)
        return BootAnswer(status=said.status, now=said.current_time, interval_s=said.interval)

    @override
    async def heartbeat(self, link: Caller) -> datetime:
        return (await link.call("Heartbeat", core.HeartbeatRequest(), _HEARTBEAT)).current_time

    @override
    def shown(self, connector: Connector) -> tuple[object, ...]:
        return connector.status, connector.fault

    @override
    async def tell_status(self, link: Caller, connector: Connector, at: datetime) -> None:
        fault = connector.fault
        request = core.StatusNotificationRequest(
            connector_id=connector.number,
            status=connector.status,
            error_code="NoError" if fault is None else fault.code,
            info=None if fault is None else fault.info,
            vendor_error_code=None if fault is None else fault.vendor_code,
            timestamp=at,
        )
        await link.call("StatusNotification", request, _STATUS)

    @override
    async def tell_station(self, link: Caller, *, operative: bool, at: datetime) -> None:
        request = core.StatusNotificationRequest(
            connector_id=0,
            status="Available" if operative else "Unavailable",
            error_code="NoError",
            timestamp=at,
        )
        await link.call("StatusNotification", request, _STATUS)

    @override
    async def authorize(self, link: Caller, token: Token) -> Verdict:
        request = core.AuthorizeRequest(id_tag=token.uid)
        return _verdict((await link.call("Authorize", request, _AUTHORIZE)).id_tag_info)

    @override
    async def tell_meter(self, link: Caller, connector: Connector, reading: MeterReading) -> None:
        request = core.MeterValuesRequest(
            connector_id=connector.number,
            transaction_id=connector.transaction.number if connector.transaction else None,
            meter_value=_meter_values((reading,)),
        )
        await link.call("MeterValues", request, _METER)

    @override
    async def ask_for_certificate(self, link: Caller, csr: str, number: int) -> bool:
        request = security.SignCertificateRequest(csr=csr)
        return (await link.call("SignCertificate", request, _SIGN)).status == "Accepted"

    @override
    async def tell_event(self, link: Caller, kind: str, at: datetime) -> None:
        request = security.SecurityEventNotificationRequest(type=kind, timestamp=at)
        await link.call("SecurityEventNotification", request, _ANYTHING)

    @override
    def entry(self, step: Step) -> Entry | None:
        reading = step.readings[-1] if step.readings else None
        if step.kind == "Updated":
            if reading is None or not reading.samples:
                return None
            told_wh = reading.register_wh if tells_register(reading) else None
            return Entry(kind="sample", at=step.at, meter_wh=told_wh)
        told_wh = Decimal(int(reading.register_wh)) if reading is not None else Decimal(0)
        return Entry(kind=_KINDS[step.kind], at=step.at, meter_wh=told_wh)

    @override
    def content(self, parcel: Parcel) -> msgspec.Struct:
        match parcel.step.kind:
            case "Started":
                return _start(parcel)
            case "Updated":
                return core.MeterValuesRequest(
                    connector_id=parcel.transaction.place,
                    transaction_id=_number(parcel),
                    meter_value=_meter_values(parcel.step.readings),
                )
            case "Ended":
                return _stop(parcel)

    @override
    async def deliver(self, link: Caller, parcel: Parcel) -> Verdict | None:
        content = cast("msgspec.Struct", parcel.content)
        match parcel.step.kind:
            case "Started":
                said = await link.call("StartTransaction", content, _START)
                parcel.transaction.number = said.transaction_id
                parcel.transaction.account.transaction_id = str(said.transaction_id)
                return _verdict(said.id_tag_info)
            case "Updated":
                await link.call("MeterValues", content, _METER)
                return None
            case "Ended":
                info = (await link.call("StopTransaction", content, _STOP)).id_tag_info
                return None if info is None else _verdict(info)

    @override
    def answer(self, commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
        return answer(commands, action, payload)


def _verdict(info: IdTagInfo) -> Verdict:
    return Verdict(info.status, info.parent_id_tag)


def _number(parcel: Parcel) -> int:
    number = parcel.transaction.number
    return NEVER_NUMBERED if number is None else number


def _start(parcel: Parcel) -> core.StartTransactionRequest:
    token = parcel.transaction.token
    return core.StartTransactionRequest(
        connector_id=parcel.transaction.place,
        id_tag=token.uid if token is not None else "",
        meter_start=int(parcel.entry.meter_wh or 0),
        reservation_id=parcel.step.reservation_id,
        timestamp=parcel.step.at,
    )


def _stop(parcel: Parcel) -> core.StopTransactionRequest:
    step = parcel.step
    return core.StopTransactionRequest(
        id_tag=step.token.uid if step.token is not None else None,
        meter_stop=int(parcel.entry.meter_wh or 0),
        timestamp=step.at,
        transaction_id=_number(parcel),
        reason=None if step.reason is None else _REASONS[step.reason],
        transaction_data=_meter_values(step.readings) or None,
    )


def _meter_values(readings: Iterable[MeterReading]) -> tuple[core.MeterValue, ...]:
    return tuple(
        core.MeterValue(
            timestamp=reading.at,
            sampled_value=tuple(
                value for sample in reading.samples for value in _sampled(reading, sample)
            ),
        )
        for reading in readings
        if reading.samples
    )


def _sampled(reading: MeterReading, sample: MeterSample) -> Iterable[core.SampledValue]:
    yield core.SampledValue(
        value=format(sample.value, "f"),
        context=reading.context,
        measurand=sample.measurand,
        phase=sample.phase,
        location=sample.location,
        unit=_UNITS[sample.unit],
    )
    if sample.signed is not None:
        yield core.SampledValue(
            value=msgspec.json.encode(
                {
                    "signedMeterData": sample.signed.data,
                    "signingMethod": sample.signed.method,
                    "encodingMethod": sample.signed.encoding,
                    "publicKey": sample.signed.public_key,
                }
            ).decode(),
            context=reading.context,
            measurand=sample.measurand,
            format="SignedData",
        )
