"""Charging profiles: which limit holds, and that the car keeps to it."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from laddnav.ocpp.action import Version
from laddnav.simulator.connector import Connector
from laddnav.simulator.meter import Meter
from laddnav.simulator.plan import AC_3_PHASE, StationPlan
from laddnav.simulator.profiles import Period, Profile, Profiles, Purpose
from tests.simulator.conftest import Station
from tests.simulator.csms import Csms, Payload
from tests.simulator.people import START, TAG, QuickTime, estate
from tests.simulator.test_station import at_work

CONNECTOR = Connector(AC_3_PHASE, number=1, evse=1, place=1, meter=Meter())


def profile(
    profile_id: int, limit: int, *, level: int = 0, purpose: Purpose = "default", **more: object
) -> Profile:
    """Return a profile in amperes with one period."""
    made = Profile(
        id=profile_id,
        number=0,
        stack_level=level,
        purpose=purpose,
        unit="A",
        periods=(Period(0, Decimal(limit)),),
    )
    return msgspec.structs.replace(made, **more)


def amps(held: Profiles, seconds: int = 0) -> Decimal | None:
    limit_mw = held.limit_mw(CONNECTOR, START + timedelta(seconds=seconds))
    return None if limit_mw is None else Decimal(limit_mw) / (3 * 230 * 1_000)


def holding(*profiles: Profile) -> Profiles:
    held = Profiles()
    for each in profiles:
        held.set(each)
    return held


def test_without_profiles_nothing_is_limited() -> None:
    assert amps(Profiles()) is None


def test_the_highest_level_of_a_purpose_holds_and_the_lowest_of_the_purposes() -> None:
    held = holding(profile(1, 10), profile(2, 16, level=5))
    assert amps(held) == 16
    held.set(profile(3, 12, purpose="station"))
    assert amps(held) == 12
    held.set(profile(4, 8, purpose="external"))
    assert amps(held) == 8


def test_a_profile_replaces_the_one_of_its_id_or_of_its_place() -> None:
    held = holding(profile(1, 10), profile(2, 20))
    assert amps(held) == 20
    held.set(profile(2, 7, level=3))
    assert amps(held) == 7
    assert held.clear(profile_id=2)
    assert amps(held) is None
    assert not held.clear(profile_id=2)


def test_a_schedule_runs_through_its_periods_and_ends() -> None:
    periods = (Period(0, Decimal(16)), Period(600, Decimal(6)))
    held = holding(profile(1, 0, periods=periods, start=START, duration_s=900))
    assert [amps(held, at) for at in (-1, 0, 599, 600, 899, 900)] == [None, 16, 16, 6, 6, None]


def test_a_daily_schedule_comes_back_every_day() -> None:
    periods = (Period(0, Decimal(16)), Period(3_600, Decimal(6)))
    held = holding(profile(1, 0, periods=periods, start=START, recurrency="Daily"))
    assert [amps(held, at) for at in (0, 3_600, 86_400, 90_000)] == [16, 6, 16, 6]


def test_validity_bounds_a_profile() -> None:
    later = START + timedelta(seconds=10)
    held = holding(profile(1, 9, valid_from=later, valid_to=later + timedelta(seconds=10)))
    assert [amps(held, at) for at in (9, 10, 19, 20)] == [None, 9, 9, None]


def test_a_composite_schedule_tells_each_change() -> None:
    periods = (Period(0, Decimal(16)), Period(600, Decimal(6)))
    held = holding(
        profile(1, 0, periods=periods, start=START, duration_s=900),
        profile(2, 10, purpose="station"),
    )
    composite = held.composite(CONNECTOR, START, 3_600)
    assert [(at, limit // 690_000) for at, limit in composite] == [(0, 10), (600, 6), (900, 10)]


def request(version: Version, amperes: int, transaction: str | None = None) -> Payload:
    schedule: Payload = {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
    }
    body: Payload = {
        "stackLevel": 0,
        "chargingProfileKind": "Relative",
        "chargingProfilePurpose": "TxDefaultProfile" if transaction is None else "TxProfile",
    }
    if version is Version.V16:
        body |= {"chargingProfileId": amperes, "chargingSchedule": schedule}
        return {"connectorId": 1, "csChargingProfiles": body}
    body |= {"id": amperes, "chargingSchedule": [schedule | {"id": 1}]}
    if transaction is not None:
        body["transactionId"] = transaction
    return {"evseId": 1, "chargingProfile": body}


async def test_the_car_keeps_to_the_limit_that_the_server_sets(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version))
    await box.plug_in(1, estate())
    account = await box.start(1, TAG)
    assert account is not None
    answer = await csms.call("CP 1", "SetChargingProfile", request(version, 10))
    assert answer == {"status": "Accepted"}
    time.step(3_600)
    await box.sample()
    assert account.entries[-1].meter_wh == 6_900

    mine = account.transaction_id
    answer = await csms.call("CP 1", "SetChargingProfile", request(version, 5, mine))
    assert answer == {"status": "Accepted"}
    assert box.plant.connector(1).status == "SuspendedEVSE"
    time.step(3_600)
    await box.sample()
    assert account.entries[-1].meter_wh == 6_900

    place = "connectorId" if version is Version.V16 else "evseId"
    told = await csms.call("CP 1", "GetCompositeSchedule", {place: 1, "duration": 600})
    schedule = told["chargingSchedule" if version is Version.V16 else "schedule"]
    assert schedule["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 5.0}]
    assert await csms.call("CP 1", "ClearChargingProfile", {}) == {"status": "Accepted"}
    assert await csms.call("CP 1", "ClearChargingProfile", {}) == {"status": "Unknown"}
    await box.sample()
    assert box.plant.connector(1).status == "Charging"


@pytest.mark.parametrize("version", [Version.V21], ids=str)
async def test_a_profile_of_a_kind_that_the_station_does_not_know_is_rejected(
    csms: Csms, station: Station, version: Version
) -> None:
    await at_work(station(version, plan=StationPlan()))
    wanted = request(version, 10)
    wanted["chargingProfile"]["chargingProfilePurpose"] = "LocalGeneration"
    answer = await csms.call("CP 1", "SetChargingProfile", wanted)
    assert answer == {"status": "Rejected", "statusInfo": {"reasonCode": "UnsupportedPurpose"}}
