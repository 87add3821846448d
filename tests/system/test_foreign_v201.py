"""OCPP 2.0.1 with a charge point that is not ours."""

from typing import Any

import pytest
from ocpp.exceptions import NotSupportedError, SecurityError

from tests.system.foreign import Foreign, add, add_token, at, plugged, sessions_of
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

V = "2.0.1"


def id_token(uid: str, kind: str = "ISO14443") -> dict[str, str]:
    return {"id_token": uid, "type": kind}


def meter(wh: float, minutes: float, context: str = "Sample.Periodic") -> dict[str, Any]:
    """Return a meter value as this version writes it."""
    value = {"value": wh, "context": context, "measurand": "Energy.Active.Import.Register"}
    sampled = [{**value, "unit_of_measure": {"unit": "Wh", "multiplier": 0}}]
    return {"timestamp": at(minutes), "sampled_value": sampled}


def event(kind: str, number: int, minutes: float, transaction: str, **more: Any) -> dict[str, Any]:
    """Return the fields of a TransactionEvent."""
    triggers = {"Started": "Authorized", "Updated": "MeterValuePeriodic", "Ended": "StopAuthorized"}
    info = {"transaction_id": transaction, **more.pop("info", {})}
    return {
        "event_type": kind,
        "timestamp": at(minutes),
        "trigger_reason": more.pop("trigger", triggers[kind]),
        "seq_no": number,
        "transaction_info": info,
        **more,
    }


async def tell(point: Foreign, *fields: Any, **more: Any) -> Any:
    return await point.call("TransactionEvent", **event(*fields, **more))


def whole_session(transaction: str, uid: str, wh: int = 1000) -> list[dict[str, Any]]:
    """Return the events of a session of 1000 Wh, in order."""
    return [
        event(
            "Started", 0, 0, transaction, evse={"id": 1, "connector_id": 1},
            id_token=id_token(uid), meter_value=[meter(wh, 0, "Transaction.Begin")],
        ),
        event("Updated", 1, 5, transaction, meter_value=[meter(wh + 400, 5)]),
        event("Updated", 2, 10, transaction, meter_value=[meter(wh + 800, 10)]),
        event(
            "Ended", 3, 15, transaction, id_token=id_token(uid),
            meter_value=[meter(wh + 1000, 15, "Transaction.End")],
            info={"stopped_reason": "Local"},
        ),
    ]  # fmt: skip


@pytest.mark.ocpp("B01.FR.02")
async def test_boot_is_accepted_and_shown(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "BOOT201")
    async with plugged(shared.ocpp, "BOOT201", V) as point:
        booted = await point.boot()
        assert (booted.status, booted.interval) == ("Accepted", 300)
        assert (await point.call("Heartbeat")).current_time.endswith("Z")
        shown = await shared_api.get("stations/BOOT201")
    assert (shown["connected"], shown["ocpp_version"]) == (True, "2.0.1")
    assert (shown["vendor"], shown["model"], shown["serial"]) == ("Foreign", "Wallbox", "F-1")
    page = await shared_api.get("stations/BOOT201/messages", direction="in")
    assert {item["action"] for item in page["items"]} == {"BootNotification", "Heartbeat"}


@pytest.mark.ocpp("C01.FR.07")
async def test_authorize_gives_each_verdict(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "AUTH201")
    await add_token(shared_api, "A201-GOOD", group="A201-FLEET", language="sv")
    await add_token(shared_api, "A201-CODE", type="KeyCode")
    for status in ("blocked", "expired", "invalid", "no_credit"):
        await add_token(shared_api, f"A201-{status}", status=status)
    async with plugged(shared.ocpp, "AUTH201", V) as point:

        async def said(uid: str, kind: str = "ISO14443") -> dict[str, Any]:
            answer = await point.call("Authorize", id_token=id_token(f"A201-{uid}", kind))
            info: dict[str, Any] = answer.id_token_info
            return info

        tags = ("blocked", "expired", "invalid", "no_credit", "nobody")
        words = {tag: (await said(tag))["status"] for tag in tags}
        good = await said("good", "ISO15693")
        code = (await said("CODE", "KeyCode"))["status"], (await said("CODE"))["status"]
    assert words == {
        "blocked": "Blocked",
        "expired": "Expired",
        "invalid": "Invalid",
        "no_credit": "NoCredit",
        "nobody": "Unknown",
    }
    assert good["status"] == "Accepted"
    assert good["group_id_token"] == {"id_token": "A201-FLEET", "type": "Central"}
    assert good["language1"] == "sv"
    assert code == ("Accepted", "Unknown")


