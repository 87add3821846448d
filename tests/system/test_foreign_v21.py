"""OCPP 2.1 with a charge point that is not ours: what it adds, and that the rest still holds."""

from typing import Any

import pytest
from ocpp.exceptions import SecurityError

from tests.system.foreign import Foreign, add, add_token, at, plugged, sessions_of
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

V = "2.1"


def id_token(uid: str, kind: str = "ISO14443") -> dict[str, str]:
    return {"id_token": uid, "type": kind}


def meter(wh: float, minutes: float) -> dict[str, Any]:
    """Return a meter value as this version writes it."""
    value = {"value": wh, "measurand": "Energy.Active.Import.Register"}
    sampled = [{**value, "unit_of_measure": {"unit": "kWh", "multiplier": -3}}]
    return {"timestamp": at(minutes), "sampled_value": sampled}


async def tell(
    point: Foreign, kind: str, number: int, minutes: float, wh: float, **more: Any
) -> Any:
    info = {"transaction_id": "TX-21", **more.pop("info", {})}
    return await point.call(
        "TransactionEvent",
        event_type=kind,
        timestamp=at(minutes),
        trigger_reason=more.pop("trigger", "MeterValuePeriodic"),
        seq_no=number,
        transaction_info=info,
        meter_value=[meter(wh, minutes)],
        **more,
    )


def availability(evse: int, connector: int, value: str) -> dict[str, Any]:
    """Return event data that replaces a StatusNotification."""
    return {
        "event_id": evse * 10 + connector,
        "timestamp": at(),
        "trigger": "Delta",
        "actual_value": value,
        "component": {"name": "Connector", "evse": {"id": evse, "connector_id": connector}},
        "variable": {"name": "AvailabilityState"},
        "event_notification_type": "HardWiredNotification",
    }


@pytest.mark.ocpp("B01.FR.02")
async def test_boot_is_accepted_and_shown(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "BOOT21")
    async with plugged(shared.ocpp, "BOOT21", V) as point:
        assert (await point.boot()).status == "Accepted"
        assert (await point.call("Heartbeat")).current_time.endswith("Z")
        shown = await shared_api.get("stations/BOOT21")
    assert (shown["connected"], shown["ocpp_version"]) == (True, "2.1")


async def test_authorize_gives_each_verdict(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "AUTH21")
    await add_token(shared_api, "A21-GOOD", type="VIN", group="A21-FLEET")
    await add_token(shared_api, "A21-POOR", status="no_credit")
    async with plugged(shared.ocpp, "AUTH21", V) as point:
        good = await point.call("Authorize", id_token=id_token("A21-GOOD", "VIN"))
        other = await point.call("Authorize", id_token=id_token("A21-GOOD", "eMAID"))
        poor = await point.call("Authorize", id_token=id_token("A21-POOR"))
    assert good.id_token_info["status"] == "Accepted"
    assert good.id_token_info["group_id_token"]["id_token"] == "A21-FLEET"
    assert other.id_token_info["status"] == "Unknown"
    assert poor.id_token_info["status"] == "NoCredit"


@pytest.mark.ocpp("G01.FR.08")
async def test_availability_comes_by_event_and_by_the_old_message(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "STATUS21")
    async with plugged(shared.ocpp, "STATUS21", V) as point:
        data = [availability(1, 1, "Available"), availability(2, 1, "Occupied")]
        await point.call("NotifyEvent", generated_at=at(), seq_no=0, event_data=data)
        fields = {"timestamp": at(), "connector_status": "Reserved"}
        await point.call("StatusNotification", evse_id=3, connector_id=1, **fields)
        problem = {
            **availability(2, 1, "true"), "variable": {"name": "Problem"},
            "tech_code": "0815", "severity": 2,
        }  # fmt: skip
        await point.call("NotifyEvent", generated_at=at(), seq_no=0, event_data=[problem])
        shown = await shared_api.get("stations/STATUS21")
    told = {item["evse"]: item for item in shown["connectors"]}
    assert [told[evse]["status"] for evse in (1, 2, 3)] == ["available", "occupied", "reserved"]
    assert told[2]["tech_code"] == "0815"
    history = await shared_api.items("stations/STATUS21/timeline")
    assert "fault" in {line["kind"] for line in history}


