"""OCPP 1.6 with a charge point that is not ours."""

import asyncio
from typing import Any

import pytest
from ocpp.exceptions import NotSupportedError, SecurityError

from tests.system.foreign import Foreign, add, add_token, at, plugged, sessions_of
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]


def meter(wh: float, minutes: float, context: str = "Sample.Periodic") -> dict[str, Any]:
    """Return a meter value as this version writes it."""
    value = {"value": str(wh), "context": context, "measurand": "Energy.Active.Import.Register"}
    return {"timestamp": at(minutes), "sampled_value": [{**value, "unit": "Wh"}]}


async def start(point: Foreign, tag: str, wh: int = 1000, minutes: float = 0, **more: Any) -> Any:
    fields = {"connector_id": 1, "id_tag": tag, "meter_start": wh, "timestamp": at(minutes)}
    return await point.call("StartTransaction", **{**fields, **more})


async def stop(point: Foreign, number: int, wh: int, minutes: float, **more: Any) -> Any:
    fields = {"transaction_id": number, "meter_stop": wh, "timestamp": at(minutes)}
    return await point.call("StopTransaction", **{**fields, **more})


@pytest.mark.ocpp("1.6 4.2")
async def test_boot_is_accepted_and_shown(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "BOOT16")
    async with plugged(shared.ocpp, "BOOT16") as point:
        booted = await point.boot()
        assert (booted.status, booted.interval) == ("Accepted", 300)
        assert booted.current_time.endswith("Z")
        assert (await point.call("Heartbeat")).current_time.endswith("Z")
        shown = await shared_api.get("stations/BOOT16")
    assert shown["connected"] is True
    assert shown["ocpp_version"] == "1.6"
    assert (shown["vendor"], shown["model"], shown["serial"]) == ("Foreign", "Wallbox", "F-1")
    gone = await shared_api.until("stations/BOOT16", lambda item: not item["connected"])
    assert gone["disconnected_at"] >= gone["connected_at"]


async def test_every_message_is_in_the_journal(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "JOURNAL16")
    async with plugged(shared.ocpp, "JOURNAL16") as point:
        await point.boot()
        await point.call("Heartbeat", unique_id="beat")
    page = await shared_api.until(
        "stations/JOURNAL16/messages", lambda page: len(page["items"]) == 4
    )
    told = [(item["direction"], item["kind"], item["action"]) for item in page["items"]]
    assert told == [
        ("out", "result", "Heartbeat"),
        ("in", "call", "Heartbeat"),
        ("out", "result", "BootNotification"),
        ("in", "call", "BootNotification"),
    ]
    assert page["items"][1]["text"].startswith('[2,"beat","Heartbeat"')


@pytest.mark.ocpp("1.6 4.1")
async def test_authorize_gives_each_verdict(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "AUTH16")
    await add_token(shared_api, "A16-GOOD", group="A16-FLEET", valid_until="2099-01-01T00:00:00Z")
    await add_token(shared_api, "A16-OLD", valid_until="2020-01-01T00:00:00Z")
    await add_token(shared_api, "A16-SOON", valid_from="2099-01-01T00:00:00Z")
    for status in ("blocked", "expired", "invalid", "no_credit"):
        await add_token(shared_api, f"A16-{status}", status=status)
    async with plugged(shared.ocpp, "AUTH16") as point:
        said = {
            tag: (await point.call("Authorize", id_tag=f"A16-{tag}")).id_tag_info["status"]
            for tag in ("OLD", "SOON", "blocked", "expired", "invalid", "no_credit", "nobody")
        }
        good = (await point.call("Authorize", id_tag="a16-good")).id_tag_info
    assert said == {
        "OLD": "Expired",
        "SOON": "Invalid",
        "blocked": "Blocked",
        "expired": "Expired",
        "invalid": "Invalid",
        "no_credit": "Blocked",
        "nobody": "Invalid",
    }
    assert good["status"] == "Accepted"
    assert good["parent_id_tag"] == "A16-FLEET"
    assert good["expiry_date"].startswith("2099-01-01")


