"""What a station does when the server asks: schema-valid answers to everything, in each version."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest

from laddnav.ocpp.action import Direction, Version
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.simulator.plan import AC_3_PHASE, StationPlan
from laddnav.simulator.settings import Settings
from tests.ocpp.types_official import Maker, Message, messages
from tests.official import ACTIONS
from tests.simulator.conftest import Station
from tests.simulator.csms import Csms, Payload
from tests.simulator.people import OTHER_TAG, START, TAG, QuickTime, estate
from tests.simulator.test_station import at_work

CP = "CP 1"
CERTIFICATE = {"certificateType": "CSMSRootCertificate", "certificate": "none"}
TWO = StationPlan(connectors=(AC_3_PHASE, AC_3_PHASE), tells_events=False)
V2 = pytest.mark.parametrize("version", [Version.V201, Version.V21], ids=str)


def token(uid: str = TAG.uid) -> Payload:
    return {"idToken": uid, "type": "ISO14443"}


FOLDERS = {"v16": Version.V16, "v201": Version.V201, "v21": Version.V21}
COMMANDS = [
    message
    for message in messages()
    if not message.stem.endswith("Response")
    and ACTIONS[FOLDERS[message.version]][message.stem.removesuffix("Request")].direction
    is not Direction.STATION_TO_CSMS
]


ALLOWED = {
    None,
    ErrorCode.NOT_SUPPORTED,
    ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
    ErrorCode.PROPERTY_CONSTRAINT_VIOLATION,
}


async def refusal_of(csms: Csms, action: str, payload: Payload) -> ErrorCode | None:
    """Return the error code with which a station refuses, or None where it does not."""
    try:
        await csms.call(CP, action, payload)
    except RemoteProtocolError as error:
        return error.code
    return None


@pytest.mark.parametrize("sparse", [0, 1, 3])
@pytest.mark.parametrize("message", COMMANDS, ids=repr)
async def test_every_command_has_a_valid_answer_or_is_not_supported(
    csms: Csms, station: Station, message: Message, sparse: int
) -> None:
    box = await at_work(station(FOLDERS[message.version], plan=TWO))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    for turn in range(4):
        payload = Maker(message, turn, sparse).instance()
        # the central system holds an answer against its schema
        refused = await refusal_of(csms, message.stem.removesuffix("Request"), payload)
        assert refused in ALLOWED
        if message.stem.startswith("Reset"):
            await box.ready()


async def test_an_unknown_action_is_not_implemented(csms: Csms, station: Station) -> None:
    assert "AFRRSignal" not in ACTIONS[Version.V201]
    box = await at_work(station(Version.V201))
    assert box.presence.link is not None
    with pytest.raises(RemoteProtocolError) as refused:
        await csms.call(CP, "InstallCertificate", CERTIFICATE)
    assert refused.value.code is ErrorCode.NOT_SUPPORTED


async def test_configuration_is_read_and_written_in_1_6(csms: Csms, station: Station) -> None:
    box = await at_work(station(Version.V16))

    async def change(key: str, value: str) -> str:
        payload = {"key": key, "value": value}
        status: str = (await csms.call(CP, "ChangeConfiguration", payload))["status"]
        return status

    assert await change("metervaluesampleinterval", "15") == "Accepted"
    assert await change("MeterValuesSampledData", "Voltage,SoC") == "Accepted"
    assert await change("MeterValuesSampledData", "Voltage,Nonsense") == "Rejected"
    assert await change("MeterValueSampleInterval", "-1") == "Rejected"
    assert await change("NumberOfConnectors", "7") == "Rejected"
    assert await change("NoSuchKey", "1") == "NotSupported"
    assert (box.settings.sample_s, box.settings.sampled) == (15, ("Voltage", "SoC"))

    asked = ["MeterValueSampleInterval", "NumberOfConnectors", "NoSuchKey", "LightIntensity"]
    assert await change("LightIntensity", "40") == "Accepted"
    told = await csms.call(CP, "GetConfiguration", {"key": asked})
    assert told == {
        "configurationKey": [
            {"key": "MeterValueSampleInterval", "readonly": False, "value": "15"},
            {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
            {"key": "LightIntensity", "readonly": False, "value": "40"},
        ],
        "unknownKey": ["NoSuchKey"],
    }
    everything = await csms.call(CP, "GetConfiguration", {})
    assert len(everything["configurationKey"]) > 30
    assert "unknownKey" not in everything


def variable(component: str, name: str, **more: object) -> Payload:
    return {"component": {"name": component}, "variable": {"name": name}, **more}


@V2
async def test_variables_are_read_and_written_in_2_x(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version))
    told = await csms.call(
        CP,
        "SetVariables",
        {
            "setVariableData": [
                variable("sampleddatactrlr", "TxUpdatedInterval", attributeValue="15"),
                variable("SampledDataCtrlr", "TxUpdatedInterval", attributeValue="soon"),
                variable("SecurityCtrlr", "SecurityProfile", attributeValue="3"),
                variable("SecurityCtrlr", "Nonsense", attributeValue="3"),
                variable("Nonsense", "Nonsense", attributeValue="3"),
                variable("OCPPCommCtrlr", "NetworkConfigurationPriority", attributeValue="1"),
                variable("OCPPCommCtrlr", "NetworkConfigurationPriority", attributeValue="1,2"),
                variable(
                    "OCPPCommCtrlr", "ResetRetries", attributeValue="3", attributeType="Target"
                ),
            ]
        },
    )
    assert [each["attributeStatus"] for each in told["setVariableResult"]] == [
        "Accepted",
        "Rejected",
        "Rejected",
        "UnknownVariable",
        "UnknownComponent",
        "RebootRequired",
        "Rejected",
        "NotSupportedAttributeType",
    ]
    assert told["setVariableResult"][2]["attributeStatusInfo"]["reasonCode"] == "ReadOnly"
    assert box.settings.sample_s == 15

    connector = {"name": "Connector", "evse": {"id": 1, "connectorId": 1}}
    told = await csms.call(
        CP,
        "GetVariables",
        {
            "getVariableData": [
                variable("SampledDataCtrlr", "TxUpdatedInterval"),
                variable("OCPPCommCtrlr", "NetworkConfigurationPriority"),
                {"component": connector, "variable": {"name": "AvailabilityState"}},
                variable("SecurityCtrlr", "BasicAuthPassword"),
            ]
        },
    )
    results = told["getVariableResult"]
    assert [each.get("attributeValue") for each in results] == ["15", "1", "Available", None]
    assert results[3]["attributeStatus"] == "Rejected"


@V2
async def test_too_many_variables_in_one_request_are_refused(
    csms: Csms, station: Station, version: Version
) -> None:
    await at_work(station(version))
    many = [variable("TxCtrlr", "TxStartPoint")] * 21
    with pytest.raises(RemoteProtocolError) as refused:
        await csms.call(CP, "GetVariables", {"getVariableData": many})
    assert refused.value.code is ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION


@V2
async def test_a_base_report_comes_in_parts_after_the_answer_even_while_pending(
    csms: Csms, station: Station, version: Version
) -> None:
    csms.answers["BootNotification"] = lambda _: {
        "status": "Pending",
        "currentTime": START.isoformat(),
        "interval": 30,
    }
    await at_work(station(version, plan=TWO))
    request = {"requestId": 5, "reportBase": "FullInventory"}
    assert await csms.call(CP, "GetBaseReport", request) == {"status": "Accepted"}
    await csms.changes.until(lambda: any(not part["tbc"] for part in csms.said("NotifyReport")))
    parts = csms.said("NotifyReport")
    assert [part["seqNo"] for part in parts] == list(range(len(parts)))
    assert {part["requestId"] for part in parts} == {5}
    reported = [data for part in parts for data in part["reportData"]]
    names = {json.dumps([data["component"], data["variable"]]) for data in reported}
    assert len(names) == len(reported) > 60
    secret = [data for data in reported if data["variable"]["name"] == "BasicAuthPassword"]
    assert secret[0]["variableAttribute"] == [{"mutability": "WriteOnly"}]


async def test_a_new_password_is_used_from_the_next_connection_on(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, password="the first one"))
    if version is Version.V16:
        key = {"key": "AuthorizationKey", "value": "00ff" * 9}
        assert await csms.call(CP, "ChangeConfiguration", key) == {"status": "Accepted"}
        expected = b"\x00\xff" * 9
    else:
        change = variable("SecurityCtrlr", "BasicAuthPassword", attributeValue="0123456789abcdef")
        await csms.call(CP, "SetVariables", {"setVariableData": [change]})
        expected = b"0123456789abcdef"
    await csms.changes.until(lambda: len(csms.credentials) == 2)
    await box.ready()
    assert b64decode((csms.credentials[1] or "").removeprefix("Basic ")) == b"CP 1:" + expected


async def test_a_reserved_connector_is_kept_for_its_token_until_the_time_is_over(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version, plan=StationPlan(sets_clock=False)))
    until = (time.now() + timedelta(minutes=10)).isoformat()
    if version is Version.V16:
        request: Payload = {
            "connectorId": 1, "expiryDate": until, "idTag": TAG.uid, "reservationId": 3,
        }  # fmt: skip
    else:
        request = {"id": 3, "expiryDateTime": until, "idToken": token(), "evseId": 1}
    assert await csms.call(CP, "ReserveNow", request) == {"status": "Accepted"}
    assert box.plant.connector(1).status == "Reserved"
    with pytest.raises(ValueError, match="not free"):
        await box.start(1, OTHER_TAG)
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    started = csms.said("StartTransaction") or csms.said("TransactionEvent")
    assert started[0]["reservationId"] == 3
    await box.stop(1)
    await box.unplug(1)
    await csms.call(CP, "ReserveNow", request)
    time.step(601)
    cancelled = await csms.call(CP, "CancelReservation", {"reservationId": 3})
    assert cancelled == {"status": "Rejected"}
    assert box.plant.connector(1).status == "Available"


async def test_the_local_list_decides_where_it_is_preferred(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, settings=Settings(prefers_list=True)))
    if version is Version.V16:
        info = {"idTag": TAG.uid, "idTagInfo": {"status": "Accepted"}}
        version_key = "listVersion"
    else:
        info = {"idToken": token(), "idTokenInfo": {"status": "Accepted"}}
        version_key = "versionNumber"

    async def send(number: int, kind: str, *entries: Payload) -> Payload:
        payload: Payload = {version_key: number, "updateType": kind}
        if entries:
            payload["localAuthorizationList"] = list(entries)
        return await csms.call(CP, "SendLocalList", payload)

    assert await send(4, "Full", info) == {"status": "Accepted"}
    assert await csms.call(CP, "GetLocalListVersion", {}) == {version_key: 4}
    assert (await box.authorize(TAG)).accepted
    assert "Authorize" not in csms.actions()
    assert await send(4, "Differential", info) == {"status": "VersionMismatch"}
    gone = {key: value for key, value in info.items() if not key.endswith("Info")}
    assert await send(5, "Differential", gone) == {"status": "Accepted"}
    await box.authorize(TAG)
    assert "Authorize" in csms.actions()


async def test_an_update_of_firmware_is_told_step_by_step(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    await at_work(station(version))
    when = START.isoformat()
    if version is Version.V16:
        request: Payload = {"location": "http://files.example/fw", "retrieveDate": when}
    else:
        firmware = {"location": "http://files.example/fw", "retrieveDateTime": when}
        request = {"requestId": 8, "firmware": firmware}
    await csms.call(CP, "UpdateFirmware", request)
    for step in range(1, 5):
        await csms.until_said("FirmwareStatusNotification", step)
        await csms.call(CP, "ClearCache", {})
        time.step(2)
    told = [said["status"] for said in csms.said("FirmwareStatusNotification")]
    assert told == ["Downloading", "Downloaded", "Installing", "Installed"]
