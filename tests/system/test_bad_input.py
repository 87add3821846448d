"""Malformed, oversized and hostile input: the precise error, and nobody else is disturbed."""

import asyncio
import shutil
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from websockets.exceptions import InvalidStatus

from tests.system.foreign import add, add_token, at, plugged, sessions_of
from tests.system.rough import Rough, rough
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

MIB = 1024 * 1024
DEEP = "[" * 200 + "]" * 200
PROPERTY = "PropertyConstraintViolation"
STATUS = '"errorCode":"NoError","status":"Available"'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LaddnavServer]:
    """A server behind a proxy on its own host, if a header says so."""
    folder = tmp_path_factory.mktemp("rough")
    database = shutil.copy(sqlite_template, folder / "laddnav.db")
    settings = {"trusted_proxies": "127.0.0.0/8"}
    async with LaddnavServer(f"sqlite:///{database}", folder, **settings) as running:
        yield running
    assert '"level":"error"' not in running.log


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(server: LaddnavServer) -> AsyncIterator[ApiClient]:
    async with await server.client() as client:
        yield client


async def still_heard(point: Rough) -> None:
    """The next answer is that to a Heartbeat: nothing else was sent."""
    assert "currentTime" in await point.ask("Heartbeat", {}, "still")


# ---- the precise error -------------------------------------------------------------------------


FORM16, FORM2 = "FormationViolation", "FormatViolation"
COUNT16, COUNT2 = "OccurenceConstraintViolation", "OccurrenceConstraintViolation"
EVENTS = '"generatedAt":"2026-03-02T08:00:00Z","seqNo":0,"eventData"'
REFUSED = [
    ("1.6", "NoSuchAction", "{}", "NotImplemented"),
    ("1.6", "Reset", '{"type":"Soft"}', "NotSupported"),
    ("1.6", "Authorize", "{}", COUNT16),
    ("1.6", "StatusNotification", f'{{"connectorId":"one",{STATUS}}}', "TypeConstraintViolation"),
    ("1.6", "StatusNotification", f'{{"connectorId":{10**30},{STATUS}}}', PROPERTY),
    ("1.6", "DataTransfer", f'{{"vendorId":"v","data":{DEEP}}}', FORM16),
    ("1.6", "Authorize", '{"idTag":', FORM16),
    ("2.0.1", "NoSuchAction", "{}", "NotImplemented"),
    ("2.0.1", "Reset", '{"type":"Immediate"}', "NotSupported"),
    ("2.0.1", "Authorize", "{}", COUNT2),
    ("2.0.1", "DataTransfer", f'{{"vendorId":"v","data":{DEEP}}}', FORM2),
    ("2.1", "StartTransaction", "{}", "NotImplemented"),
    ("2.1", "NotifyEvent", f"{{{EVENTS}:[]}}", COUNT2),
]


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
async def test_a_message_that_cannot_be_taken_gets_the_code_of_its_version(
    server: LaddnavServer, api: ApiClient, version: str
) -> None:
    await add(api, f"CODES-{version}")
    async with rough(server.ocpp, f"CODES-{version}", version) as point:
        for spoken, action, payload, code in REFUSED:
            if spoken == version:
                point.wire.send(f'[2,"x","{action}",{payload}]')
                number, message_id, said, words, details = await point.hear()
                assert (number, message_id, said, details) == (4, "x", code, {}), payload[:80]
                assert len(words) <= 255
        await still_heard(point)


@pytest.mark.ocpp("J21 4.2.3")
@pytest.mark.parametrize("text", ["no json", "{}", '["2"]', "[2]", '[2,[],"Heartbeat",{}]', ""])
async def test_what_has_no_id_is_answered_in_2_x_only(
    server: LaddnavServer, api: ApiClient, text: str
) -> None:
    name = f"NOID-{text.encode().hex()[:30]}"
    for version in ("1.6", "2.0.1", "2.1"):
        await add(api, f"{name}-{version}")
        async with rough(server.ocpp, f"{name}-{version}", version) as point:
            point.wire.send(text)
            if version != "1.6":
                assert (await point.hear())[:3] == [4, "-1", "RpcFrameworkError"]
            await still_heard(point)


