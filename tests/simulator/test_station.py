"""What a station tells in the course of a session, in each version."""

import pytest

from laddnav.ocpp.action import Version
from laddnav.simulator.calls import ConnectError
from laddnav.simulator.connector import Fault
from laddnav.simulator.plan import AC_3_PHASE, DC_150, ConnectorPlan, StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from tests.simulator.conftest import Station
from tests.simulator.csms import Csms
from tests.simulator.people import OTHER_TAG, TAG, QuickTime, estate


async def at_work(box: SimulatedStation) -> SimulatedStation:
    """Return the station, accepted by the server."""
    await box.connect()
    await box.boot()
    return box


async def test_a_session_is_told_from_plug_to_unplug(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    assert (await box.authorize(TAG)).accepted
    account = await box.start(1, TAG)
    time.step(600)
    await box.sample()
    time.step(600)
    await box.stop(1, token=TAG)
    await box.unplug(1)

    assert account is not None
    assert account.acknowledged
    assert account.ended
    assert account.energy_wh == 3680  # 16 A at 230 V on three phases for 20 minutes
    assert [entry.meter_wh for entry in account.entries] == [0, 1840, 3680]
    assert [entry.kind for entry in account.entries] == ["start", "sample", "stop"]
    assert account.verdict == "Accepted"


async def test_the_words_of_a_session_in_1_6(csms: Csms, station: Station, time: QuickTime) -> None:
    box = await at_work(station(Version.V16, plan=StationPlan(start_wh=5_000, decimals=3)))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    time.step(61)
    await box.sample()
    await box.unplug(1)
    assert csms.actions() == [
        "BootNotification", "StatusNotification", "StatusNotification", "StatusNotification",
        "StartTransaction", "StatusNotification", "MeterValues", "StopTransaction",
        "StatusNotification",
    ]  # fmt: skip
    statuses = [said["status"] for said in csms.said("StatusNotification")]
    assert statuses == ["Available", "Available", "Preparing", "Charging", "Available"]
    assert csms.said("StartTransaction")[0]["meterStart"] == 5_000
    sampled = csms.said("MeterValues")[0]
    assert sampled["transactionId"] == 1
    assert sampled["meterValue"][0]["sampledValue"][0]["value"] == "5187.066"
    stopped = csms.said("StopTransaction")[0]
    assert (stopped["meterStop"], stopped["reason"]) == (5_187, "EVDisconnected")
    # whole watt-hours are what was told, and what the ledger holds
    assert [entry.meter_wh for entry in box.ledger.accounts[0].entries][-1] == 5_187


@pytest.mark.parametrize("version", [Version.V201, Version.V21], ids=str)
async def test_evse_and_token_are_told_once(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    time.step(60)
    await box.sample()
    await box.unplug(1)
    events = csms.said("TransactionEvent")
    assert [event["eventType"] for event in events] == ["Started", "Updated", "Ended"]
    assert [event["seqNo"] for event in events] == [0, 1, 2]
    assert ["evse" in event for event in events] == [True, False, False]
    assert ["idToken" in event for event in events] == [True, False, False]
    assert events[-1]["transactionInfo"]["stoppedReason"] == "EVDisconnected"
    assert len({event["transactionInfo"]["transactionId"] for event in events}) == 1


@pytest.mark.parametrize("version", [Version.V201, Version.V21], ids=str)
async def test_a_transaction_may_begin_with_the_cable_and_end_with_it(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    settings = Settings(start_points=("EVConnected",), stop_points=("EVConnected",))
    box = await at_work(station(version, settings=settings))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    time.step(60)
    await box.stop(1, token=TAG)
    await box.unplug(1)
    events = csms.said("TransactionEvent")
    told = [(each["eventType"], each["triggerReason"], "idToken" in each) for each in events]
    assert told == [
        ("Started", "CablePluggedIn", False),
        ("Updated", "Authorized", True),
        ("Updated", "StopAuthorized", True),
        ("Ended", "EVCommunicationLost", False),
    ]
    assert events[-1]["transactionInfo"]["stoppedReason"] == "Local"
    assert box.ledger.accounts[0].token == TAG.uid


async def test_a_transaction_that_begins_with_the_card_tells_the_meter_once_a_car_is_there(
    csms: Csms, station: Station, time: QuickTime
) -> None:
    settings = Settings(start_points=("Authorized",))
    box = await at_work(station(Version.V201, settings=settings))
    await box.start(1, TAG)
    await box.plug_in(1, estate())
    started, updated = csms.said("TransactionEvent")
    assert "evse" not in started
    assert "meterValue" not in started
    assert updated["evse"] == {"id": 1, "connectorId": 1}
    assert updated["meterValue"][0]["sampledValue"][0]["context"] == "Transaction.Begin"


async def test_a_driver_who_does_not_plug_in_loses_the_start(
    csms: Csms, station: Station, time: QuickTime
) -> None:
    box = await at_work(station(Version.V201, settings=Settings(start_points=("Authorized",))))
    await box.start(1, TAG)
    time.step(box.settings.connect_s + 1)
    events = await csms.until_said("TransactionEvent", 2)
    assert events[-1]["triggerReason"] == "EVConnectTimeout"
    assert events[-1]["transactionInfo"]["stoppedReason"] == "Timeout"


async def test_a_car_that_is_full_suspends_the_session(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate(79, target=80))
    await box.start(1, TAG)
    time.step(3_600)
    await box.sample()
    assert box.plant.connector(1).status == "SuspendedEV"
    if version is Version.V16:
        assert csms.said("StatusNotification")[-1]["status"] == "SuspendedEV"
    else:
        changed = csms.said("TransactionEvent")[1]
        assert changed["triggerReason"] == "ChargingStateChanged"
        assert changed["transactionInfo"]["chargingState"] == "SuspendedEV"


@pytest.mark.parametrize("stops", [True, False], ids=["stops", "holds"])
async def test_a_token_refused_at_the_start_is_obeyed(
    csms: Csms, station: Station, time: QuickTime, version: Version, *, stops: bool
) -> None:
    blocked = {"status": "Blocked"}
    csms.answers["StartTransaction"] = lambda _: {"transactionId": 7, "idTagInfo": blocked}
    csms.answers["TransactionEvent"] = lambda said: (
        {"idTokenInfo": blocked} if "idToken" in said else {}
    )
    box = await at_work(station(version, settings=Settings(stops_on_refusal=stops)))
    await box.plug_in(1, estate())
    account = await box.start(1, TAG)
    time.step(600)
    await box.settled()
    assert account is not None
    assert account.verdict == "Blocked"
    assert account.ended is stops
    assert box.plant.connector(1).status == ("Finishing" if stops else "SuspendedEVSE")
    assert account.energy_wh == 0


async def test_a_fault_ends_the_session_and_is_told_with_its_code(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    time.step(60)
    await box.fail(1, Fault("GroundFailure", "earth", "F17"))
    if version is Version.V16:
        told = csms.said("StatusNotification")[-1]
        assert (told["status"], told["errorCode"]) == ("Faulted", "GroundFailure")
        assert (told["info"], told["vendorErrorCode"]) == ("earth", "F17")
        assert csms.said("StopTransaction")[0]["reason"] == "Other"
    else:
        problem = csms.said("NotifyEvent")[-1]["eventData"][0]
        assert (problem["variable"]["name"], problem["actualValue"]) == ("Problem", "true")
        assert (problem["techCode"], problem["techInfo"]) == ("F17", "earth")
        ended = csms.said("TransactionEvent")[-1]
        assert ended["triggerReason"] == "AbnormalCondition"
        assert ended["transactionInfo"]["stoppedReason"] == "GroundFault"
    await box.fail(1, None)
    assert box.plant.connector(1).status == "Finishing"
    if version is not Version.V16:
        assert csms.said("NotifyEvent")[-1]["eventData"][0]["cleared"] is True


async def test_two_connectors_of_one_evse_share_its_meter_and_take_one_car(
    csms: Csms, station: Station, time: QuickTime
) -> None:
    fast = ConnectorPlan(phases=0, volts=500, amps=125, watts=50_000, kind="Other3Ph", evse=1)
    plan = StationPlan(connectors=(DC_150.__class__(phases=0, watts=50_000, evse=1), fast))
    box = await at_work(station(Version.V201, plan=plan))
    await box.plug_in(2, estate())
    with pytest.raises(ValueError, match="EVSE 1 has a car"):
        await box.plug_in(1, estate())
    await box.start(2, TAG)
    time.step(60)
    await box.sample()
    assert csms.said("TransactionEvent")[0]["evse"] == {"id": 1, "connectorId": 2}
    assert box.plant.connector(1).meter.register_wh == box.energy_wh > 0


async def test_a_second_driver_cannot_start_where_one_charges(
    csms: Csms, station: Station, version: Version
) -> None:
    box = await at_work(station(version, plan=StationPlan(connectors=(AC_3_PHASE,))))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    with pytest.raises(ValueError, match="not free"):
        await box.start(1, OTHER_TAG)


async def test_the_password_goes_out_with_the_identity_percent_encoded(
    csms: Csms, station: Station
) -> None:
    await station(Version.V16, "RDAM 1/å", password=b"\x00\xff raw").connect()
    assert csms.paths == ["/ocpp/RDAM%201%2F%C3%A5"]
    assert csms.credentials == ["Basic UkRBTSAxL8OlOgD/IHJhdw=="]


async def test_a_refused_connection_says_why(csms: Csms, station: Station) -> None:
    csms.refuses_with = 401
    with pytest.raises(ConnectError, match="HTTP 401") as caught:
        await station(Version.V16).connect()
    assert caught.value.status == 401