@pytest.mark.ocpp("1.6 4.9")
async def test_the_status_of_each_connector_is_shown_and_its_history_kept(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "STATUS16")
    async with plugged(shared.ocpp, "STATUS16") as point:
        for number, status in ((0, "Available"), (1, "Available"), (2, "Charging")):
            fields = {"connector_id": number, "error_code": "NoError", "status": status}
            await point.call("StatusNotification", **fields)
        fault = {"error_code": "OtherError", "vendor_error_code": "PowerLimitExceeded"}
        await point.call("StatusNotification", connector_id=1, status="Faulted", **fault)
        shown = await shared_api.get("stations/STATUS16")
    connectors = {item["evse"]: item for item in shown["connectors"]}
    assert [connectors[number]["status"] for number in (0, 1, 2)] == [
        "available", "faulted", "occupied",
    ]  # fmt: skip
    assert connectors[2]["wire_status"] == "Charging"
    assert "more power than was granted" in connectors[1]["fault"]
    history = await shared_api.items("stations/STATUS16/timeline")
    assert {"status", "fault", "connection"} <= {line["kind"] for line in history}


@pytest.mark.ocpp("1.6 4.8")
async def test_a_session_is_there_once_and_exact(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "SESSION16")
    await add_token(shared_api, "S16")
    async with plugged(shared.ocpp, "SESSION16") as point:
        await point.boot()
        started = await start(point, "S16")
        assert started.id_tag_info["status"] == "Accepted"
        number = started.transaction_id
        assert 0 < number < 2**31
        for wh, minutes in ((1250.5, 10), (2000, 20)):
            fields = {"transaction_id": number, "meter_value": [meter(wh, minutes)]}
            await point.call("MeterValues", connector_id=1, **fields)
        running = (await sessions_of(shared_api, "SESSION16"))[0]
        data = [meter(2500, 30, "Transaction.End")]
        stopped = await stop(point, number, 2500, 30, id_tag="S16", transaction_data=data)
        assert stopped.id_tag_info["status"] == "Accepted"
    assert (running["state"], running["energy_wh"]) == ("running", 1000)
    [session] = await sessions_of(shared_api, "SESSION16")
    expected = {
        "station": "SESSION16", "evse": 1, "connector": 1, "transaction_id": str(number),
        "token": "S16", "state": "ended", "started_at": at(0), "ended_at": at(30),
        "meter_start_wh": 1000, "meter_stop_wh": 2500, "energy_wh": 1500, "stop_reason": "Local",
        "confidence": "high", "doubts": [],
    }  # fmt: skip
    assert {name: session[name] for name in expected} == expected
    samples = await shared_api.items(f"sessions/{session['id']}/samples")
    assert [sample["register_wh"] for sample in samples] == [1250.5, 2000, 2500]
    assert [item["at"] for item in samples] == [at(10), at(20), at(30)]


@pytest.mark.ocpp("1.6 3.7")
async def test_what_happened_offline_is_told_later_and_keeps_its_times(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "OFFLINE16")
    await add_token(shared_api, "O16")
    async with plugged(shared.ocpp, "OFFLINE16") as point:
        await point.boot()
        first = (await start(point, "O16", 100, 0)).transaction_id
    async with plugged(shared.ocpp, "OFFLINE16") as point:  # no Boot: it only reconnects
        fields = {"connector_id": 1, "meter_value": [meter(600, 5), meter(900, 8)]}
        await point.call("MeterValues", transaction_id=first, **fields)
        await stop(point, first, 1100, 10)
        second = (await start(point, "O16", 1100, 12)).transaction_id
        await stop(point, second, 1400, 15)
    later, earlier = await sessions_of(shared_api, "OFFLINE16")
    assert (earlier["energy_wh"], earlier["ended_at"]) == (1000, at(10))
    assert (later["energy_wh"], later["started_at"], later["ended_at"]) == (300, at(12), at(15))


async def test_messages_told_twice_count_once(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "TWICE16")
    await add_token(shared_api, "T16")
    async with plugged(shared.ocpp, "TWICE16") as point:
        number = (await start(point, "T16")).transaction_id
        assert (await start(point, "T16")).transaction_id == number
        values = {"transaction_id": number, "meter_value": [meter(1500, 5)]}
        for _ in range(2):
            await point.call("MeterValues", connector_id=1, **values)
        await stop(point, number, 2000, 10)
        await stop(point, number, 2000, 10)
        assert (await start(point, "T16")).transaction_id == number  # steve#1294
    [session] = await sessions_of(shared_api, "TWICE16")
    assert (session["energy_wh"], session["doubts"]) == (1000, [])
    assert len(await shared_api.items(f"sessions/{session['id']}/samples")) == 1


