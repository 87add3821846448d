"""Every action for stations, of every version, is called by its JSON, and its answer taken."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from laddnav.gateway.control import Control
from laddnav.ocpp.action import Direction, Version
from laddnav.stations.control import Answered
from tests.gateway.hub import hub
from tests.ocpp.types_official import Maker, Message, messages
from tests.official import ACTIONS, FOLDERS, request_stem

COUNTS = {Version.V16: 26, Version.V201: 40, Version.V21: 55}


def commands(version: Version) -> Iterator[tuple[str, Message, Message]]:
    """Each action for stations, with the official schemas of its request and its response."""
    stems = {each.stem: each for each in messages() if each.version == FOLDERS[version]}
    for name, action in ACTIONS[version].items():
        if action.direction is not Direction.STATION_TO_CSMS:
            yield name, stems[request_stem(version, name)], stems[f"{name}Response"]


@pytest.mark.parametrize("version", list(Version))
async def test_every_action_for_stations_is_called_by_its_json(
    sqlite_url: str, version: Version
) -> None:
    called = 0
    async with hub(sqlite_url) as running:
        await running.add()
        control = Control(running.links.registry)
        async with running.charger(version=version.subprotocol) as charger:
            key = await running.settled(charger)
            for name, request, response in commands(version):
                asked, said = (Maker(each, 1, 1).instance() for each in (request, response))
                calling = asyncio.create_task(control.call(key, name, json.dumps(asked).encode()))
                assert await charger.answers(said) == [[name, asked]]
                assert isinstance(await calling, Answered), name
                called += 1
    assert called == COUNTS[version]
