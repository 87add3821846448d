"""The API on both engines: lists page and filter alike, and odd text breaks neither."""

from collections.abc import AsyncIterator

import httpx
import pytest

from laddnav.storage.database import Database
from tests.web.asking import everything, problem, settled
from tests.web.charging import Charging
from tests.web.house import House, asking, opened, served


@pytest.fixture
async def either(database: Database, database_url: str) -> AsyncIterator[House]:
    """The rooms, on each engine in turn."""
    async with opened(database, database_url) as house:
        yield house


@pytest.fixture
async def client(either: House) -> AsyncIterator[httpx.AsyncClient]:
    """The default operator's program."""
    async with served(either.rooms) as url, asking(url, await either.key()) as client:
        yield client


async def test_lists_are_read_page_by_page(either: House, client: httpx.AsyncClient) -> None:
    charging = Charging(either)
    for number in range(5):
        await charging.session(f"CP{number}", f"CARD{number}")
        charging.knock(f"X{number}")
    charging.talk(charging.key("CP1"), 3)
    assert len(await everything(client, "stations", 2)) == 5
    assert len(await everything(client, "tokens", 2)) == 5
    sessions = await everything(client, "sessions", 2)
    assert len({item["id"] for item in sessions}) == 5
    assert {item["energy_wh"] for item in sessions} == {2500.5}
    assert len(await everything(client, f"sessions/{sessions[0]['id']}/samples", 1)) >= 2
    assert len(await everything(client, "stations/CP1/messages", 2)) == 6
    assert len(await settled(client, "refusals", 5)) == 5
    assert len(await settled(client, "knocking", 5)) == 5


@pytest.mark.parametrize("name", ["CP1%00", "%ff%fe", "%ED%A0%80", "%F0%9F%94%8C"])
async def test_odd_text_is_never_a_fault_of_ours(client: httpx.AsyncClient, name: str) -> None:
    paths = (
        f"stations/{name}", f"stations/{name}/messages", f"tokens/{name}", f"sessions/{name}",
        f"stations?search={name}", f"stations?site={name}", f"sessions?token={name}",
        f"sessions?station={name}", f"evidence?station={name}", f"stations?cursor={name}",
    )  # fmt: skip
    for path in paths:
        answer = await client.get(f"/api/v1/{path}")
        if answer.status_code != 200:
            problem(answer, answer.status_code)
        assert answer.status_code in {200, 400, 404, 422}, path
