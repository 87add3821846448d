"""`laddnav demo`: the whole system at once, on a laptop, without preparation."""

import asyncio
import contextlib
import signal
import socket
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from laddnav.bootstrap.errors import StartupError
from laddnav.cli.options import USAGE, fail, settings_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from laddnav.bootstrap.server import Running
    from laddnav.cli.dashboard import Dashboard, Totals
    from laddnav.sessions.model import Session
    from laddnav.settings import Settings
    from laddnav.simulator.fleet import FleetPlan
    from laddnav.simulator.view import FleetView

_GUEST = "MY-STATION"
_FRAMES_PER_SECOND = 2
_PLAIN_SECONDS = 5.0
_READ_SESSIONS = 1000
_SHOWN_SESSIONS = 40


@click.command()
@click.option("--stations", type=click.IntRange(1, 2000), default=24, show_default=True)
@click.option("--ocpp", metavar="HOST:PORT", help="Address for stations [0.0.0.0:9000].")
@click.option("--web", metavar="HOST:PORT", help="Address of the API [127.0.0.1:8080].")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep the data here."
)
@click.option("--minutes", type=click.FloatRange(0.01), help="Stop after so long [never].")
def demo(
    *,
    stations: int,
    ocpp: str | None,
    web: str | None,
    keep: Path | None,
    minutes: float | None,
) -> None:
    """Run the server on SQLite with simulated stations of all OCPP versions, AC and DC.

    They connect over real WebSockets, authorise, charge, report meter values, fail now and then,
    and stop. A dashboard shows what happens; Ctrl-C stops everything. The data is thrown away
    unless --keep names a folder.
    """
    import uvloop  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

    from laddnav.bootstrap import logs  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="laddnav-")))
        folder.mkdir(parents=True, exist_ok=True)
        settings = settings_of(
            None,
            database=f"sqlite:///{folder.resolve() / 'demo.db'}",
            ocpp=ocpp or _free("0.0.0.0", 9000),  # noqa: S104 - the demo listens on every interface, so that real stations can try it
            web=web or _free("127.0.0.1", 8080),
            log_level="error",
        )
        logs.configure(settings)
        try:
            uvloop.run(_demo(settings, stations, minutes))
        except StartupError as error:
            fail(str(error), USAGE)
    click.echo("The demo has stopped." + ("" if keep is None else f" Its data is in {keep}."))


def _free(host: str, port: int) -> str:
    """Return the usual address, or any free port where the usual one is taken."""
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return f"{host}:0"
    return f"{host}:{port}"


