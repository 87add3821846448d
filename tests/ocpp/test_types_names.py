"""Actions, their directions, and the names of what they carry."""

import keyword
import re
import subprocess
import sys
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

import pytest
from msgspec import Struct, structs

from laddnav.ocpp.action import Direction, Version
from tests.ocpp.types_official import VERSIONS, Json, Message, Schema, messages

SENT_BY_STATION = {
    "v16": """Authorize BootNotification DataTransfer DiagnosticsStatusNotification
        FirmwareStatusNotification Heartbeat LogStatusNotification MeterValues
        SecurityEventNotification SignCertificate SignedFirmwareStatusNotification
        StartTransaction StatusNotification StopTransaction""",
    "v201": """Authorize BootNotification ClearedChargingLimit DataTransfer
        FirmwareStatusNotification Get15118EVCertificate GetCertificateStatus Heartbeat
        LogStatusNotification MeterValues NotifyChargingLimit NotifyCustomerInformation
        NotifyDisplayMessages NotifyEVChargingNeeds NotifyEVChargingSchedule NotifyEvent
        NotifyMonitoringReport NotifyReport PublishFirmwareStatusNotification
        ReportChargingProfiles ReservationStatusUpdate SecurityEventNotification
        SignCertificate StatusNotification TransactionEvent""",
}
SENT_BY_STATION["v21"] = (
    SENT_BY_STATION["v201"]
    + """ BatterySwap ClosePeriodicEventStream GetCertificateChainStatus NotifyDERAlarm
        NotifyDERStartStop NotifyPeriodicEventStream NotifyPriorityCharging NotifySettlement
        OpenPeriodicEventStream PullDynamicScheduleUpdate ReportDERControl VatNumberValidation"""
)


@pytest.mark.parametrize(
    ("version", "total", "to_csms", "to_station"),
    [("v16", 39, 14, 26), ("v201", 64, 25, 40), ("v21", 91, 37, 55)],
)
def test_each_version_has_all_its_actions_and_each_its_direction(
    version: str, total: int, to_csms: int, to_station: int
) -> None:
    actions = VERSIONS[version]
    sent = {name for name, one in actions.items() if one.direction is not Direction.CSMS_TO_STATION}
    received = {
        name for name, one in actions.items() if one.direction is not Direction.STATION_TO_CSMS
    }
    assert (len(actions), len(sent), len(received)) == (total, to_csms, to_station)
    assert sent == set(SENT_BY_STATION[version].split())
    assert sent & received == {"DataTransfer"}


def test_each_action_goes_by_its_own_name_and_stands_in_the_module_of_its_block() -> None:
    for version, actions in VERSIONS.items():
        for name, action in actions.items():
            assert action.name == name
            assert action.request.__name__ == f"{name}Request"
            assert action.request.__module__ == f"laddnav.ocpp.{version}.{action.block}"


def test_only_the_periodic_event_stream_is_never_answered() -> None:
    unanswered = {
        action.name
        for actions in VERSIONS.values()
        for action in actions.values()
        if action.response is None
    }
    assert unanswered == {"NotifyPeriodicEventStream"}
    with pytest.raises(TypeError, match="NotifyPeriodicEventStream is never answered"):
        VERSIONS["v21"]["NotifyPeriodicEventStream"].decode_response(b"{}")


@pytest.mark.parametrize(
    ("subprotocol", "version"),
    [
        ("ocpp1.6", Version.V16),
        ("ocpp2.0.1", Version.V201),
        ("ocpp2.1", Version.V21),
        ("ocpp1.5", None),
        ("OCPP1.6", None),
        ("", None),
    ],
)
def test_a_subprotocol_stands_for_a_version_or_for_none(
    subprotocol: str, version: Version | None
) -> None:
    assert Version.from_subprotocol(subprotocol) is version
    assert version is None or version.subprotocol == subprotocol


def object_node(message: Message, node: Schema) -> Schema:
    """The object that a node describes, by itself or as a list's item."""
    node = message.resolved(node)
    return object_node(message, node["items"]) if node.get("type") == "array" else node