@pytest.mark.ocpp("1.6 7.2")
async def test_a_second_session_of_one_token_is_concurrent_unless_the_token_may(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "CONC16")
    await add_token(shared_api, "C16")
    await add_token(shared_api, "C16-MANY", allow_concurrent=True)
    async with plugged(shared.ocpp, "CONC16") as point:
        for tag, second in (("C16", "ConcurrentTx"), ("C16-MANY", "Accepted")):
            first = await start(point, tag)
            assert first.id_tag_info["status"] == "Accepted"
            authorized = await point.call("Authorize", id_tag=tag)
            assert authorized.id_tag_info["status"] == "Accepted"
            other = await start(point, tag, connector_id=2)
            assert other.id_tag_info["status"] == second
            assert other.transaction_id not in {0, first.transaction_id}
            for each in (first, other):
                await stop(point, each.transaction_id, 1000, 1)


async def test_a_stop_is_taken_whatever_tag_and_number_it_bears(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "STOP16")
    await add_token(shared_api, "P16", group="P16-G")
    await add_token(shared_api, "P16-MATE", group="P16-G")
    await add_token(shared_api, "P16-OTHER")
    async with plugged(shared.ocpp, "STOP16") as point:
        for minute, (tag, status) in enumerate(
            (("P16-MATE", "Accepted"), ("P16-OTHER", "Invalid"))
        ):
            number = (await start(point, "P16", minutes=minute)).transaction_id
            stopped = await stop(point, number, 1500, minute + 0.5, id_tag=tag)
            assert stopped.id_tag_info["status"] == status
        assert (await stop(point, 987654321, 1, 5)).id_tag_info is None
    assert [item["energy_wh"] for item in await sessions_of(shared_api, "STOP16")] == [500, 500]
    [kept] = await shared_api.items("evidence", station="STOP16")
    assert kept["reason"] == "unknown_transaction"
    assert "987654321" in kept["frame"]


@pytest.mark.ocpp("1.6 4.2")
async def test_a_pending_station_is_refused_until_it_is_admitted(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "PENDING16", registration="pending")
    async with plugged(shared.ocpp, "PENDING16") as point:
        assert (await point.boot()).status == "Pending"
        with pytest.raises(SecurityError):
            await point.call("Authorize", id_tag="ANY")
        with pytest.raises(SecurityError):
            await start(point, "ANY")
        point.answers("TriggerMessage", status="Accepted")
        asked = shared_api.post("stations/PENDING16/commands/trigger", {"message": "heartbeat"})
        assert (await asked)["status"] == "accepted"
        assert (await point.call("Heartbeat")).current_time
        with pytest.raises(SecurityError):
            await point.call("Authorize", id_tag="ANY")
        refused = await shared_api.http.post("stations/PENDING16/commands/start", json={})
        assert refused.status_code == 409
        await shared_api.http.patch("stations/PENDING16", json={"registration": "accepted"})
        assert (await point.boot()).status == "Accepted"
        assert (await point.call("Authorize", id_tag="ANY")).id_tag_info["status"] == "Invalid"
    [kept] = await shared_api.items("evidence", station="PENDING16")
    assert kept["reason"] == "not_registered"


async def test_a_rejected_station_stays_rejected_over_connections(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "REJECTED16", registration="rejected")
    async with plugged(shared.ocpp, "REJECTED16") as point:
        assert (await point.boot()).status == "Rejected"
    async with plugged(shared.ocpp, "REJECTED16") as point:
        with pytest.raises(SecurityError):
            await point.call("Heartbeat")


async def test_commands_reach_the_station_and_its_answers_come_back(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "COMMAND16")
    await add_token(shared_api, "K16")
    async with plugged(shared.ocpp, "COMMAND16") as point:
        await point.boot()
        await _start_and_stop_from_afar(point, shared_api)
        await _simple_commands(point, shared_api)
        await _configuration(point, shared_api)
        await _any_action(point, shared_api)


