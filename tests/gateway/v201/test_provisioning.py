"""BootNotification in OCPP 2.0.1."""

from typing import Any

import pytest

from laddnav.gateway.quirks import catalogue
from laddnav.stations.model import Registration, StationSettings
from laddnav.stations.service.quirks import Quirks
from tests.gateway.office import Office

BOOT: dict[str, Any] = {
    "reason": "PowerUp",
    "chargingStation": {"vendorName": "Acme", "model": "Wall 22"},
}


@pytest.mark.ocpp("B01.FR.02")
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


async def test_what_a_station_tells_of_itself_is_kept(office: Office) -> None:
    station = {
        "vendorName": "Acme",
        "model": "Wall 22",
        "serialNumber": "S1",
        "firmwareVersion": "1.2.3",
        "modem": {"iccid": "894620", "imsi": "24001"},
    }
    await office.say("BootNotification", BOOT | {"chargingStation": station})
    life = office.live.life
    assert (life.vendor, life.model, life.serial) == ("Acme", "Wall 22", "S1")
    assert (life.firmware, life.iccid, life.imsi) == ("1.2.3", "894620", "24001")
    assert life.boot_reason == "PowerUp"


async def test_a_reason_that_nobody_knows_is_kept(office: Office) -> None:
    answer = await office.say("BootNotification", BOOT | {"reason": "Thunderstorm"})
    assert answer["status"] == "Accepted"
    assert office.live.life.boot_reason == "Thunderstorm"


async def test_the_quirks_of_its_make_hold_from_the_boot_on_that_tells_it(lobby: Office) -> None:
    lobby.rooms.stations.quirks = Quirks(catalogue.load())
    await lobby.connect(settings=StationSettings(max_keys=7))
    for vendor, settle in (("Acme", None), ("Wall Box Chargers", 15), ("Acme", None)):
        await lobby.say(
            "BootNotification",
            {
                "reason": "PowerUp",
                "chargingStation": {"vendorName": vendor, "model": "Wall 22"},
            },
        )
        assert lobby.live.settings == StationSettings(max_keys=7, settle_seconds=settle)
    assert lobby.live.life.vendor == "Acme"
