"""Starting, stopping, resetting, unlocking: what the server wants done, in each version."""

import pytest

from laddnav.ocpp.action import Version
from laddnav.simulator.plan import AC_3_PHASE, StationPlan
from laddnav.simulator.settings import Settings
from tests.simulator.conftest import Station
from tests.simulator.csms import Csms, Payload
from tests.simulator.people import TAG, QuickTime, estate
from tests.simulator.test_station import at_work

CP = "CP 1"
TWO = StationPlan(connectors=(AC_3_PHASE, AC_3_PHASE), tells_events=False)
V2 = pytest.mark.parametrize("version", [Version.V201, Version.V21], ids=str)


def token(uid: str = TAG.uid) -> Payload:
    return {"idToken": uid, "type": "ISO14443"}


def remote_start(version: Version, place: int = 1, uid: str = TAG.uid) -> tuple[str, Payload]:
    if version is Version.V16:
        return "RemoteStartTransaction", {"connectorId": place, "idTag": uid}
    payload = {"evseId": place, "idToken": token(uid), "remoteStartId": 77}
    return "RequestStartTransaction", payload


def remote_stop(version: Version, transaction_id: str | None) -> tuple[str, Payload]:
    if version is Version.V16:
        return "RemoteStopTransaction", {"transactionId": int(transaction_id or 0)}
    return "RequestStopTransaction", {"transactionId": transaction_id}


async def test_a_remote_start_begins_a_session_that_says_so(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    answer = await csms.call(CP, *remote_start(version))
    assert answer == {"status": "Accepted"}
    if version is Version.V16:
        assert (await csms.until_said("StartTransaction"))[0]["idTag"] == TAG.uid
        return
    event = (await csms.until_said("TransactionEvent"))[0]
    assert event["triggerReason"] == "RemoteStart"
    assert event["transactionInfo"]["remoteStartId"] == 77
    assert event["idToken"] == token()


@V2
async def test_a_remote_start_where_a_transaction_runs_already_tells_its_id(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, settings=Settings(start_points=("EVConnected",))))
    await box.plug_in(1, estate())
    running = box.ledger.accounts[0].transaction_id
    answer = await csms.call(CP, *remote_start(version))
    assert answer == {"status": "Accepted", "transactionId": running}
    event = (await csms.until_said("TransactionEvent", 2))[1]
    assert event["eventType"] == "Updated"
    assert event["transactionInfo"]["remoteStartId"] == 77


async def test_a_remote_start_waits_for_the_car(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    assert (await csms.call(CP, *remote_start(version)))["status"] == "Accepted"
    await csms.call(CP, "ClearCache", {})
    await box.plug_in(1, estate())
    assert len(box.ledger.accounts) == 1
    if version is not Version.V16:
        event = csms.said("TransactionEvent")[0]
        assert (event["triggerReason"], event["transactionInfo"]["remoteStartId"]) == (
            "RemoteStart",
            77,
        )


async def test_a_remote_start_asks_first_where_the_settings_say_so(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, settings=Settings(authorizes_remote=True)))
    await box.plug_in(1, estate())
    await csms.call(CP, *remote_start(version))
    await csms.until_said("StartTransaction" if version is Version.V16 else "TransactionEvent")
    assert "Authorize" in csms.actions()


async def test_a_remote_start_is_rejected_where_nobody_can_charge(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, plan=TWO))
    box.plant.serve(box.plant.connector(2), operative=False)
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    for place in (1, 2, 9):
        assert (await csms.call(CP, *remote_start(version, place)))["status"] == "Rejected"