@pytest.mark.ocpp("G01.FR.01")
async def test_the_status_of_each_connector_is_shown(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "STATUS201")
    async with plugged(shared.ocpp, "STATUS201", V) as point:
        for evse, connector, status in ((1, 1, "Available"), (1, 2, "Occupied"), (2, 1, "Faulted")):
            place = {"evse_id": evse, "connector_id": connector}
            fields = {"timestamp": at(), "connector_status": status}
            await point.call("StatusNotification", **place, **fields)
        shown = await shared_api.get("stations/STATUS201")
    told = {(item["evse"], item["connector"]): item["status"] for item in shown["connectors"]}
    assert told == {(1, 1): "available", (1, 2): "occupied", (2, 1): "faulted"}


@pytest.mark.ocpp("E01.FR.12")
async def test_a_session_is_there_once_and_exact(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "SESSION201")
    await add_token(shared_api, "S201")
    async with plugged(shared.ocpp, "SESSION201", V) as point:
        answers = [await point.call("TransactionEvent", **e) for e in whole_session("TX", "S201")]
    infos = [answer.id_token_info for answer in answers]
    assert [info and info["status"] for info in infos] == ["Accepted", None, None, "Accepted"]
    [session] = await sessions_of(shared_api, "SESSION201")
    expected = {
        "evse": 1, "connector": 1, "transaction_id": "TX", "token": "S201",
        "token_type": "ISO14443", "state": "ended", "started_at": at(0), "ended_at": at(15),
        "meter_start_wh": 1000, "meter_stop_wh": 2000, "energy_wh": 1000, "stop_reason": "Local",
        "confidence": "high", "doubts": [],
    }  # fmt: skip
    assert {name: session[name] for name in expected} == expected
    samples = await shared_api.items(f"sessions/{session['id']}/samples")
    assert [sample["register_wh"] for sample in samples] == [1000, 1400, 1800, 2000]
    story = await shared_api.items(f"sessions/{session['id']}/story")
    assert [entry["kind"] for entry in story] == ["event"] * 4


@pytest.mark.ocpp("E04.FR.03")
async def test_an_offline_queue_in_any_order_gives_the_same_session(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "OFFLINE201")
    await add_token(shared_api, "O201")
    orders = {"FORTH": (0, 1, 2, 3), "BACK": (3, 2, 1, 0), "MIXED": (2, 0, 3, 1)}
    async with plugged(shared.ocpp, "OFFLINE201", V) as point:
        for name, order in orders.items():
            events = whole_session(name, "O201")
            for number in order:
                await point.call("TransactionEvent", **events[number], offline=True)
    found = {item["transaction_id"]: item for item in await sessions_of(shared_api, "OFFLINE201")}
    for name in orders:
        session = found[name]
        assert (session["energy_wh"], session["state"]) == (1000, "ended")
        assert (session["started_at"], session["ended_at"]) == (at(0), at(15))
        assert (session["offline"], session["doubts"]) == (True, [])


async def test_events_told_twice_count_once_and_are_answered_alike(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "TWICE201")
    await add_token(shared_api, "T201")
    async with plugged(shared.ocpp, "TWICE201", V) as point:
        for told in whole_session("TX", "T201"):
            first = await point.call("TransactionEvent", **told)
            again = await point.call("TransactionEvent", **told)
            assert again == first
    [session] = await sessions_of(shared_api, "TWICE201")
    assert (session["energy_wh"], session["doubts"]) == (1000, [])
    assert len(await shared_api.items(f"sessions/{session['id']}/samples")) == 4
    assert len(await shared_api.items(f"sessions/{session['id']}/story")) == 4