@pytest.mark.ocpp("J16 4.1.3")
async def test_unknown_message_types_and_answers_to_nothing_are_ignored(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "TYPES")
    for version in ("1.6", "2.0.1", "2.1"):
        async with rough(server.ocpp, "TYPES", version) as point:
            point.wire.send('[9,"x","Heartbeat",{}]')
            point.wire.send('[3,"nobody",{}]')
            point.wire.send('[4,"nobody","GenericError","",{}]')
            point.wire.send('[3,"nobody",{"broken":')
            point.wire.send('[5,"nobody","GenericError","",{}]')
            point.wire.send('[6,"nobody","NotifyPeriodicEventStream",{}]')
            await still_heard(point)


@pytest.mark.ocpp("J21 4.2.4")
async def test_a_send_is_taken_and_never_answered(server: LaddnavServer, api: ApiClient) -> None:
    await add(api, "SENDS")
    data = {"id": 1, "pending": 0, "basetime": at(), "data": [{"t": 0, "v": "230.1"}]}
    async with rough(server.ocpp, "SENDS", "2.1") as point:
        point.tell(6, "s", "NotifyPeriodicEventStream", data)
        await still_heard(point)


@pytest.mark.ocpp("J21 4.2.3")
async def test_a_result_that_does_not_fit_is_told_to_the_station_in_2_1_only(
    server: LaddnavServer, api: ApiClient
) -> None:
    versions = ("1.6", "2.0.1", "2.1")
    for version in versions:
        await add(api, f"RESULT-{version}")
    said = await asyncio.gather(*(unfit_result(server, api, version) for version in versions))
    assert said == [None, None, "OccurrenceConstraintViolation"]


async def unfit_result(server: LaddnavServer, api: ApiClient, version: str) -> str | None:
    """Answer a command with nothing; return the code of what the server says to it."""
    async with rough(server.ocpp, f"RESULT-{version}", version) as point:
        boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}}
        if version == "1.6":
            boot = {"chargePointVendor": "V", "chargePointModel": "M"}
        await point.ask("BootNotification", boot)
        payload = {"type": "Soft" if version == "1.6" else "OnIdle"}
        call = asyncio.create_task(api.call(f"RESULT-{version}", "Reset", payload))
        _, message_id, action, asked = await point.hear()
        assert (action, asked) == ("Reset", payload)
        point.tell(3, message_id, {})
        assert "not valid" in (await call)["error"]["description"]
        if version != "2.1":
            await still_heard(point)
            return None
        number, answered, code, *_ = await point.hear()
        assert (number, answered) == (5, message_id)
        return str(code)


async def test_a_strict_station_is_refused_what_is_mended_for_others(
    server: LaddnavServer, api: ApiClient
) -> None:
    values = {"timestamp": at(), "sampledValue": [{"value": 604.213}]}
    fields = {"connectorId": 1, "meterValue": [values]}
    for strict in (False, True):
        identity = f"STRICT-{strict}"
        await add(api, identity, settings={"strict": strict})
        async with rough(server.ocpp, identity) as point:
            point.tell(2, "v", "MeterValues", fields)
            answer = await point.hear()
            assert answer[2] == ("TypeConstraintViolation" if strict else {})
        async with rough(server.ocpp, identity, "2.0.1") as point:
            point.wire.send('[9,"u","Heartbeat",{}]')
            if strict:
                assert (await point.hear())[:3] == [4, "u", "MessageTypeNotSupported"]
            await still_heard(point)
    [kept] = await api.items("evidence", station="STRICT-True")
    assert kept["reason"] == "unreadable"
    assert "604.213" in kept["frame"]
    mended, refused = [
        {item["kind"]: item["count"] for item in await api.items(f"stations/{name}/violations")}
        for name in ("STRICT-False", "STRICT-True")
    ]
    assert mended["to_text $.meterValue[].sampledValue[].value"] == 1
    assert refused["refused TypeConstraintViolation"] == 1


@pytest.mark.parametrize("message_id", [7, -1, 2**40, "", "x" * 200, "å\u2603"])
async def test_odd_message_ids_are_answered_as_they_came(
    server: LaddnavServer, api: ApiClient, message_id: str | int
) -> None:
    identity = f"ID-{ascii(message_id).encode().hex()[:40]}"
    await add(api, identity)
    async with rough(server.ocpp, identity) as point:
        assert "currentTime" in await point.ask("Heartbeat", {}, message_id)


