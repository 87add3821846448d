"""`python -m tools.picture`: run the demo for a minute and keep its dashboard as docs/demo.svg."""

import asyncio
import io
import re
import tempfile
from pathlib import Path

import uvloop
from rich.console import Console, RenderableType

from laddnav.bootstrap import logs
from laddnav.bootstrap.server import running
from laddnav.cli.dashboard import Dashboard
from laddnav.cli.demo import Figures, fleet_plan, prepare
from laddnav.settings import Settings
from laddnav.simulator.fleet import run_fleet
from laddnav.simulator.view import FleetView

_PICTURE = Path(__file__).resolve().parent.parent / "docs" / "demo.svg"
_SECONDS = 150
_COLUMNS, _LINES = 150, 46
_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def _drawn(folder: str) -> str:
    settings = Settings(
        database=f"sqlite:///{folder}/demo.db",
        ocpp="127.0.0.1:0",
        web="127.0.0.1:0",
        log_level="error",
    )
    logs.configure(settings)
    console = Console(
        record=True, file=io.StringIO(), width=_COLUMNS, height=_LINES, force_terminal=True,
        color_system="truecolor",
    )  # fmt: skip
    async with running(settings) as server:
        plan = fleet_plan(server.ocpp, stations=24)
        invitation = await prepare(server, plan)
        view = FleetView()
        fleet = asyncio.create_task(run_fleet(plan, view=view))
        # The picture shows the addresses that a user's own demo has.
        places = [
            ("stations", "ws://0.0.0.0:9000/ocpp"),
            ("API", "http://127.0.0.1:8080/api/v1"),
            ("stop", "Ctrl-C"),
        ]
        invitation[0] = ("URL", "ws://192.0.2.17:9000/ocpp/MY-STATION")
        dashboard = Dashboard(places, invitation)
        figures = Figures(server, view)
        screen: RenderableType = ""
        for _ in range(_SECONDS):
            await asyncio.sleep(1)
            await figures.read()
            screen = figures.drawn(dashboard, _COLUMNS)
        console.print(screen)
        fleet.cancel()
        await asyncio.gather(fleet, return_exceptions=True)
    return _WEB_FONT.sub("", console.export_svg(title="./dev demo"))


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        _PICTURE.write_text(uvloop.run(_drawn(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