async def test_one_number_with_other_content_is_a_new_event_and_is_flagged(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "CONFLICT201")
    async with plugged(shared.ocpp, "CONFLICT201", V) as point:
        await tell(point, "Started", 0, 0, "TX", evse={"id": 1})
        await tell(point, "Updated", 1, 5, "TX", meter_value=[meter(100, 5)])
        await tell(point, "Updated", 1, 6, "TX", meter_value=[meter(200, 6)])
        await tell(point, "Ended", 3, 9, "TX", meter_value=[meter(500, 9)])
    [session] = await sessions_of(shared_api, "CONFLICT201")
    assert {"events_conflict", "events_missing"} <= set(session["doubt_codes"])
    assert session["energy_wh"] == 400
    assert any("sequence number" in text for text in session["doubts"])


@pytest.mark.ocpp("E01.FR.11")
async def test_an_event_with_a_token_that_may_not_charge_is_not_accepted_and_is_kept(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "REFUSED201")
    await add_token(shared_api, "R201-BLOCKED", status="blocked")
    async with plugged(shared.ocpp, "REFUSED201", V) as point:
        for uid, status in (("R201-NOBODY", "Unknown"), ("R201-BLOCKED", "Blocked")):
            answers = [
                await point.call("TransactionEvent", **told) for told in whole_session(uid, uid)
            ]
            assert answers[0].id_token_info["status"] == status
    found = await sessions_of(shared_api, "REFUSED201")
    assert {item["verdict"] for item in found} == {"unknown", "blocked"}
    assert [item["energy_wh"] for item in found] == [1000, 1000]


async def test_a_second_session_of_one_token_is_concurrent(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "CONC201")
    await add(shared_api, "CONC201-B")
    await add_token(shared_api, "C201")
    async with (
        plugged(shared.ocpp, "CONC201", V) as one,
        plugged(shared.ocpp, "CONC201-B", V) as two,
    ):
        started = {"evse": {"id": 1}, "id_token": id_token("C201")}
        first = await tell(one, "Started", 0, 0, "TX", **started)
        second = await tell(two, "Started", 0, 1, "TX", **started)
        authorized = await two.call("Authorize", id_token=id_token("C201"))
    assert first.id_token_info["status"] == "Accepted"
    assert second.id_token_info["status"] == "ConcurrentTx"
    assert authorized.id_token_info["status"] == "Accepted"


@pytest.mark.ocpp("B02.FR.09")
@pytest.mark.ocpp("B01.FR.10")
@pytest.mark.ocpp("B02.FR.06")
async def test_a_pending_station_is_heard_only_as_far_as_we_asked(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "PENDING201", registration="pending")
    report = {"generated_at": at(), "seq_no": 0, "report_data": []}
    variable = {
        "component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"},
        "variable_attribute": [{"value": "300"}],
    }  # fmt: skip
    report["report_data"] = [variable]
    async with plugged(shared.ocpp, "PENDING201", V) as point:
        assert (await point.boot()).status == "Pending"
        with pytest.raises(SecurityError):
            await tell(point, "Started", 0, 0, "TX", evse={"id": 1})
        with pytest.raises(SecurityError):
            await point.call("NotifyReport", request_id=7, **report)
        point.answers("GetBaseReport", status="Accepted")
        asked = {"requestId": 7, "reportBase": "FullInventory"}
        said = await shared_api.call("PENDING201", "GetBaseReport", asked)
        assert said == {"result": {"status": "Accepted"}}
        await point.call("NotifyReport", request_id=7, **report)
        with pytest.raises(SecurityError):
            await point.call("Heartbeat")
    [kept] = await shared_api.items("evidence", station="PENDING201")
    assert kept["reason"] == "not_registered"


async def test_commands_reach_the_station_and_its_answers_come_back(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "COMMAND201")
    await add_token(shared_api, "K201", type="eMAID")
    async with plugged(shared.ocpp, "COMMAND201", V) as point:
        await point.boot()
        await _start_and_stop_from_afar(point, shared_api)
        await _simple_commands(point, shared_api)
        await _variables(point, shared_api)
        await _any_action(point, shared_api)