async def _demo(settings: "Settings", stations: int, minutes: float | None) -> None:
    from laddnav.bootstrap.server import running  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower
    from laddnav.simulator.fleet import run_fleet  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower
    from laddnav.simulator.view import FleetView  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(settings) as server:
        plan = fleet_plan(server.ocpp, stations)
        invitation = await prepare(server, plan)
        view = FleetView()
        fleet = asyncio.create_task(run_fleet(plan, view=view))
        showing = asyncio.create_task(_show(server, view, invitation))
        stopped = asyncio.create_task(stop.wait())
        limit = None if minutes is None else minutes * 60
        await asyncio.wait(
            (fleet, showing, stopped), timeout=limit, return_when=asyncio.FIRST_COMPLETED
        )
        for task in (showing, fleet, stopped):
            task.cancel()
        for outcome in await asyncio.gather(showing, fleet, stopped, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome


def fleet_plan(ocpp: str, stations: int) -> "FleetPlan":
    """Return a lively fleet: at the speed of life, but with impatient drivers."""
    from laddnav.simulator.fleet import FleetPlan  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

    return FleetPlan(
        url=_here(ocpp),
        stations=stations,
        passwords=lambda identity: f"demo-{identity}-password",
        arrival_s=15,
        stay_s=300,
        sample_s=5,
        fault_s=900,
        fault_length_s=40,
        outage_s=600,
        outage_length_s=30,
    )


async def prepare(server: "Running", plan: "FleetPlan") -> list[tuple[str, str]]:
    """Let the server know the fleet and its tokens; return how a real station connects."""
    from laddnav.kernel.ids import new_secret  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower
    from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower
    from laddnav.simulator.fleet import roster  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower
    from laddnav.stations.model import NewStation, StationChange  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower
    from laddnav.tokens.model import NewToken  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

    rooms = server.house.rooms
    for member in roster(plan):
        new = NewStation(identity=member.identity, password=_text(member.password))
        await rooms.stations.register.add(DEFAULT_OPERATOR, new)
    for uid in plan.tokens:
        await rooms.tokens.add(DEFAULT_OPERATOR, NewToken(uid=uid, label="demo"))
    password = new_secret(8)
    guest = NewStation(identity=_GUEST, password=password, label="the station on your desk")
    await rooms.stations.register.add(DEFAULT_OPERATOR, guest)
    change = StationChange(password=password)
    await rooms.stations.register.change(StationKey(DEFAULT_OPERATOR, _GUEST), change)
    address = server.ocpp.replace("0.0.0.0", _own_address())  # noqa: S104 - it is replaced, not listened on
    return [
        ("URL", f"{address}/{_GUEST}"),
        ("password", f"{password}   (security profile 1, HTTP Basic; user {_GUEST})"),
        ("token", f"{plan.tokens[0]} may charge; other cards are refused until they are added"),
    ]


async def _show(server: "Running", view: "FleetView", invitation: list[tuple[str, str]]) -> None:
    """Draw the dashboard until cancelled; where no terminal is, print a line now and then."""
    from rich.live import Live  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

    from laddnav.cli.dashboard import Dashboard  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

    places = [("stations", server.ocpp), ("API", f"{server.web}/api/v1"), ("stop", "Ctrl-C")]
    if not sys.stdout.isatty():
        for name, text in (*places, *invitation):
            click.echo(f"{name}: {text}")
        await _tell(server, view)
        return
    dashboard = Dashboard(places, invitation)
    figures = Figures(server, view)
    with Live(screen=True, auto_refresh=False) as live:
        while True:
            await figures.read()
            live.update(figures.drawn(dashboard, live.console.width), refresh=True)
            await asyncio.sleep(1 / _FRAMES_PER_SECOND)


async def _tell(server: "Running", view: "FleetView") -> None:
    figures = Figures(server, view)
    while True:
        await asyncio.sleep(_PLAIN_SECONDS)
        await figures.read()
        click.echo(figures.line)


class Figures:
    """What is shown, read from the server's own lists and from the fleet."""

    def __init__(self, server: "Running", view: "FleetView") -> None:
        self._archive = server.house.archive
        self._view = view
        self._sessions: tuple[Session, ...] = ()
        self._seen: dict[str, Session] = {}
        self._sent = 0
        self._since = time.monotonic()
        self._rate = 0.0

    async def read(self) -> None:
        """Look anew."""
        from laddnav.kernel.keys import DEFAULT_OPERATOR  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

        page = await self._archive.list_sessions(DEFAULT_OPERATOR, limit=_READ_SESSIONS)
        self._sessions = page.items
        self._seen.update((session.id, session) for session in page.items)
        snapshot, now = self._view.snapshot(), time.monotonic()
        sent = snapshot.sent + snapshot.received
        if now > self._since:
            self._rate = (sent - self._sent) / (now - self._since)
        self._sent, self._since = sent, now

    def drawn(self, dashboard: "Dashboard", width: int) -> "RenderableType":
        """Return the screen."""
        shown = sorted(self._sessions, key=lambda session: session.state != "running")
        return dashboard.draw(
            self._view.snapshot(),
            self._view.rows(),
            shown[:_SHOWN_SESSIONS],
            self._totals(),
            width=width,
        )

    def _totals(self) -> "Totals":
        from laddnav.cli.dashboard import Totals  # noqa: PLC0415 - loaded only when the demo runs: every command would start slower

        running = sum(session.state == "running" for session in self._seen.values())
        return Totals(
            running=running,
            ended=len(self._seen) - running,
            energy_wh=sum((each.energy_wh for each in self._seen.values()), Decimal(0)),
            rate=self._rate,
        )

    @property
    def line(self) -> str:
        """The same in one line."""
        fleet, totals = self._view.snapshot(), self._totals()
        return (
            f"{fleet.connected} of {fleet.stations} connected, {totals.running} sessions running, "
            f"{totals.ended} ended, {totals.energy_wh / 1000:.1f} kWh, "
            f"{fleet.power_w / 1000:.0f} kW, {self._rate:.0f} messages/s, "
            f"{fleet.faulted} faults, {fleet.waiting} messages wait"
        )


def _text(password: str | bytes | None) -> str | None:
    return password.decode() if isinstance(password, bytes) else password


def _here(url: str) -> str:
    return url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - it is replaced, not listened on


def _own_address() -> str:
    """Return the address under which this machine is seen by its network; nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # a documentation address: it only chooses the route
        return str(probe.getsockname()[0])
    return "127.0.0.1"
