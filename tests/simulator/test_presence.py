"""Booting, beating, and coming back."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

import msgspec
import pytest
import trustme
from typing_extensions import override

from laddnav.kernel.clock import SystemClock
from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.simulator.calls import ConnectError, RefusedError
from laddnav.simulator.ledger import Account
from laddnav.simulator.plan import AC_3_PHASE, StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from tests.simulator.conftest import Station
from tests.simulator.csms import Csms, Payload, refusal
from tests.simulator.people import TAG, QuickTime, estate

NOW = "2027-03-04T05:06:07.000Z"


@asynccontextmanager
async def living(box: SimulatedStation) -> AsyncIterator[SimulatedStation]:
    """Let a station live by itself."""
    life = asyncio.create_task(box.run())
    try:
        yield box
    finally:
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life


def boot_answers(csms: Csms, *statuses: str, interval: int = 7) -> None:
    """Answer the boots with these statuses in turn, the last one for ever."""
    left = list(statuses)

    def next_status(_: Payload) -> Payload:
        status = left.pop(0) if len(left) > 1 else left[0]
        return {
            "status": status,
            "currentTime": NOW,
            "interval": 86_400 if status == "Accepted" else interval,
        }

    csms.answers["BootNotification"] = next_status


def has_samples(account: Account, count: int) -> bool:
    return len(account.of("sample")) == count


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
async def test_until_it_is_accepted_a_station_only_boots_at_the_interval_it_was_given(
    csms: Csms, station: Station, time: QuickTime, version: Version, status: str
) -> None:
    boot_answers(csms, status, status, "Accepted", interval=17)
    async with living(station(version)) as box:
        await box.ready()
    assert csms.actions()[:3] == ["BootNotification"] * 3
    assert time.waits == [17, 17]
    status_action = "NotifyEvent" if version is Version.V21 else "StatusNotification"
    assert status_action in csms.actions()


async def test_pending_it_says_nothing_of_a_session_until_it_is_accepted(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    boot_answers(csms, "Pending", "Accepted")
    box = station(version)
    await box.connect()
    await box.boot()
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    assert csms.actions() == ["BootNotification"]
    await box.boot()
    await box.settled()
    assert box.ledger.accounts[0].acknowledged


async def test_a_trigger_makes_a_pending_station_boot_at_once(
    csms: Csms, station: Station, version: Version
) -> None:
    boot_answers(csms, "Pending", "Accepted")
    box = station(version)
    await box.connect()
    await box.boot()
    answer = await csms.call("CP 1", "TriggerMessage", {"requestedMessage": "BootNotification"})
    assert answer["status"] == "Accepted"
    await box.ready()
    again = await csms.call("CP 1", "TriggerMessage", {"requestedMessage": "BootNotification"})
    assert again["status"] == "Rejected"


async def test_a_rejected_station_of_2_x_refuses_to_be_commanded(
    csms: Csms, station: Station
) -> None:
    boot_answers(csms, "Rejected")
    box = station(Version.V201)
    await box.connect()
    await box.boot()
    with pytest.raises(RemoteProtocolError) as refused:
        await csms.call("CP 1", "ClearCache", {})
    assert refused.value.code is ErrorCode.SECURITY_ERROR


async def test_a_station_comes_back_without_a_boot_and_tells_only_what_changed(
    csms: Csms, station: Station, version: Version
) -> None:
    plan = StationPlan(connectors=(AC_3_PHASE, AC_3_PHASE), tells_events=False)
    async with living(station(version, plan=plan)) as box:
        await box.ready()
        heard = len(csms.heard)
        await box.go_offline()
        await box.plug_in(2, estate())
        await box.go_online()
        news = csms.heard[heard:]
    assert [each.action for each in news] == ["StatusNotification"]
    assert news[0].payload["connectorId"] == (2 if version is Version.V16 else 1)


async def test_after_a_long_absence_every_status_is_told_again(
    csms: Csms, station: Station, version: Version
) -> None:
    box = station(version, settings=Settings(offline_s=0), plan=StationPlan(tells_events=False))
    await box.connect()
    await box.boot()
    before = len(csms.said("StatusNotification"))
    await box.go_offline()
    await box.go_online()
    assert len(csms.said("StatusNotification")) == before + 1
    assert csms.actions().count("BootNotification") == 1


async def test_the_waits_before_connecting_again_double_up_to_a_limit(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    csms.refuses_with = 503
    settings = Settings(back_off_s=10, back_off_doublings=2, back_off_random_s=5)
    async with living(station(version, settings=settings)) as box:
        await csms.changes.until(lambda: len(csms.credentials) > 5)
        csms.refuses_with = None
        await box.ready()
    floors = [int(wait) // 10 * 10 for wait in time.waits[:5]]
    assert floors == [20, 40, 40, 40, 40]
    assert all(wait - floor < 5 for wait, floor in zip(time.waits, floors, strict=False))
    assert box.presence.refusals >= 5


async def test_a_killed_link_is_replaced_and_the_session_goes_on(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    async with living(station(version)) as box:
        await box.ready()
        await box.plug_in(1, estate())
        await box.start(1, TAG)
        for _ in range(3):
            await box.kill_link()
            time.step(60)
            await box.ready()
        await box.stop(1)
        await box.settled()
    account = box.ledger.accounts[0]
    assert account.acknowledged
    assert len(account.of("sample")) == 3
    assert len(csms.credentials) == 4


async def test_a_station_on_its_own_samples_at_its_interval(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    async with living(station(version, settings=Settings(sample_s=30))) as box:
        await box.ready()
        await box.plug_in(1, estate())
        account = await box.start(1, TAG)
        assert account is not None
        for told in range(1, 4):
            time.step(30)
            await box.changes.until(partial(has_samples, account, told))
        await box.settled()
    assert [entry.meter_wh for entry in account.of("sample")] == [92, 184, 276]


async def test_the_clock_is_set_by_the_server_unless_the_station_does_not_care(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    boot_answers(csms, "Accepted")
    told = []
    for number, sets_clock in enumerate((True, False)):
        plan = StationPlan(skew_s=-3_600, sets_clock=sets_clock)
        box = station(version, f"CP {number}", plan=plan)
        await box.connect()
        await box.boot()
        told.append(box.plant.now())
    assert told[0].isoformat().startswith("2027-03-04T05:06:07")
    assert told[1] == time.now() - timedelta(hours=1)


async def test_a_heartbeat_sets_the_clock(csms: Csms, station: Station, version: Version) -> None:
    csms.answers["Heartbeat"] = lambda _: {"currentTime": NOW}
    box = station(version)
    await box.connect()
    await box.boot()
    assert (await box.heartbeat()).isoformat() == "2027-03-04T05:06:07+00:00"
    assert box.plant.now().year == 2027
    assert SystemClock().now().year != 2027


async def test_a_new_heartbeat_interval_holds_at_once(
    csms: Csms, station: Station, time: QuickTime
) -> None:
    async with living(station(Version.V16)) as box:
        await box.ready()
        answer = await csms.call(
            "CP 1", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "40"}
        )
        assert answer["status"] == "Accepted"
        await csms.until_said("Heartbeat", 3)
    assert 40 in time.waits


async def test_message_ids_that_begin_anew_with_each_connection(
    csms: Csms, station: Station, version: Version
) -> None:
    box = station(version, plan=StationPlan(counts_ids=True, boots_always=True))
    for _ in range(2):
        await box.go_online()
        await box.go_offline()
    boots = [heard for heard in csms.heard if heard.action == "BootNotification"]
    assert [boot.message_id for boot in boots] == ["1", "1"]


class OneTime(QuickTime):
    """The network's waits pass as life does."""

    @override
    async def wait(self, seconds: float) -> None:
        await self.sleep(seconds)


