"""Every recorded transcript of an odd station, played against a running server."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.system.server import LaddnavServer
from tests.transcripts.patterns import differences, filled
from tests.transcripts.player import QUIRKS, Player, read

pytestmark = pytest.mark.system

FILES = sorted(QUIRKS.glob("*.toml"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def failures(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, BaseException]]:
    """What went wrong, by the transcript: all are played at once, for some must wait."""
    folder = tmp_path_factory.mktemp("transcripts")
    database = shutil.copy(sqlite_template, folder / "laddnav.db")
    # A session whose connector is available is over the next time that orphans are looked for.
    settings = {"orphan_available_seconds": "1"}
    async with LaddnavServer(f"sqlite:///{database}", folder, **settings) as server:
        async with await server.client() as api:
            played = await asyncio.gather(
                *(
                    Player(server.ocpp, api, read(path), number).play()
                    for number, path in enumerate(FILES)
                ),
                return_exceptions=True,
            )
        yield {
            path.stem: error
            for path, error in zip(FILES, played, strict=True)
            if isinstance(error, BaseException)
        }


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", [path.stem for path in FILES])
async def test_an_odd_station_is_understood(failures: dict[str, BaseException], name: str) -> None:
    if name in failures:
        raise failures[name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_transcript_names_its_source_and_expects_something(path: Path) -> None:
    transcript = read(path)
    assert all("#" in source for source in transcript.source)
    assert transcript.says.endswith(".")
    assert "\n< " in f"\n{transcript.wire}"


def test_a_pattern_tells_what_does_not_fit() -> None:
    pattern = json.loads('[3,"1",{"currentTime":"*","interval":"$seconds","status":"Accepted"}]')
    came = json.loads('[3,"1",{"currentTime":"x","interval":300,"status":"Rejected","more":1}]')
    known = dict[str, object]()
    found = differences(pattern, came, known, exactly=True)
    assert found == ["$[2].more: is there", "$[2].status: 'Rejected' instead of 'Accepted'"]
    assert known == {"seconds": 300}
    assert filled("$seconds s, $other", known) == "300 s, $other"