async def test_a_second_call_before_the_answer_to_the_first_is_answered_after_it(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "PIPELINE")
    async with rough(server.ocpp, "PIPELINE") as point:
        for number in range(100):
            action = ("Heartbeat", "Authorize", "StartTransaction")[number % 3]
            place = {"connectorId": 1, "meterStart": number, "timestamp": at(number)}
            fields = {0: {}, 1: {"idTag": "X"}, 2: {"idTag": "X", **place}}[number % 3]
            point.tell(2, f"{number}", action, fields)
        answers = [await point.hear() for _ in range(100)]
    assert [answer[1] for answer in answers] == [f"{number}" for number in range(100)]
    assert all(answer[0] == 3 for answer in answers)


async def test_a_transaction_message_is_never_refused_for_what_it_says(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "NONSENSE")
    await add_token(api, "NONSENSE-1")
    place = {"connectorId": 1, "idTag": "NONSENSE-1", "timestamp": at()}
    async with rough(server.ocpp, "NONSENSE") as point:
        for fields in (
            {**place, "meterStart": 10**40},
            {**place, "meterStart": -5, "connectorId": 0},
            {**place, "meterStart": None, "connectorId": 10**9},
            {"idTag": {"a": 1}, "meterStart": "12 Wh", "connectorId": 2, "timestamp": 5},
        ):
            answer = await point.ask("StartTransaction", fields)
            assert answer["transactionId"] > 0
        for number, wh in ((2**31, 5), (-(2**62), 10**30), (10**25, -1)):
            fields = {"transactionId": number, "meterStop": wh, "timestamp": at(5)}
            assert await point.ask("StopTransaction", fields) == {}
        sampled = [{"value": value} for value in ("NaN", "1e999999", "", "-", "9" * 5000)]
        values = {"timestamp": at(3), "sampledValue": sampled}
        assert await point.ask("MeterValues", {"connectorId": 1, "meterValue": [values]}) == {}
        await still_heard(point)


async def test_nul_is_no_reason_to_fail_and_tells_nothing_of_the_inside(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "NUL")
    info = {"transactionId": "T\0X"}
    event = {
        "eventType": "Started", "timestamp": at(), "triggerReason": "Authorized", "seqNo": 0,
        "evse": {"id": 1}, "idToken": {"idToken": "NOBODY\0", "type": "ISO14443"},
    }  # fmt: skip
    async with rough(server.ocpp, "NUL", "2.0.1") as point:
        answer = await point.ask("TransactionEvent", {**event, "transactionInfo": info})
        assert answer == {"idTokenInfo": {"status": "Unknown"}}
        point.wire.send('[2,"n","Heartbeat\0",{"a\\u0000":"\\ud800"}]')
        assert (await point.hear())[:2] == [3, "n"]
        await still_heard(point)
    [session] = await sessions_of(api, "NUL")
    assert (session["transaction_id"], session["token"]) == ("TX", "NOBODY")
    for path in ("stations/NUL%00", "tokens/%00", "sessions/%00"):
        refused = await api.http.get(path)
        assert refused.status_code in {404, 422}
        assert "sql" not in refused.text.lower()
    with pytest.raises(InvalidStatus) as away:
        async with plugged(server.ocpp, "NUL", path="/NUL%00"):
            pass
    assert away.value.response.status_code == 404


# ---- more than fits ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [MIB + 100, 20 * MIB])
async def test_a_frame_that_is_too_big_ends_its_own_link_and_nothing_else(
    server: LaddnavServer, api: ApiClient, size: int
) -> None:
    identity = f"BIG-{size}"
    await add(api, identity)
    await add(api, f"OTHER-{size}")
    text = '[2,"x","DataTransfer",{"vendorId":"v","data":"%s"}]' % ("a" * size)
    async with rough(server.ocpp, f"OTHER-{size}") as other:
        async with rough(server.ocpp, identity) as point:
            await still_heard(point)
            point.wire.send(text)
            await still_heard(other)
            page = await api.until(
                f"stations/{identity}/connections",
                lambda page: page["items"] and page["items"][0]["ended_at"],
            )
            assert page["items"][0]["reason"] == "a frame was too big"
        await still_heard(other)
    async with rough(server.ocpp, identity) as point:
        await still_heard(point)


