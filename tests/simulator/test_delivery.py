"""Transaction messages: kept while offline, told in order, repeated exactly as specified."""

import asyncio

import pytest

from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import ErrorCode
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from tests.simulator.conftest import Station
from tests.simulator.csms import Answer, Csms, Payload, refusal
from tests.simulator.people import OTHER_TAG, TAG, QuickTime, estate
from tests.simulator.test_station import at_work

TRANSACTION_MESSAGES = {"StartTransaction", "MeterValues", "StopTransaction", "TransactionEvent"}


def told(csms: Csms) -> list[Payload]:
    """Return the transaction messages heard, in order."""
    return [heard.payload for heard in csms.heard if heard.action in TRANSACTION_MESSAGES]


def start_action(version: Version) -> str:
    return "StartTransaction" if version is Version.V16 else "TransactionEvent"


async def charge_offline(box: SimulatedStation, time: QuickTime) -> None:
    """Charge for half an hour without a connection."""
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    for _ in range(3):
        time.step(600)
        await box.sample()
    await box.stop(1, token=TAG)
    await box.unplug(1)


async def test_a_refused_message_is_repeated_with_the_same_content_after_growing_waits(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version, settings=Settings(attempts=4, retry_s=60)))
    patience = iter((refusal(), refusal(), refusal()))

    def at_first_refused(_: Payload) -> Answer:
        error = next(patience, None)
        if error is None:
            del csms.answers[start_action(version)]
            return csms.usual(version, start_action(version), _)
        return error

    csms.answers[start_action(version)] = at_first_refused
    await box.plug_in(1, estate())
    account = await box.start(1, TAG)
    assert account is not None
    assert account.entries[0].sent == 4
    assert account.entries[0].acknowledged
    assert time.waits == [60, 120, 180]
    first, *others = csms.said(start_action(version))
    assert others == [first] * 3
    ids = [heard.message_id for heard in csms.heard if heard.action == start_action(version)]
    assert len(set(ids)) == 4


async def test_a_message_is_thrown_away_after_the_last_attempt_and_the_next_one_goes_on(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version, settings=Settings(attempts=3, retry_s=10)))
    csms.answers[start_action(version)] = lambda said: (
        refusal() if said.get("seqNo", 0) == 0 else {}
    )
    await box.plug_in(1, estate())
    account = await box.start(1, TAG)
    time.step(60)
    await box.sample()
    await box.stop(1)
    assert account is not None
    assert account.entries[0].given_up
    assert not account.entries[0].acknowledged
    assert [entry.acknowledged for entry in account.entries[1:]] == [True, True]
    assert time.waits == [10, 20]
    if version is Version.V16:
        # errata 3.18: the station never got an id
        assert csms.said("MeterValues")[0]["transactionId"] == -1
        assert csms.said("StopTransaction")[0]["transactionId"] == -1


async def test_a_message_without_an_answer_is_repeated_like_a_refused_one(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    settings = Settings(attempts=2, retry_s=10, answer_s=0.05)
    box = await at_work(station(version, settings=settings))
    csms.answers[start_action(version)] = lambda _: None
    await box.plug_in(1, estate())
    account = await box.start(1, TAG)
    assert account is not None
    assert (account.entries[0].sent, account.entries[0].given_up) == (2, True)
    assert time.waits == [10]


async def test_what_happened_offline_is_told_later_in_its_order(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.go_offline()
    await charge_offline(box, time)
    assert told(csms) == []
    await box.go_online()
    await box.settled()
    account = box.ledger.accounts[0]
    assert account.acknowledged
    assert [entry.sent for entry in account.entries] == [1] * 5
    assert csms.actions().count("BootNotification") == 1
    if version is Version.V16:
        tail = [action for action in csms.actions() if action in TRANSACTION_MESSAGES]
        assert tail == ["StartTransaction", *["MeterValues"] * 3, "StopTransaction"]
        assert {said["transactionId"] for said in told(csms)[1:]} == {1}
    else:
        assert [said["seqNo"] for said in told(csms)] == [0, 1, 2, 3, 4]
        assert all(said["offline"] for said in told(csms))
    assert account.energy_wh == 5_520


async def test_only_what_waited_is_told_as_offline(
    csms: Csms, station: Station, time: QuickTime
) -> None:
    box = await at_work(station(Version.V201))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    await box.go_offline()
    time.step(60)
    await box.sample()
    await box.go_online()
    await box.stop(1)
    assert [said.get("offline") for said in told(csms)] == [None, True, None]


async def test_a_message_that_was_under_way_when_the_link_broke_is_sent_again_unchanged(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    action = start_action(version)
    csms.answers[action] = lambda _: None
    await box.plug_in(1, estate())
    starting = asyncio.ensure_future(box.start(1, TAG))
    await csms.until_said(action)
    await box.go_offline()
    await starting
    del csms.answers[action]
    await box.go_online()
    await box.settled()
    first, second = csms.said(action)
    assert first == second
    entry = box.ledger.accounts[0].entries[0]
    assert (entry.sent, entry.acknowledged) == (2, True)
    assert time.waits == []  # a lost link is no failure


async def test_the_wait_before_a_repetition_ends_with_the_connection(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version, settings=Settings(retry_s=7_200)))
    action = start_action(version)
    csms.answers[action] = lambda _: refusal(ErrorCode.GENERIC_ERROR)
    await box.plug_in(1, estate())
    starting = asyncio.ensure_future(box.start(1, TAG))
    await csms.until_said(action)
    await box.changes.until(lambda: box.plant.connector(1).transaction is not None)
    await box.go_offline()
    await starting
    del csms.answers[action]
    await box.go_online()
    await box.settled()
    assert box.ledger.accounts[0].acknowledged


async def test_a_session_in_which_the_power_fails_is_told_after_the_boot(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    time.step(600)
    await box.lose_power()
    await box.settled()
    assert csms.actions().count("BootNotification") == 2
    last = told(csms)[-1]
    if version is Version.V16:
        assert (last["reason"], last["meterStop"]) == ("PowerLoss", 1_840)
    else:
        assert last["transactionInfo"]["stoppedReason"] == "PowerLoss"
    assert box.ledger.accounts[0].acknowledged


@pytest.mark.parametrize("known", [True, False], ids=["unknown served", "unknown refused"])
async def test_offline_the_station_decides_by_what_it_knows(
    csms: Csms, station: Station, version: Version, *, known: bool
) -> None:
    box = await at_work(station(version, settings=Settings(serves_unknown_offline=known)))
    csms.answers["Authorize"] = lambda _: {
        "idTagInfo" if version is Version.V16 else "idTokenInfo": {"status": "Blocked"}
    }
    assert not (await box.authorize(TAG)).accepted
    await box.go_offline()
    assert (await box.authorize(TAG)).word == "Blocked"
    assert (await box.authorize(OTHER_TAG)).accepted is known
