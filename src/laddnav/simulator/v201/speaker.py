"""What a simulated OCPP 2.0.1 station says."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Final, cast

import msgspec
from typing_extensions import override

from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.v201 import (
    ACTIONS,
    authorization,
    availability,
    diagnostics,
    metering,
    provisioning,
    security,
    transactions,
)
from laddnav.ocpp.v201.datatypes import (
    ComponentType,
    EVSEType,
    IdTokenEnumType,
    IdTokenInfoType,
    IdTokenType,
    MeterValueType,
    SampledValueType,
    SignedMeterValueType,
    UnitOfMeasureType,
    VariableType,
)
from laddnav.simulator.commands import Commands
from laddnav.simulator.connector import Connector
from laddnav.simulator.ledger import Entry, EntryKind
from laddnav.simulator.meter import MeterReading, MeterSample, tells_register
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.speaker import BootAnswer, BootReason, Caller, Speaker
from laddnav.simulator.story import Parcel, Reason, Step, Token, Verdict
from laddnav.simulator.v201.answers import answer
from laddnav.simulator.v201.variables import connector_state

_ANYTHING: Final = msgspec.json.Decoder(msgspec.Raw)
_BOOT: Final = msgspec.json.Decoder(provisioning.BootNotificationResponse)
_HEARTBEAT: Final = msgspec.json.Decoder(availability.HeartbeatResponse)
_AUTHORIZE: Final = msgspec.json.Decoder(authorization.AuthorizeResponse)
_EVENT: Final = msgspec.json.Decoder(transactions.TransactionEventResponse)
_METER: Final = msgspec.json.Decoder(metering.MeterValuesResponse)
_STATUS: Final = msgspec.json.Decoder(availability.StatusNotificationResponse)
_SIGN: Final = msgspec.json.Decoder(security.SignCertificateResponse)
_NOTIFY: Final = msgspec.json.Decoder(diagnostics.NotifyEventResponse)
_EVENT_IDS: Final = count(1)

_REASONS: Final[Mapping[Reason, transactions.ReasonEnumType]] = {
    "DeAuthorized": "DeAuthorized",
    "EmergencyStop": "EmergencyStop",
    "EVDisconnected": "EVDisconnected",
    "GroundFault": "GroundFault",
    "ImmediateReset": "ImmediateReset",
    "Local": "Local",
    "MasterPass": "MasterPass",
    "Other": "Other",
    "OvercurrentFault": "OvercurrentFault",
    "PowerLoss": "PowerLoss",
    "Reboot": "Reboot",
    "Remote": "Remote",
    "SoftReset": "Reboot",
    "StoppedByEV": "StoppedByEV",
    "Timeout": "Timeout",
    "UnlockCommand": "Other",
}


class V201Speaker(Speaker):
    """OCPP 2.0.1."""

    version = Version.V201
    actions = ACTIONS
    names_transactions = True

    @override
    async def send(self, link: Caller, action: str, request: msgspec.Struct) -> None:
        await link.call(action, request, _ANYTHING)

    @override
    async def boot(self, link: Caller, plan: StationPlan, reason: BootReason) -> BootAnswer:
        request = provisioning.BootNotificationRequest(
            reason=reason,
            charging_station=provisioning.ChargingStationType(
                model=plan.model,
                vendor_name=plan.vendor,
                serial_number=plan.serial,
                firmware_version=plan.firmware,
            ),
        )
        said = await link.call("BootNotification", request, _BOOT)
        return BootAnswer(status=said.status, now=said.current_time, interval_s=said.interval)

    @override
    async def heartbeat(self, link: Caller) -> datetime:
        request = availability.HeartbeatRequest()
        return (await link.call("Heartbeat", request, _HEARTBEAT)).current_time

    @override
    def shown(self, connector: Connector) -> tuple[object, ...]:
        return connector_state(connector), connector.fault

    @override
    async def tell_status(self, link: Caller, connector: Connector, at: datetime) -> None:
        await self.tell_state(link, connector, at)
        problem = connector.fault or connector.cleared
        if problem is not None:
            cleared = connector.fault is None
            connector.cleared = None
            component = _suspect(problem.code, connector)
            event = _event(component, "Problem", "false" if cleared else "true", at)
            event = msgspec.structs.replace(
                event,
                trigger="Alerting",
                cleared=cleared or None,
                tech_code=problem.vendor_code or problem.code,
                tech_info=problem.info,
            )
            await link.call("NotifyEvent", _notification(event), _NOTIFY)

    async def tell_state(self, link: Caller, connector: Connector, at: datetime) -> None:
        """Tell a connector's status without its faults."""
        request = availability.StatusNotificationRequest(
            timestamp=at,
            connector_status=cast(
                "availability.ConnectorStatusEnumType", connector_state(connector)
            ),
            evse_id=connector.evse,
            connector_id=connector.place,
        )
        await link.call("StatusNotification", request, _STATUS)

    @override
    async def tell_station(self, link: Caller, *, operative: bool, at: datetime) -> None:
        """Nothing: the station as a whole has no status message of its own."""

    @override
    async def authorize(self, link: Caller, token: Token) -> Verdict:
        request = authorization.AuthorizeRequest(id_token=_id_token(token))
        return _verdict((await link.call("Authorize", request, _AUTHORIZE)).id_token_info)

    @override
    async def tell_meter(self, link: Caller, connector: Connector, reading: MeterReading) -> None:
        values = _meter_values((reading,))
        request = metering.MeterValuesRequest(evse_id=connector.evse, meter_value=values)
        await link.call("MeterValues", request, _METER)

    @override
    async def ask_for_certificate(self, link: Caller, csr: str, number: int) -> bool:
        request = security.SignCertificateRequest(
            csr=csr, certificate_type="ChargingStationCertificate"
        )
        return (await link.call("SignCertificate", request, _SIGN)).status == "Accepted"

    @override
    async def tell_event(self, link: Caller, kind: str, at: datetime) -> None:
        request = security.SecurityEventNotificationRequest(type=kind, timestamp=at)
        await link.call("SecurityEventNotification", request, _ANYTHING)

    @override
    def entry(self, step: Step) -> Entry:
        kind: EntryKind
        match step.kind:
            case "Started":
                kind = "start"
            case "Ended":
                kind = "stop"
            case "Updated":
                kind = "sample" if any(each.samples for each in step.readings) else "update"
        told = [reading.register_wh for reading in step.readings if tells_register(reading)]
        return Entry(kind=kind, at=step.at, meter_wh=told[-1] if told else None, seq_no=step.seq_no)

    @override
    def content(self, parcel: Parcel) -> msgspec.Struct:
        step, account = parcel.step, parcel.transaction.account
        return transactions.TransactionEventRequest(
            event_type=step.kind,
            timestamp=step.at,
            trigger_reason=step.trigger,
            seq_no=step.seq_no,
            offline=parcel.offline or None,
            reservation_id=step.reservation_id,
            transaction_info=transactions.TransactionType(
                transaction_id=parcel.transaction.id,
                charging_state=step.state,
                stopped_reason=None if step.reason is None else _REASONS[step.reason],
                remote_start_id=step.remote_start_id,
            ),
            evse=EVSEType(id=account.evse, connector_id=account.connector)
            if step.tells_evse
            else None,
            id_token=None if step.token is None else _id_token(step.token),
            meter_value=_meter_values(step.readings) or None,
        )

    @override
    async def deliver(self, link: Caller, parcel: Parcel) -> Verdict | None:
        content = cast("msgspec.Struct", parcel.content)
        info = (await link.call("TransactionEvent", content, _EVENT)).id_token_info
        return None if info is None else _verdict(info)

    @override
    def answer(self, commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
        return answer(commands, action, payload)


def _verdict(info: IdTokenInfoType) -> Verdict:
    group = info.group_id_token
    return Verdict(info.status, group.id_token if group is not None else None)


def _id_token(token: Token) -> IdTokenType:
    # what a server sent in 2.1 may be of any type; the station sends it back as it came
    return IdTokenType(id_token=token.uid, type=cast("IdTokenEnumType", token.kind))


def _suspect(code: str, connector: Connector) -> ComponentType:
    """Return the component that a fault is about."""
    name = "ConnectorPlugRetentionLock" if code == "ConnectorLockFailure" else "Connector"
    evse = EVSEType(id=connector.evse, connector_id=connector.place)
    return ComponentType(name=name, evse=evse)


def _event(
    component: ComponentType, variable: str, value: str, at: datetime
) -> diagnostics.EventDataType:
    return diagnostics.EventDataType(
        event_id=next(_EVENT_IDS),
        timestamp=at,
        trigger="Delta",
        actual_value=value,
        event_notification_type="HardWiredNotification",
        component=component,
        variable=VariableType(name=variable),
    )


def _notification(event: diagnostics.EventDataType) -> diagnostics.NotifyEventRequest:
    return diagnostics.NotifyEventRequest(
        generated_at=event.timestamp, seq_no=0, event_data=(event,)
    )


def availability_event(connector: Connector, at: datetime) -> diagnostics.NotifyEventRequest:
    """Return a connector's status as an event, as OCPP 2.1 prefers it."""
    evse = EVSEType(id=connector.evse, connector_id=connector.place)
    component = ComponentType(name="Connector", evse=evse)
    state = connector_state(connector)
    return _notification(_event(component, "AvailabilityState", state, at))


def _meter_values(readings: Iterable[MeterReading]) -> tuple[MeterValueType, ...]:
    return tuple(
        MeterValueType(
            timestamp=reading.at,
            sampled_value=tuple(_sampled(reading, sample) for sample in reading.samples),
        )
        for reading in readings
        if reading.samples
    )


def _sampled(reading: MeterReading, sample: MeterSample) -> SampledValueType:
    signed = sample.signed
    return SampledValueType(
        value=Decimal(format(sample.value, "f")),
        context=reading.context,
        measurand=sample.measurand,
        phase=sample.phase,
        location=sample.location,
        unit_of_measure=UnitOfMeasureType(unit=sample.unit) if sample.unit else None,
        signed_meter_value=None
        if signed is None
        else SignedMeterValueType(
            signed_meter_data=signed.data,
            signing_method=signed.method,
            encoding_method=signed.encoding,
            public_key=signed.public_key,
        ),
    )