async def _start_and_stop_from_afar(point: Foreign, api: ApiClient) -> None:
    point.answers("RequestStartTransaction", status="Accepted")
    said = await api.post("stations/COMMAND201/commands/start", {"token": "K201", "evse": 1})
    assert said["status"] == "accepted"
    asked = (await point.told()).fields
    number = asked["remote_start_id"]
    assert asked == {
        "id_token": id_token("K201", "eMAID"), "evse_id": 1, "remote_start_id": number,
    }  # fmt: skip
    started = await tell(
        point, "Started", 0, 0, "TX", trigger="RemoteStart", evse={"id": 1, "connector_id": 1},
        id_token=id_token("K201", "eMAID"), info={"remote_start_id": number},
        meter_value=[meter(0, 0, "Transaction.Begin")],
    )  # fmt: skip
    assert started.id_token_info["status"] == "Accepted"
    [session] = await sessions_of(api, "COMMAND201")
    assert session["remote_start_id"] == said["remote_start_id"] == number
    point.answers("RequestStopTransaction", status="Accepted")
    await api.post("stations/COMMAND201/commands/stop", {"session": session["id"]})
    assert (await point.told()).fields == {"transaction_id": "TX"}
    await tell(
        point, "Ended", 1, 5, "TX", trigger="RemoteStop", info={"stopped_reason": "Remote"},
        meter_value=[meter(700, 5, "Transaction.End")],
    )  # fmt: skip
    [session] = await sessions_of(api, "COMMAND201")
    assert (session["stop_reason"], session["energy_wh"]) == ("Remote", 700)


async def _simple_commands(point: Foreign, api: ApiClient) -> None:
    place = {"evse_id": 1, "connector_id": 1}
    for name, body, action, fields, answer, status in (
        ("reset", {"kind": "immediate"}, "Reset", {"type": "Immediate"}, "Accepted", "accepted"),
        ("reset", {"evse": 1}, "Reset", {"type": "OnIdle", "evse_id": 1}, "Scheduled", "scheduled"),
        ("unlock", {"evse": 1}, "UnlockConnector", place, "UnlockFailed", "failed"),
        (
            "change-availability", {"operative": False, "evse": 1}, "ChangeAvailability",
            {"operational_status": "Inoperative", "evse": {"id": 1}}, "Accepted", "accepted",
        ),
        (
            "trigger", {"message": "boot"}, "TriggerMessage",
            {"requested_message": "BootNotification"}, "Rejected", "rejected",
        ),
    ):  # fmt: skip
        point.answers(action, status=answer)
        said = await api.post(f"stations/COMMAND201/commands/{name}", body)
        assert (said["status"], said["wire_status"]) == (status, answer)
        assert await point.told() == (action, fields)


async def _variables(point: Foreign, api: ApiClient) -> None:
    place = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    strange = {"component": {"name": "Odd"}, "variable": {"name": "Thing"}}
    results = [
        {"attribute_status": "Accepted", "attribute_value": "300", **place},
        {"attribute_status": "UnknownComponent", **strange},
    ]
    point.answers("GetVariables", get_variable_result=results)
    names = ["OCPPCommCtrlr.HeartbeatInterval", "Odd.Thing"]
    read = await api.post("stations/COMMAND201/commands/get-configuration", {"names": names})
    assert read["variables"] == [{"name": names[0], "value": "300", "read_only": None}]
    assert read["unknown"] == ["Odd.Thing"]
    assert (await point.told()).fields == {"get_variable_data": [place, strange]}
    point.answers("SetVariables", set_variable_result=[{"attribute_status": "Accepted", **place}])
    values = {names[0]: "60"}
    written = await api.post("stations/COMMAND201/commands/set-configuration", {"values": values})
    assert written["results"][names[0]]["status"] == "accepted"
    asked = (await point.told()).fields["set_variable_data"]
    assert asked == [{"attribute_value": "60", **place}]


async def _any_action(point: Foreign, api: ApiClient) -> None:
    point.answers("GetLocalListVersion", version_number=0)
    said = await api.call("COMMAND201", "GetLocalListVersion", {})
    assert said == {"result": {"versionNumber": 0}}
    point.fails("ClearCache", NotSupportedError(description="no cache", details={}))
    assert (await api.call("COMMAND201", "ClearCache", {}))["error"]["code"] == "NotSupported"
    body = {"action": "RemoteStartTransaction", "payload": {"idTag": "X"}}
    assert (await api.post("stations/COMMAND201/calls", body, 422))["errors"][0][
        "field"
    ] == "action"
