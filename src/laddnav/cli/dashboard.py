"""The demo's dashboard: what the server knows and what its simulated stations do, in a terminal."""

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from rich.console import Group, JustifyMethod, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from laddnav.sessions.model import Session
from laddnav.simulator.view import ConnectorRow, FleetSnapshot, StationRow

_WATTS_PER_KW = 1000
_BAR_CELLS = 6
_WIDE = 120
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
        *,
        width: int,
    ) -> RenderableType:
        """Return the whole screen, for a terminal of `width` columns."""
        self._powers.append(float(fleet.power_w) / _WATTS_PER_KW)
        layout = Layout()
        layout.split_column(
            Layout(self._head(fleet, totals, wide=width >= _WIDE), size=6 if width >= _WIDE else 8),
            Layout(name="middle", ratio=1),
            Layout(self._foot(), size=len(self._invitation) + 2),
        )
        layout["middle"].split_row(
            Layout(_stations(stations, wide=width >= _WIDE), ratio=6),
            Layout(_sessions(sessions, wide=width >= _WIDE), ratio=5),
        )
        return layout

    def _head(self, fleet: FleetSnapshot, totals: Totals, *, wide: bool) -> Panel:
        places = Table.grid(padding=(0, 2))
        for name, place in self._places:
            places.add_row(Text(name, style="dim"), Text(place, style="bold"))
        figures = [
            _figure(f"{fleet.connected}/{fleet.stations}", "stations"),
            _figure(str(totals.running), "charging now"),
            _figure(f"{fleet.power_w / _WATTS_PER_KW:.0f} kW", "power"),
            _figure(f"{totals.energy_wh / _WATTS_PER_KW:.1f} kWh", "energy"),
            _figure(str(totals.ended), "sessions ended"),
            _figure(f"{totals.rate:.0f}/s", "messages"),
            _figure(str(fleet.faulted), "faults"),
        ]
        row = Table.grid(padding=(0, 3 if wide else 2))
        row.add_row(*figures)
        content: RenderableType = Group(places, Text(), row)
        if wide:
            chart = Text(_chart(self._powers), style="blue", no_wrap=True)
            grid = Table.grid(expand=True)
            grid.add_column(ratio=1)
            grid.add_column(justify="right")
            grid.add_row(places, Group(row, chart))
            content = grid
        return Panel(content, title="Laddnav", title_align="left", border_style="blue")

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


def _table(*columns: tuple[str, JustifyMethod, int]) -> Table:
    """Return an empty table of columns: name, side and least width."""
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim", show_edge=False)
    for name, justify, width in columns:
        table.add_column(name, justify=justify, min_width=width, no_wrap=True, overflow="ellipsis")
    return table


def _stations(rows: Sequence[StationRow], *, wide: bool) -> Panel:
    more: tuple[tuple[str, JustifyMethod, int], ...] = (
        ("OCPP", "left", 5), ("model", "left", 10), ("battery", "left", 11),
    )  # fmt: skip
    table = _table(
        ("station", "left", 8), ("connectors", "left", 11), ("kW", "right", 5),
        *(more if wide else ()),
    )  # fmt: skip
    for row in rows:
        here = row.connected and row.accepted
        power = sum((each.power_w for each in row.connectors), Decimal(0)) / _WATTS_PER_KW
        table.add_row(
            Text(row.identity, style="" if here else "dim strike"),
            _signs(row),
            Text(f"{power:.1f}" if power else "", style="bold"),
            *((_dim(row.version), _dim(row.model), _batteries(row.connectors)) if wide else ()),
        )
    return Panel(table, title="Stations", title_align="left", border_style="dim")


def _dim(text: str) -> Text:
    return Text(text, style="dim")


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
    charges = [each.percent for each in connectors if each.percent is not None]
    if len(charges) != 1:
        return Text("  ".join(f"{percent}%" for percent in charges))
    full = round(charges[0] / 100 * _BAR_CELLS)
    return Text.assemble(
        ("█" * full, "green"), ("░" * (_BAR_CELLS - full), "dim"), f" {charges[0]:>3}%"
    )


def _sessions(sessions: Sequence[Session], *, wide: bool) -> Panel:
    table = _table(
        *((("began", "left", 8),) if wide else ()),
        ("station", "left", 10),
        *((("state", "left", 9),) if wide else ()),
        ("kWh", "right", 6),
        ("kW", "right", 6),
        *((("token", "left", 8), ("doubts", "left", 6)) if wide else ()),
    )
    for session in sessions:
        table.add_row(*_session_cells(session, wide=wide))
    title = "Sessions, as the server stored them" if wide else "Sessions"
    return Panel(table, title=title, title_align="left", border_style="dim")


def _session_cells(session: Session, *, wide: bool) -> list[RenderableType]:
    running = session.state == "running"
    power = session.power_w if running else None
    style = "blue" if running else "green"
    place = f"{session.station} {session.evse}"
    energy = f"{session.energy_wh / _WATTS_PER_KW:.2f}"
    shown = "" if power is None else f"{power / _WATTS_PER_KW:.1f}"
    if not wide:
        return [Text(place, style=style), energy, shown]
    return [
        f"{session.started_at:%H:%M:%S}",
        place,
        Text("● running" if running else "✓ ended", style=style),
        energy,
        shown,
        _dim(session.token or "-"),
        Text(", ".join(session.doubts), style="yellow"),
    ]