async def test_a_frame_of_nearly_the_most_is_taken(server: LaddnavServer, api: ApiClient) -> None:
    await add(api, "NEARLY")
    async with rough(server.ocpp, "NEARLY") as point:
        data = {"vendorId": "v", "data": "a" * (MIB - 1000)}
        assert await point.ask("DataTransfer", data) == {"status": "UnknownVendorId"}


async def test_compressed_nothing_of_100_mib_ends_its_own_link(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "BOMB")
    async with plugged(server.ocpp, "BOMB", "2.0.1") as point:
        assert point.socket.protocol.extensions
        await point.socket.send('[2,"x","Heartbeat",{"a":"' + " " * (100 * MIB) + '"}]')
        assert (await point.closed())[0] == 1009
    async with plugged(server.ocpp, "BOMB", "2.0.1") as point:
        assert (await point.boot()).status == "Accepted"


@pytest.mark.parametrize(
    "octets",
    [
        b"\x88\xfe\x00\xc8" + bytes(4) + struct.pack("!H", 1000) + b"r" * 198,
        b"\x88\x82" + bytes(4) + struct.pack("!H", 5),
        b"\x88\x81" + bytes(4) + b"\x03",
        b"\xc1\x82" + bytes(4) + b"{}",
        b"\x82\x82" + bytes(4) + b"{}",
        b"\x89\xfe\x00\xc8" + bytes(4) + b"p" * 200,
        b"\x81\xff" + b"\xff" * 8,
        b"\x83\x80" + bytes(4),
    ],
    ids=[
        "long-close", "close-with-no-code", "close-of-one-octet", "reserved-bit",
        "binary", "long-ping", "length-of-2-to-the-64", "unknown-opcode",
    ],
)  # fmt: skip
async def test_a_broken_websocket_ends_and_the_server_goes_on(
    server: LaddnavServer, api: ApiClient, octets: bytes, request: Any
) -> None:
    identity = f"WS-{request.node.callspec.id}"
    await add(api, identity)
    async with rough(server.ocpp, identity) as point:
        await still_heard(point)
        point.wire.raw(octets)
        await api.until(f"stations/{identity}", lambda item: item["connected"] is False)
    async with rough(server.ocpp, identity) as point:
        await still_heard(point)


# ---- many from one place -----------------------------------------------------------------------


async def test_many_stations_behind_one_address_all_come_in(
    server: LaddnavServer, api: ApiClient
) -> None:
    names = [f"SITE-{number}" for number in range(100)]
    lines = ["identity,security_profile", *(f"{name},0" for name in names)]
    taken = await api.http.post(
        "stations/import", content="\n".join(lines), headers={"Content-Type": "text/csv"}
    )
    assert taken.json()["added"] == 100
    points: list[Any] = []
    try:
        for name in names:
            link = rough(server.ocpp, name)
            points.append((link, await link.__aenter__()))
        for _, point in points:
            await still_heard(point)
        assert len(await api.items("stations", connected="true", search="SITE-")) == 100
    finally:
        for link, _ in points:
            await link.__aexit__(None, None, None)


async def test_strangers_are_told_apart_by_the_address_that_a_trusted_proxy_names(
    server: LaddnavServer, api: ApiClient
) -> None:
    async def knock(number: int, address: str) -> int:
        with pytest.raises(InvalidStatus) as refused:
            async with plugged(
                server.ocpp, f"STRANGER-{number}", forwarded_for=f"203.0.113.66, {address}"
            ):
                pass
        return refused.value.response.status_code

    answers = [await knock(number, "198.51.100.7") for number in range(70)]
    assert (answers[0], answers[-1]) == (404, 429)
    assert await knock(71, "198.51.100.8") == 404
    page = await api.until(
        "refusals", lambda page: "198.51.100.7" in {item["address"] for item in page["items"]}
    )
    assert "203.0.113.66" not in {item["address"] for item in page["items"]}