async def _start_and_stop_from_afar(point: Foreign, api: ApiClient) -> None:
    point.answers("RemoteStartTransaction", status="Accepted")
    said = await api.post("stations/COMMAND16/commands/start", {"token": "K16", "evse": 1})
    assert (said["status"], said["wire_status"]) == ("accepted", "Accepted")
    assert (await point.told()).fields == {"id_tag": "K16", "connector_id": 1}
    number = (await start(point, "K16")).transaction_id
    [session] = await sessions_of(api, "COMMAND16")
    point.answers("RemoteStopTransaction", status="Accepted")
    said = await api.post("stations/COMMAND16/commands/stop", {"session": session["id"]})
    assert said["status"] == "accepted"
    assert (await point.told()).fields == {"transaction_id": number}
    await stop(point, number, 1700, 9, reason="Remote")
    [session] = await sessions_of(api, "COMMAND16")
    assert (session["stop_reason"], session["energy_wh"]) == ("Remote", 700)


async def _simple_commands(point: Foreign, api: ApiClient) -> None:
    for name, body, action, fields, answer, status in (
        ("reset", {"kind": "immediate"}, "Reset", {"type": "Hard"}, "Accepted", "accepted"),
        ("reset", {}, "Reset", {"type": "Soft"}, "Rejected", "rejected"),
        ("unlock", {"evse": 1}, "UnlockConnector", {"connector_id": 1}, "Unlocked", "accepted"),
        (
            "unlock", {"evse": 2}, "UnlockConnector",
            {"connector_id": 2}, "NotSupported", "not_supported",
        ),
        (
            "change-availability", {"operative": False, "evse": 1}, "ChangeAvailability",
            {"connector_id": 1, "type": "Inoperative"}, "Scheduled", "scheduled",
        ),
        (
            "change-availability", {"operative": True}, "ChangeAvailability",
            {"connector_id": 0, "type": "Operative"}, "Accepted", "accepted",
        ),
        (
            "trigger", {"message": "status", "evse": 1}, "TriggerMessage",
            {"requested_message": "StatusNotification", "connector_id": 1}, "NotImplemented",
            "not_supported",
        ),
    ):  # fmt: skip
        point.answers(action, status=answer)
        said = await api.post(f"stations/COMMAND16/commands/{name}", body)
        assert (said["status"], said["wire_status"]) == (status, answer)
        assert await point.told() == (action, fields)


async def _configuration(point: Foreign, api: ApiClient) -> None:
    known = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
    point.answers("GetConfiguration", configuration_key=[known], unknown_key=["Nonsense"])
    names = ["HeartbeatInterval", "Nonsense"]
    read = await api.post("stations/COMMAND16/commands/get-configuration", {"names": names})
    assert read["variables"] == [{"name": "HeartbeatInterval", "value": "300", "read_only": False}]
    assert read["unknown"] == ["Nonsense"]
    point.answers("ChangeConfiguration", status="RebootRequired")
    values = {"HeartbeatInterval": "60"}
    written = await api.post("stations/COMMAND16/commands/set-configuration", {"values": values})
    assert written["results"]["HeartbeatInterval"]["status"] == "reboot_required"
    assert (await point.told()).action == "GetConfiguration"
    assert (await point.told()).fields == {"key": "HeartbeatInterval", "value": "60"}


async def _any_action(point: Foreign, api: ApiClient) -> None:
    point.answers("GetLocalListVersion", list_version=-1)
    assert await api.call("COMMAND16", "GetLocalListVersion", {}) == {"result": {"listVersion": -1}}
    point.fails("ClearCache", NotSupportedError(description="no cache", details={}))
    said = await api.call("COMMAND16", "ClearCache", {})
    assert said["error"]["code"] == "NotSupported"
    assert said["error"]["description"] == "no cache"
    body = {"action": "Reset", "payload": {"type": "Warm"}}
    assert "type" in (await api.post("stations/COMMAND16/calls", body, 422))["errors"][0]["message"]
    await api.post("stations/NOBODY16/calls", body, 404)


async def test_a_call_made_while_the_station_settles_is_held_and_calls_may_cross(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "SETTLE16")
    await shared_api.post("stations/SETTLE16/calls", {"action": "Reset", "payload": {}}, 409)
    async with plugged(shared.ocpp, "SETTLE16") as point:
        point.answers("GetConfiguration", configuration_key=[])
        async with asyncio.TaskGroup() as group:
            held = group.create_task(shared_api.call("SETTLE16", "GetConfiguration", {}))
            await point.boot()
            while not held.done():
                await point.call("Heartbeat")
        assert held.result() == {"result": {"configurationKey": []}}
    await shared_api.post(
        "stations/SETTLE16/calls", {"action": "Reset", "payload": {"type": "Soft"}}, 409
    )