async def test_a_remote_stop_ends_the_session_it_names_and_no_other(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version, plan=TWO))
    for place in (1, 2):
        await box.plug_in(place, estate())
        await box.start(place, TAG)
    time.step(60)
    second = box.ledger.accounts[1]
    unknown = "999" if version is Version.V16 else "unknown"
    assert (await csms.call(CP, *remote_stop(version, unknown)))["status"] == "Rejected"
    assert (await csms.call(CP, *remote_stop(version, second.transaction_id))) == {
        "status": "Accepted"
    }
    await box.changes.until(lambda: second.ended and second.acknowledged)
    assert not box.ledger.accounts[0].ended
    if version is Version.V16:
        assert csms.said("StopTransaction")[0]["reason"] == "Remote"
    else:
        ended = csms.said("TransactionEvent")[-1]
        assert ended["triggerReason"] == "RemoteStop"
        assert ended["transactionInfo"]["stoppedReason"] == "Remote"


async def test_a_reset_ends_what_runs_and_brings_a_boot(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    time.step(60)
    kind = "Soft" if version is Version.V16 else "Immediate"
    assert await csms.call(CP, "Reset", {"type": kind}) == {"status": "Accepted"}
    boots = await csms.until_said("BootNotification", 2)
    await box.settled()
    account = box.ledger.accounts[0]
    assert account.ended
    assert account.acknowledged
    if version is Version.V16:
        assert csms.said("StopTransaction")[0]["reason"] == "SoftReset"
        assert csms.actions().index("StopTransaction") < len(csms.actions()) - 1
    else:
        assert boots[1]["reason"] == "RemoteReset"
        ended = csms.said("TransactionEvent")[-1]
        assert ended["triggerReason"] == "ResetCommand"
        assert ended["transactionInfo"]["stoppedReason"] == "ImmediateReset"


@V2
async def test_a_reset_on_idle_waits_for_the_end_of_the_session(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    assert await csms.call(CP, "Reset", {"type": "OnIdle"}) == {"status": "Scheduled"}
    await box.stop(1)
    boots = await csms.until_said("BootNotification", 2)
    assert boots[1]["reason"] == "ScheduledReset"
    ended = csms.said("TransactionEvent")[-1]["transactionInfo"]
    assert ended.get("stoppedReason", "Local") == "Local"


async def test_an_unlock_in_1_6_stops_the_session_and_in_2_x_does_not(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    place = {"connectorId": 1} if version is Version.V16 else {"evseId": 1, "connectorId": 1}
    answer = await csms.call(CP, "UnlockConnector", place)
    if version is Version.V16:
        assert answer == {"status": "Unlocked"}
        assert (await csms.until_said("StopTransaction"))[0]["reason"] == "UnlockCommand"
    else:
        assert answer == {"status": "OngoingAuthorizedTransaction"}
        await box.stop(1)
        assert await csms.call(CP, "UnlockConnector", place) == {"status": "Unlocked"}


async def test_a_connector_is_taken_out_of_service_when_its_session_is_over(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, plan=TWO))
    await box.plug_in(1, estate())
    await box.start(1, TAG)

    def change(word: str) -> Payload:
        if version is Version.V16:
            return {"connectorId": 1, "type": word}
        return {"operationalStatus": word, "evse": {"id": 1}}

    scheduled = await csms.call(CP, "ChangeAvailability", change("Inoperative"))
    assert scheduled == {"status": "Scheduled"}
    await box.stop(1)
    assert box.plant.connector(1).status == "Unavailable"
    await box.unplug(1)
    accepted = await csms.call(CP, "ChangeAvailability", change("Operative"))
    assert accepted == {"status": "Accepted"}
    assert box.plant.connector(1).status == "Available"


async def test_what_a_trigger_asks_for_comes_after_the_answer(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, plan=TWO))
    heard = len(csms.heard)
    for word in ("Heartbeat", "MeterValues", "FirmwareStatusNotification"):
        assert await csms.call(CP, "TriggerMessage", {"requestedMessage": word}) == {
            "status": "Accepted"
        }
        await csms.until_said(word)
    assert [each.action for each in csms.heard[heard:]] == [
        "Heartbeat",
        "MeterValues",
        "MeterValues",
        "FirmwareStatusNotification",
    ]
    context = csms.said("MeterValues")[0]["meterValue"][0]["sampledValue"][0]["context"]
    assert context == "Trigger"
    assert box.presence.accepted
