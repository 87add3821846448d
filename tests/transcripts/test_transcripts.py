"""Every recorded transcript of an odd station, played against a running server."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from laddnav.gateway.quirks import catalogue
from laddnav.stations.model.quirk import Quirk
from laddnav.stations.rules.quirks import fits
from tests.system.server import LaddnavServer
from tests.transcripts.patterns import differences, filled
from tests.transcripts.player import QUIRKS, Player, read

pytestmark = pytest.mark.system

FILES = sorted(QUIRKS.glob("*.toml"))
# These show after a minute, an hour, or only where the workaround is off.
LATER = {
    "compression-mishandled", "local-time", "no-boot", "odd-energy", "only-watts",
    "only-watts-efr", "security-event-flood", "status-only-when-triggered",
}  # fmt: skip
SIGNED = [
    known.quirk for known in catalogue.load() if known.quirk.signs and known.quirk.name not in LATER
]


class Sweep(NamedTuple):
    """What came of the transcripts: what failed, and which kinds of violations each showed."""

    failed: dict[str, BaseException]
    shown: dict[str, list[str]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sweep(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sweep]:
    """All transcripts, played at once, for some must wait."""
    folder = tmp_path_factory.mktemp("transcripts")
    database = shutil.copy(sqlite_template, folder / "laddnav.db")
    # A session whose connector is available is over the next time that orphans are looked for.
    settings = {"orphan_available_seconds": "1"}
    async with LaddnavServer(f"sqlite:///{database}", folder, **settings) as server:
        async with await server.client() as api:
            players = [Player(server.ocpp, api, read(path), n) for n, path in enumerate(FILES)]
            played = await asyncio.gather(
                *(player.play() for player in players), return_exceptions=True
            )
            shown = [await player.report() for player in players]
        failed = {
            path.stem: error
            for path, error in zip(FILES, played, strict=True)
            if isinstance(error, BaseException)
        }
        yield Sweep(failed, {path.stem: kinds for path, kinds in zip(FILES, shown, strict=True)})


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", [path.stem for path in FILES])
async def test_an_odd_station_is_understood(sweep: Sweep, name: str) -> None:
    if name in sweep.failed:
        raise sweep.failed[name]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("quirk", SIGNED, ids=lambda quirk: str(quirk.name))
async def test_a_quirk_shows_by_its_signs(sweep: Sweep, quirk: Quirk) -> None:
    kinds = [kind for name in quirk.transcripts for kind in sweep.shown[name]]
    assert any(fits(sign, kind) for sign in quirk.signs for kind in kinds), kinds


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