def struct_in(annotation: Json) -> type[Struct] | None:
    """The struct that an attribute's type holds, if any."""
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return annotation
    if get_origin(annotation) in {Union, UnionType, tuple, Annotated}:
        return next(filter(None, map(struct_in, get_args(annotation))), None)
    return None


def assert_same_properties(message: Message, node: Schema, kind: type[Struct]) -> set[str]:
    """Compare an object with its type, and everything below; gives the names that were seen."""
    fields = {field.encode_name: field for field in structs.fields(kind)}
    properties = node.get("properties", {})
    assert set(fields) == set(properties), kind
    required = {name for name, field in fields.items() if field.required}
    assert required == set(node.get("required", ())), kind
    names = set(properties)
    for name, one in properties.items():
        inner, below = struct_in(fields[name].type), object_node(message, one)
        is_object = below.get("type") == "object" and name != "customData"
        assert (inner is not None) == is_object, (kind, name)
        if inner is not None:
            names |= assert_same_properties(message, below, inner)
    return names


def official_names(node: Json) -> set[str]:
    """Every property name in a schema, its definitions included."""
    if not isinstance(node, dict):
        return set()
    properties = node.get("properties", {})
    below = [*properties.values(), *node.get("definitions", {}).values(), node.get("items")]
    return set(properties).union(*map(official_names, below))


@pytest.mark.parametrize(("version", "count"), [("v16", 96), ("v201", 244), ("v21", 555)])
def test_no_property_name_is_lost(version: str, count: int) -> None:
    official: set[str] = set()
    names = {"vendorId"}  # of customData, which stays as it is
    for message in messages():
        if message.version == version:
            official |= official_names(message.schema)
            names |= assert_same_properties(message, message.schema, message.kind)
    assert names - {"vendorId"} == official - {"vendorId"}
    assert len(official) == count


def all_structs(kind: type[Struct]) -> set[type[Struct]]:
    inner = {found for field in structs.fields(kind) if (found := struct_in(field.type))}
    return {kind}.union(*map(all_structs, inner))


def test_every_attribute_is_a_plain_python_name_and_none_hides_another() -> None:
    for kind in set().union(*(all_structs(message.kind) for message in messages())):
        names = [field.name for field in structs.fields(kind)]
        wires = {field.encode_name.replace("_", "").lower() for field in structs.fields(kind)}
        assert {name.replace("_", "") for name in names} == wires
        assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) for name in names)
        assert not any(map(keyword.iskeyword, names))


@pytest.mark.parametrize(
    ("wire", "name", "action"),
    [
        ("evMaxV2XEnergyRequest", "ev_max_v2x_energy_request", "NotifyEVChargingNeeds"),
        ("targetSoC", "target_soc", "NotifyEVChargingNeeds"),
        ("dischargeLimit_L2", "discharge_limit_l2", "SetChargingProfile"),
        ("iso15118SchemaVersion", "iso15118_schema_version", "Get15118EVCertificate"),
        ("responderURL", "responder_url", "GetCertificateStatus"),
        ("evseId", "evse_id", "RequestStartTransaction"),
    ],
)
def test_names_that_are_hard_to_cut_read_well(wire: str, name: str, action: str) -> None:
    pairs = {
        (field.encode_name, field.name)
        for kind in all_structs(VERSIONS["v21"][action].request)
        for field in structs.fields(kind)
    }
    assert (wire, name) in pairs


@pytest.mark.parametrize("version", VERSIONS)
def test_importing_one_version_leaves_the_others_alone_and_builds_no_decoder(version: str) -> None:
    code = f"""
import sys, laddnav.ocpp.{version} as version
print(*sorted(name for name in sys.modules if name.count(".") == 2 and ".ocpp.v" in name))
print(sum("decoder" in name for one in version.ACTIONS.values() for name in vars(one)))
"""
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.splitlines() == [f"laddnav.ocpp.{version}", "0"]