async def test_a_session_is_there_once_and_exact_though_told_twice_and_late(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "SESSION21")
    await add_token(shared_api, "S21")
    place = {"evse": {"id": 2, "connector_id": 1}, "id_token": id_token("S21")}
    async with plugged(shared.ocpp, "SESSION21", V) as point:
        started = await tell(point, "Started", 0, 0, 1000, trigger="Authorized", **place)
        assert started.id_token_info["status"] == "Accepted"
        await tell(point, "Updated", 2, 10, 1800.5, info={"charging_state": "Charging"})
    async with plugged(shared.ocpp, "SESSION21", V) as point:
        for _ in range(2):
            await tell(point, "Updated", 1, 5, 1400, offline=True)
            await tell(point, "Ended", 3, 15, 2000.125, info={"stopped_reason": "EVDisconnected"})
    [session] = await sessions_of(shared_api, "SESSION21")
    assert (session["evse"], session["transaction_id"]) == (2, "TX-21")
    assert (session["energy_wh"], session["stop_reason"]) == (1000.125, "EVDisconnected")
    assert (session["confidence"], session["offline"]) == ("high", True)
    samples = await shared_api.items(f"sessions/{session['id']}/samples")
    assert [sample["register_wh"] for sample in samples] == [1000, 1400, 1800.5, 2000.125]


async def test_what_nobody_here_can_do_is_answered_in_the_version_s_words(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "REST21")
    async with plugged(shared.ocpp, "REST21", V) as point:
        settled = {"psp_ref": "P-1", "status": "Settled", "settlement_amount": 12.5}
        await point.call("NotifySettlement", settlement_time=at(), **settled)
        vat = await point.call("VatNumberValidation", vat_number="SE556677889901")
        assert (vat.status, vat.vat_number) == ("Rejected", "SE556677889901")
        await point.call(
            "SecurityEventNotification", type="TamperDetectionActivated", timestamp=at()
        )


@pytest.mark.ocpp("B03.FR.07")
async def test_a_rejected_station_is_refused(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "REJECTED21", registration="rejected")
    async with plugged(shared.ocpp, "REJECTED21", V) as point:
        assert (await point.boot()).status == "Rejected"
        with pytest.raises(SecurityError):
            await point.call("Heartbeat")


async def test_commands_reach_the_station_and_its_answers_come_back(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "COMMAND21")
    await add_token(shared_api, "K21")
    path = "stations/COMMAND21/commands"
    async with plugged(shared.ocpp, "COMMAND21", V) as point:
        await point.boot()
        point.answers("RequestStartTransaction", status="Rejected")
        said = await shared_api.post(f"{path}/start", {"token": "K21", "evse": 2})
        assert (said["status"], said["token"]) == ("rejected", "K21")
        asked = (await point.told()).fields
        assert (asked["evse_id"], asked["id_token"]) == (2, id_token("K21"))
        for name, body, action, answer, status in (
            ("stop", {"transaction_id": "TX-21"}, "RequestStopTransaction", "Accepted", "accepted"),
            ("reset", {"kind": "immediate"}, "Reset", "Accepted", "accepted"),
            ("unlock", {"evse": 1}, "UnlockConnector", "UnknownConnector", "unknown"),
            (
                "change-availability", {"operative": True},
                "ChangeAvailability", "Accepted", "accepted",
            ),
            ("trigger", {"message": "status", "evse": 1}, "TriggerMessage", "Accepted", "accepted"),
        ):  # fmt: skip
            point.answers(action, status=answer)
            said = await shared_api.post(f"{path}/{name}", body)
            assert (said["status"], said["wire_status"]) == (status, answer)
            assert (await point.told()).action == action
        point.answers("UsePriorityCharging", status="NoProfile")
        priority = {"transactionId": "TX-21", "activate": True}
        said = await shared_api.call("COMMAND21", "UsePriorityCharging", priority)
        assert said == {"result": {"status": "NoProfile"}}
