"""How long stations are pending that tell of themselves otherwise at each Boot."""

from msgspec.structs import replace

from laddnav.maintenance.rules.corrections import HELD_BOOTS
from laddnav.stations.model import Registration
from tests.maintenance.words import asked
from tests.maintenance.workshop import BOOT, Workshop


async def test_a_station_that_tells_another_firmware_each_time_is_accepted_in_the_end(
    workshop: Workshop,
) -> None:
    await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    for number in range(HELD_BOOTS):
        told = replace(BOOT, firmware=str(number))
        assert (await workshop.boot(live, told)).registration is Registration.PENDING
        workshop.hall.clock.turn(60)
    told = replace(BOOT, firmware="yet another")
    assert (await workshop.boot(live, told)).registration is Registration.ACCEPTED
    workshop.hall.clock.turn(3600)
    assert (await workshop.boot(live, told)).registration is Registration.PENDING


async def test_a_boot_that_is_accepted_at_once_does_not_count_as_pending(
    workshop: Workshop,
) -> None:
    await workshop.template(asked(before=True, A="1"))
    live = await workshop.connected()
    await workshop.told(live, A="1")
    for number in range(HELD_BOOTS + 1):
        told = replace(BOOT, firmware=str(number))
        assert (await workshop.boot(live, told)).registration is Registration.ACCEPTED
    await workshop.told(live, A="0")
    assert (await workshop.boot(live, BOOT)).registration is Registration.PENDING
