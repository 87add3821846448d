"""What operators lost elsewhere, and keep here."""

import asyncio
import json
from decimal import Decimal
from typing import Any, cast

import pytest

from laddnav.gateway.line.pulse import Pulse
from laddnav.gateway.line.wire import Wire
from tests.system.foreign import add, add_token, at, plugged, sessions_of
from tests.system.rough import rough
from tests.system.server import ApiClient, LaddnavServer

pytestmark = pytest.mark.system
on_shared = pytest.mark.asyncio(loop_scope="module")

BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}


def start(tag: str, wh: int = 0, minutes: float = 0, connector: int = 1) -> dict[str, Any]:
    place = {"connectorId": connector, "idTag": tag}
    return {**place, "meterStart": wh, "timestamp": at(minutes)}


def stop(number: int, wh: int, minutes: float) -> dict[str, Any]:
    return {"transactionId": number, "meterStop": wh, "timestamp": at(minutes)}


def sample(number: int, wh: float, minutes: float) -> dict[str, Any]:
    value = {"timestamp": at(minutes), "sampledValue": [{"value": str(wh)}]}
    return {"connectorId": 1, "transactionId": number, "meterValue": [value]}


def event(
    kind: str, number: int, minutes: float, kwh: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return a TransactionEvent of the transaction "TX"."""
    unit = {"unitOfMeasure": {"unit": "kWh"}}
    value = {"timestamp": at(minutes), "sampledValue": [{"value": Decimal(kwh or "0"), **unit}]}
    return {
        "eventType": kind,
        "timestamp": at(minutes),
        "triggerReason": "MeterValuePeriodic",
        "seqNo": number,
        "transactionInfo": {"transactionId": "TX"},
        **({} if kwh is None else {"meterValue": [value]}),
        **more,
    }


# ---- nothing that was acknowledged is lost -----------------------------------------------------


async def test_what_was_acknowledged_is_there_after_a_kill_and_nobody_is_shown_as_if_nothing_was(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "KILLED")
    await add_token(api, "CARD")
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    async with rough(server.ocpp, "KILLED") as point:
        await point.ask("BootNotification", BOOT)
        await point.ask("StatusNotification", status)
        number = (await point.ask("StartTransaction", start("CARD")))["transactionId"]
        await point.ask("MeterValues", sample(number, 400, 5))
        await point.ask("StopTransaction", stop(number, 900, 10))
        assert (await api.get("stations/KILLED"))["connectors"][0]["stale"] is False
        await server.kill()
    await server.start()
    [session] = await sessions_of(api, "KILLED")
    assert (session["state"], session["energy_wh"], session["doubts"]) == ("ended", 900, [])
    assert await api.items("sessions", state="running") == []
    shown = await api.get("stations/KILLED")
    assert shown["connected"] is False
    assert [item["stale"] for item in shown["connectors"]] == [True]
    assert await api.items("stations", connected="true") == []
    async with rough(server.ocpp, "KILLED") as point:
        again = await point.ask("StartTransaction", start("CARD", 900, 20))
        assert again["idTagInfo"]["status"] == "Accepted"
        assert again["transactionId"] != number
        assert (await api.get("stations/KILLED"))["connected"] is True


async def test_an_orderly_restart_leaves_nobody_shown_as_connected(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "LEFT")
    async with rough(server.ocpp, "LEFT") as point:
        await point.ask("BootNotification", BOOT)
        assert await server.stop() == 0
        assert await point.wire.closed() == 1001
    await server.start()
    shown = await api.get("stations/LEFT")
    assert (shown["connected"], shown["close_reason"]) == (False, "the server is stopping")


# ---- order -------------------------------------------------------------------------------------


@on_shared
async def test_a_session_without_meter_values_has_its_energy(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "BARE")
    await add_token(shared_api, "BARE-1")
    async with rough(shared.ocpp, "BARE") as point:
        number = (await point.ask("StartTransaction", start("BARE-1", 1000)))["transactionId"]
        await point.ask("StopTransaction", stop(number, 11_000, 60))
    [session] = await sessions_of(shared_api, "BARE")
    assert (session["energy_wh"], session["confidence"]) == (10_000, "high")


@on_shared
async def test_one_sample_in_the_middle_takes_no_energy_away(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "MIDDLE")
    await add_token(shared_api, "MIDDLE-1")
    async with rough(shared.ocpp, "MIDDLE") as point:
        number = (await point.ask("StartTransaction", start("MIDDLE-1", 1000)))["transactionId"]
        point.tell(2, "a", "MeterValues", sample(number, 4000, 30))
        point.tell(2, "b", "StopTransaction", stop(number, 11_000, 60))
        assert [(await point.hear())[1] for _ in range(2)] == ["a", "b"]
    [session] = await sessions_of(shared_api, "MIDDLE")
    assert (session["energy_wh"], session["doubts"]) == (10_000, [])


@on_shared
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_an_offline_queue_sent_at_once_keeps_its_order_and_its_energy(
    shared: LaddnavServer, shared_api: ApiClient, version: str
) -> None:
    identity = f"QUEUE-{version}"
    await add(shared_api, identity)
    begun = {"evse": {"id": 1}, "offline": True}
    events = [event("Started", 0, 0, "5", **begun)]
    events += [event("Updated", n, n, str(5 + n), offline=True) for n in range(1, 10)]
    events.append(event("Ended", 10, 10, "15", offline=True))
    async with rough(shared.ocpp, identity, version) as point:
        for number, told in enumerate(events):
            point.tell(2, f"{number}", "TransactionEvent", told)
        answers = [await point.hear() for _ in events]
    assert answers == [[3, f"{number}", {}] for number in range(11)]
    [session] = await sessions_of(shared_api, identity)
    assert (session["energy_wh"], session["doubts"]) == (10_000, [])
    assert (session["started_at"], session["ended_at"]) == (at(0), at(10))


@on_shared
async def test_a_stop_followed_at_once_by_a_start_gives_two_sessions(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "ATONCE")
    await add_token(shared_api, "ATONCE-1")
    async with rough(shared.ocpp, "ATONCE") as point:
        number = (await point.ask("StartTransaction", start("ATONCE-1")))["transactionId"]
        point.tell(2, "stop", "StopTransaction", stop(number, 500, 10))
        point.tell(2, "start", "StartTransaction", start("ATONCE-1", 500, 10))
        assert (await point.hear())[1] == "stop"
        _, _, started = await point.hear()
        assert started["idTagInfo"]["status"] == "Accepted"
        assert started["transactionId"] != number
        await point.ask("StopTransaction", stop(started["transactionId"], 700, 20))
    found = await sessions_of(shared_api, "ATONCE")
    assert [item["energy_wh"] for item in found] == [200, 500]


@on_shared
async def test_one_transaction_id_at_two_stations_gives_two_sessions(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    for identity, kwh in (("SAME-A", "3"), ("SAME-B", "7")):
        await add(shared_api, identity)
        async with rough(shared.ocpp, identity, "2.0.1") as point:
            await point.ask("TransactionEvent", event("Started", 0, 0, "0", evse={"id": 1}))
            await point.ask("TransactionEvent", event("Ended", 1, 60, kwh))
    for identity, energy_wh in (("SAME-A", 3000), ("SAME-B", 7000)):
        [session] = await sessions_of(shared_api, identity)
        assert (session["transaction_id"], session["energy_wh"]) == ("TX", energy_wh)


# ---- message ids mean nothing ------------------------------------------------------------------


@on_shared
async def test_ids_that_begin_again_after_a_reconnect_get_the_answers_of_their_own_calls(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "AGAIN")
    async with rough(shared.ocpp, "AGAIN", "2.0.1") as point:
        assert "currentTime" in await point.ask("Heartbeat", {}, "1")
        await point.ask("TransactionEvent", event("Started", 0, 0, "1", evse={"id": 1}), "2")
    async with rough(shared.ocpp, "AGAIN", "2.0.1") as point:
        assert await point.ask("TransactionEvent", event("Updated", 1, 5, "1.5"), "1") == {}
        assert await point.ask("TransactionEvent", event("Ended", 2, 9, "2"), "2") == {}
        assert "currentTime" in await point.ask("Heartbeat", {}, "2")
    [session] = await sessions_of(shared_api, "AGAIN")
    assert (session["state"], session["energy_wh"], session["doubts"]) == ("ended", 1000, [])


@on_shared
async def test_an_answer_never_comes_over_another_connection_than_its_call(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "CROSSED", settings={"ping_seconds": 0})
    await add_token(shared_api, "CROSSED-1")
    for minute in range(5):
        async with (
            rough(shared.ocpp, "CROSSED") as old,
            rough(shared.ocpp, "CROSSED") as new,
        ):
            old.tell(2, "old", "StartTransaction", start("CROSSED-1", minutes=minute))
            assert "currentTime" in await new.ask("Heartbeat", {}, "new")
            assert "currentTime" in await new.ask("Heartbeat", {}, "newer")


@on_shared
async def test_a_token_that_nobody_knows_is_not_accepted_in_an_event_and_a_replay_is_stored_once(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "REPLAY")
    token = {"idToken": {"idToken": "NOBODY-KNOWS", "type": "ISO14443"}}
    async with rough(shared.ocpp, "REPLAY", "2.1") as point:
        told = event("Started", 0, 0, "1", evse={"id": 1}, **token)
        for message_id in ("1", "1", "2"):
            answer = await point.ask("TransactionEvent", told, message_id)
            assert answer == {"idTokenInfo": {"status": "Unknown"}}
    [session] = await sessions_of(shared_api, "REPLAY")
    assert len(await shared_api.items(f"sessions/{session['id']}/story")) == 1
    assert len(await shared_api.items(f"sessions/{session['id']}/samples")) == 1


# ---- connections -------------------------------------------------------------------------------


@on_shared
async def test_flapping_stations_disturb_nobody(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    names = [f"FLAP-{number}" for number in range(10)]
    for identity in (*names, "STEADY"):
        await add(shared_api, identity, settings={"ping_seconds": 0})

    async def flap(identity: str) -> None:
        for round_ in range(15):
            async with rough(shared.ocpp, identity) as point:
                point.tell(2, "1", "BootNotification", BOOT)
                if round_ % 3 == 0:
                    await point.hear()

    async with rough(shared.ocpp, "STEADY") as steady, asyncio.TaskGroup() as group:
        flapping = [group.create_task(flap(identity)) for identity in names]
        while not all(task.done() for task in flapping):
            assert "currentTime" in await steady.ask("Heartbeat", {})
    for identity in names:
        async with rough(shared.ocpp, identity) as point:
            assert (await point.ask("BootNotification", BOOT))["status"] == "Accepted"
        await shared_api.until(f"stations/{identity}", lambda item: not item["connected"])


@on_shared
async def test_a_station_that_left_is_never_shown_as_available_now(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "STALE")
    free = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    async with rough(shared.ocpp, "STALE") as point:
        await point.ask("StatusNotification", free)
        [connector] = (await shared_api.get("stations/STALE"))["connectors"]
        assert (connector["status"], connector["stale"]) == ("available", False)
    shown = await shared_api.until("stations/STALE", lambda item: not item["connected"])
    assert [item["stale"] for item in shown["connectors"]] == [True]


@on_shared
async def test_many_starts_at_one_moment_are_all_answered_with_different_ids(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    names = [f"RUSH-{number}" for number in range(40)]
    for identity in names:
        await add(shared_api, identity)
        await add_token(shared_api, identity)

    async def charge(identity: str) -> int:
        async with rough(shared.ocpp, identity) as point:
            started = await point.ask("StartTransaction", start(identity))
            assert started["idTagInfo"]["status"] == "Accepted"
            number: int = started["transactionId"]
            await point.ask("StopTransaction", stop(number, 10, 5))
            return number

    numbers = await asyncio.gather(*(charge(identity) for identity in names))
    assert len(set(numbers)) == len(names)
    for identity in names:
        [session] = await sessions_of(shared_api, identity)
        assert session["energy_wh"] == 10


class Unpinged:
    """A wire over which no ping is ever answered."""

    end = None
    pongs = False
    aborted = False

    def ping(self) -> None:
        """Nobody answers."""

    def abort(self, _end: object) -> None:
        self.aborted = True


@pytest.mark.parametrize("interval", [10, 300, 3600, 86_400, 604_800])
@pytest.mark.parametrize("ping_seconds", [0, 60])
def test_a_silent_station_is_not_cut_off_within_two_of_its_heartbeat_intervals(
    interval: int, ping_seconds: int
) -> None:
    wire = Unpinged()
    pulse = Pulse(cast("Wire", wire), ping_seconds, 0)
    pulse.promise(interval)
    while pulse.due <= 2 * interval:
        pulse.feel(pulse.due)
    assert not wire.aborted


# ---- numbers and lists -------------------------------------------------------------------------


@on_shared
async def test_energy_is_exact_in_decimals(shared: LaddnavServer, shared_api: ApiClient) -> None:
    await add(shared_api, "EXACT")
    async with rough(shared.ocpp, "EXACT", "2.0.1") as point:
        await point.ask("TransactionEvent", event("Started", 0, 0, "1234.567", evse={"id": 1}))
        await point.ask("TransactionEvent", event("Updated", 1, 5, "1234.6675"))
        await point.ask("TransactionEvent", event("Ended", 2, 9, "1235.482"))
    response = await shared_api.http.get("sessions", params={"station": "EXACT"})
    [session] = json.loads(response.text, parse_float=Decimal)["items"]
    assert str(session["energy_wh"]) == "915"
    assert str(session["meter_stop_wh"]) == "1235482"
    samples = await shared_api.http.get(f"sessions/{session['id']}/samples")
    registers = [
        str(item["register_wh"]) for item in json.loads(samples.text, parse_float=Decimal)["items"]
    ]
    assert registers == ["1234567", "1234667.5", "1235482"]
    exported = await shared.command("session", "export", "--station", "EXACT")
    assert ",915," in exported


@on_shared
async def test_a_list_of_sessions_is_paged_newest_first_and_whole(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "PAGES")
    await add_token(shared_api, "PAGES-1")
    async with rough(shared.ocpp, "PAGES") as point:
        for minute in range(7):
            started = await point.ask("StartTransaction", start("PAGES-1", minute, minute))
            await point.ask("StopTransaction", stop(started["transactionId"], minute + 1, minute))
    found = await shared_api.items("sessions", station="PAGES", limit=3)
    assert [item["started_at"] for item in found] == [at(minute) for minute in range(6, -1, -1)]


@on_shared
async def test_a_card_that_ended_its_session_offline_is_free_again(
    shared: LaddnavServer, shared_api: ApiClient
) -> None:
    await add(shared_api, "FREE-A")
    await add(shared_api, "FREE-B")
    await add_token(shared_api, "FREE-1")
    async with plugged(shared.ocpp, "FREE-A") as one, plugged(shared.ocpp, "FREE-B") as two:
        fields = {"connector_id": 1, "id_tag": "FREE-1", "meter_start": 0}
        first = await one.call("StartTransaction", timestamp=at(0), **fields)
        ended = {"transaction_id": first.transaction_id, "meter_stop": 5, "timestamp": at(1)}
        await one.call("StopTransaction", **ended)
        second = await two.call("StartTransaction", timestamp=at(2), **fields)
        assert second.id_tag_info["status"] == "Accepted"