async def test_clock_aligned_readings_come_at_multiples_of_their_interval(
    csms: Csms, version: Version
) -> None:
    time = OneTime()
    plan = StationPlan(connectors=(AC_3_PHASE, AC_3_PHASE), sets_clock=False)
    settings = Settings(aligned_s=900, sample_s=0)
    box = SimulatedStation("CP 1", csms.url, version, plan=plan, settings=settings, time=time)
    time.step(100)
    async with living(box):
        await box.ready()
        await box.plug_in(2, estate())
        account = await box.start(2, TAG)
        assert account is not None
        time.step(799)
        time.step(1)
        await box.changes.until(partial(has_samples, account, 1))
        await csms.until_said("MeterValues")
        await box.settled()
    await box.close()
    idle = next(said for said in csms.said("MeterValues") if "transactionId" not in said)
    assert idle["meterValue"][0]["timestamp"] == "2026-05-04T10:15:00Z"
    assert idle["meterValue"][0]["sampledValue"][0]["context"] == "Sample.Clock"
    assert account.of("sample")[0].at.isoformat() == "2026-05-04T10:15:00+00:00"


async def test_a_script_may_say_anything_that_fits_its_type(
    csms: Csms, station: Station, version: Version
) -> None:
    box = station(version)
    await box.go_online()
    event = {"type": "SettingSystemTime", "timestamp": NOW}
    assert await box.say("SecurityEventNotification", event) == {}
    assert csms.said("SecurityEventNotification") == [event | {"timestamp": NOW[:-5] + "Z"}]
    with pytest.raises(msgspec.ValidationError):
        await box.say("SecurityEventNotification", {"type": 5})
    csms.answers["SecurityEventNotification"] = lambda _: refusal(ErrorCode.NOT_SUPPORTED)
    with pytest.raises(RefusedError) as refused:
        await box.say("SecurityEventNotification", event)
    assert refused.value.code == "NotSupported"


async def test_a_station_speaks_tls_with_the_context_it_is_given() -> None:
    authority = trustme.CA()
    offered = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(offered)
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    csms = Csms()
    await csms.start(offered)
    box = SimulatedStation("CP 1", csms.url, Version.V201, tls=trusted)
    distrustful = SimulatedStation("CP 2", csms.url, Version.V201)
    try:
        await box.go_online()
        assert csms.url.startswith("wss://")
        assert csms.actions()[0] == "BootNotification"
        with pytest.raises(ConnectError):
            await distrustful.connect()
    finally:
        await box.close()
        await distrustful.close()
        await csms.stop()
