"""A changed secret: passwords under the former one are right, and follow at the next login."""

import pytest

from laddnav.stations.model import Admitted
from laddnav.stations.model.handover import Taken
from laddnav.stations.service.passage import Noted
from tests.stations.hall import KEY, SECRET, Hall, knock

OLD, NEW = "the old password", "the new password"


@pytest.fixture
async def hall(hall: Hall) -> Hall:
    await hall.add(security_profile=1, password=OLD)
    return hall


async def is_let_in(hall: Hall, password: str = OLD) -> bool:
    told = {"user": KEY.identity, "password": password.encode()}
    return isinstance(await hall.stations.admit(knock(**told)), Admitted)


async def test_a_digest_follows_the_new_secret_at_the_next_login(hall: Hall) -> None:
    again = await hall.restarted(secret=b"n" * 32, former=[SECRET])
    assert await again.stations.handovers.on_former_secrets() == (1, 0)
    assert await is_let_in(again) is True
    await again.stations.passage.flush()
    assert await again.stations.handovers.on_former_secrets() == (0, 0)
    alone = await hall.restarted(secret=b"n" * 32)
    assert await is_let_in(alone) is True
    assert (await alone.stations.handovers.on_former_secrets()) == (0, 0)


async def test_without_the_former_secret_no_password_is_right(hall: Hall) -> None:
    alone = await hall.restarted(secret=b"n" * 32)
    assert await is_let_in(alone) is False
    assert await alone.stations.handovers.on_former_secrets() == (0, 1)


async def test_an_awaited_digest_follows_too(hall: Hall) -> None:
    noted = await hall.stations.passage.sending(KEY, password=NEW, profile=None)
    assert isinstance(noted, Noted)
    await hall.stations.passage.answered(KEY, noted, Taken.ACCEPTED)
    again = await hall.restarted(secret=b"n" * 32, former=[SECRET])
    assert await again.stations.handovers.on_former_secrets() == (1, 0)
    assert await is_let_in(again, NEW) is True
    assert await again.stations.handovers.on_former_secrets() == (0, 0)
