"""The demo's dashboard: what the server knows and what its simulated stations do, in a terminal."""

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from laddnav.sessions.model import Session
from laddnav.simulator.view import ConnectorRow, FleetSnapshot, StationRow

_WATTS_PER_KW = 1000
_BAR_CELLS = 6
_CHARTED = 60
_LEVELS = " ▁▂▃▄▅▆▇█"

# A state has its own sign as well as its own colour.
_SIGNS = {
    "Available": ("○", "green"),
    "Preparing": ("◔", "cyan"),
    "Charging": ("●", "bold blue"),
    "SuspendedEV": ("◑", "blue"),
    "SuspendedEVSE": ("◑", "blue"),
    "Finishing": ("◕", "cyan"),
    "Reserved": ("◇", "magenta"),
    "Unavailable": ("x", "dim"),
    "Faulted": ("▲", "bold red"),
}


class Totals(Struct, frozen=True, kw_only=True):
    """What the server says of itself.

    Attributes:
        running: Sessions that run, by the server's own list.
        energy_wh: Energy of all its sessions.
        rate: Messages a second.
    """

    running: int
    ended: int
    energy_wh: Decimal
    rate: float


class Dashboard:
    """Draws; what it shows is handed in.

    Args:
        places: Lines that say where the server is, with their names.
        invitation: How a real station connects, in lines.
    """

    def __init__(
        self, places: Sequence[tuple[str, str]], invitation: Sequence[tuple[str, str]]
    ) -> None:
        self._places = places
        self._invitation = invitation
        self._powers: deque[float] = deque(maxlen=_CHARTED)

    def draw(
        self,
        fleet: FleetSnapshot,
        stations: Sequence[StationRow],
        sessions: Sequence[Session],
        totals: Totals,
    ) -> RenderableType:
        """Return the whole screen."""
        self._powers.append(float(fleet.power_w) / _WATTS_PER_KW)
        layout = Layout()
        layout.split_column(
            Layout(self._head(fleet, totals), size=6),
            Layout(name="middle", ratio=1),
            Layout(self._foot(), size=len(self._invitation) + 2),
        )
        layout["middle"].split_row(
            Layout(_stations(stations), ratio=5), Layout(_sessions(sessions), ratio=6)
        )
        return layout

    def _head(self, fleet: FleetSnapshot, totals: Totals) -> Panel:
        places = Table.grid(padding=(0, 2))
        for name, place in self._places:
            places.add_row(Text(name, style="dim"), Text(place, style="bold"))
        figures = Table.grid(padding=(0, 3))
        figures.add_row(
            _figure(f"{fleet.connected}/{fleet.stations}", "stations"),
            _figure(str(totals.running), "charging now"),
            _figure(f"{fleet.power_w / _WATTS_PER_KW:.0f} kW", "power"),
            _figure(f"{totals.energy_wh / _WATTS_PER_KW:.1f} kWh", "energy"),
            _figure(str(totals.ended), "sessions ended"),
            _figure(f"{totals.rate:.0f}/s", "messages"),
            _figure(str(fleet.faulted), "faults"),
        )
        grid = Table.grid(expand=True)
        grid.add_column(ratio=1)
        grid.add_column(justify="right")
        chart = Text(_chart(self._powers), style="blue", no_wrap=True)
        grid.add_row(places, Group(figures, chart))
        return Panel(grid, title="Laddnav", title_align="left", border_style="blue")

    def _foot(self) -> Panel:
        lines = Table.grid(padding=(0, 2))
        for name, value in self._invitation:
            lines.add_row(Text(name, style="dim"), Text(value))
        return Panel(
            lines, title="Connect a real station", title_align="left", border_style="green"
        )


def _figure(value: str, name: str) -> Text:
    return Text.assemble((value, "bold"), "\n", (name, "dim"))


def _chart(values: Sequence[float]) -> str:
    """Return power over the last minute as a line of blocks."""
    highest = max([*values, 1.0])
    steps = len(_LEVELS) - 1
    return "".join(_LEVELS[round(value / highest * steps)] for value in values)


def _stations(rows: Sequence[StationRow]) -> Panel:
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column("station", no_wrap=True)
    table.add_column("OCPP", no_wrap=True)
    table.add_column("model", no_wrap=True)
    table.add_column("connectors", no_wrap=True)
    table.add_column("kW", justify="right", no_wrap=True)
    table.add_column("battery", no_wrap=True)
    for row in rows:
        here = row.connected and row.accepted
        power = sum((each.power_w for each in row.connectors), Decimal(0)) / _WATTS_PER_KW
        table.add_row(
            Text(row.identity, style="" if here else "dim strike"),
            Text(row.version, style="dim"),
            Text(row.model, style="dim"),
            _signs(row),
            Text(f"{power:.1f}" if power else "", style="bold"),
            _batteries(row.connectors),
        )
    return Panel(table, title="Stations", title_align="left", border_style="dim")


def _signs(row: StationRow) -> Text:
    if not row.connected:
        waiting = f", {row.waiting} messages wait" if row.waiting else ""
        return Text(f"offline{waiting}", style="yellow")
    text = Text()
    for each in row.connectors:
        sign, style = _SIGNS.get(each.status, ("?", "dim"))
        text.append(f"{sign} ", style=style)
        text.append(f"{each.fault or each.status} ", style="red" if each.fault else "")
    return text


def _batteries(connectors: Sequence[ConnectorRow]) -> Text:
    text = Text()
    for each in connectors:
        if each.percent is not None:
            full = round(each.percent / 100 * _BAR_CELLS)
            text.append("█" * full, style="green")
            text.append("░" * (_BAR_CELLS - full), style="dim")
            text.append(f" {each.percent:>3}% ")
    return text


def _sessions(sessions: Sequence[Session]) -> Panel:
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim", show_edge=False)
    for name in ("began", "station", "token", "state"):
        table.add_column(name, no_wrap=True)
    for name in ("kWh", "kW"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("doubts", no_wrap=True, overflow="ellipsis")
    for session in sessions:
        running = session.state == "running"
        power = session.power_w if running else None
        table.add_row(
            f"{session.started_at:%H:%M:%S}",
            f"{session.station} {session.evse}",
            Text(session.token or "-", style="dim"),
            Text("● running" if running else "✓ ended", style="blue" if running else "green"),
            f"{session.energy_wh / _WATTS_PER_KW:.2f}",
            "" if power is None else f"{power / _WATTS_PER_KW:.1f}",
            Text(", ".join(session.doubts), style="yellow"),
        )
    return Panel(
        table, title="Sessions, as the server stored them", title_align="left", border_style="dim"
    )
