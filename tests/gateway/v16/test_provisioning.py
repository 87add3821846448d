"""BootNotification in OCPP 1.6."""

from typing import Any

import pytest

from laddnav.gateway.quirks import catalogue
from laddnav.stations.model import Registration, StationSettings
from laddnav.stations.service.quirks import Quirks
from tests.gateway.office import Office

BOOT: dict[str, Any] = {"chargePointVendor": "Acme", "chargePointModel": "Wall 22"}


@pytest.mark.parametrize(
    ("registration", "status", "interval"),
    [
        (Registration.ACCEPTED, "Accepted", 300),
        (Registration.PENDING, "Pending", 60),
        (Registration.REJECTED, "Rejected", 60),
    ],
)
async def test_boot_is_answered_by_the_operators_decision(
    lobby: Office, registration: Registration, status: str, interval: int
) -> None:
    await lobby.connect(registration)
    assert await lobby.say("BootNotification", BOOT) == {
        "status": status,
        "currentTime": "2026-11-20T12:00:00Z",
        "interval": interval,
    }


async def test_a_station_may_have_a_heartbeat_of_its_own(lobby: Office) -> None:
    await lobby.connect(settings=StationSettings(heartbeat_seconds=45))
    assert (await lobby.say("BootNotification", BOOT))["interval"] == 45


async def test_what_a_station_tells_of_itself_is_kept(office: Office) -> None:
    told = {
        "chargePointSerialNumber": "S1",
        "chargeBoxSerialNumber": "B1",
        "firmwareVersion": "1.2.3",
        "iccid": "894620",
        "imsi": "24001",
        "meterType": "M",
        "meterSerialNumber": "M1",
    }
    await office.say("BootNotification", BOOT | told)
    life = office.live.life
    assert (life.vendor, life.model, life.serial, life.box_serial) == (
        "Acme",
        "Wall 22",
        "S1",
        "B1",
    )
    assert (life.firmware, life.iccid, life.imsi) == ("1.2.3", "894620", "24001")
    assert (life.meter_type, life.meter_serial, life.boot_at) == ("M", "M1", office.clock.time)


async def test_a_serial_number_that_is_too_long_stops_no_boot(office: Office) -> None:
    """Schneider EVlink sends 26 to 34 characters where 25 are allowed (mobilityhouse#122)."""
    serial = "3N160910000000000000000000000000AB"
    answer = await office.say("BootNotification", BOOT | {"chargePointSerialNumber": serial})
    assert answer["status"] == "Accepted"
    assert office.live.life.serial == serial


async def test_empty_texts_are_none(office: Office) -> None:
    """Phihong sends iccid and imsi empty (mobilityhouse#230)."""
    await office.say("BootNotification", BOOT | {"iccid": "", "imsi": ""})
    assert (office.live.life.iccid, office.live.life.imsi) == (None, None)


async def test_the_answer_tells_the_time_of_the_answer_not_of_the_question(office: Office) -> None:
    read = office.read("BootNotification", BOOT)
    desk = office.desk("BootNotification", BOOT, read)
    assert desk.now == office.clock.time
    answer = await office.say("BootNotification", BOOT, after=7.5)
    assert answer["currentTime"] == "2026-11-20T12:00:07.500Z"


async def test_the_quirks_of_its_make_hold_from_the_boot_on_that_tells_it(lobby: Office) -> None:
    lobby.rooms.stations.quirks = Quirks(catalogue.load())
    await lobby.connect(settings=StationSettings(max_keys=7))
    for vendor, settle in (("Acme", None), ("Wall Box Chargers", 15), ("Acme", None)):
        await lobby.say("BootNotification", BOOT | {"chargePointVendor": vendor})
        assert lobby.live.settings == StationSettings(max_keys=7, settle_seconds=settle)
    assert lobby.live.life.vendor == "Acme"
