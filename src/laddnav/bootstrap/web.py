"""What the API is given of the house, and the numbers that it shows."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

import msgspec

from laddnav import wiring
from laddnav.bootstrap.doors import doors
from laddnav.gateway.entry.tls import TlsMisconfiguredError
from laddnav.stations.control import StationControl
from laddnav.stations.model.checkup import Doors
from laddnav.web.rooms import Measure, WebRooms
from laddnav.wiring import Door, House
from laddnav.worker.lag import LagMeter

_Kind = TypeVar("_Kind", bound=str)


class Meters:
    """A running server's numbers and state, read when they are asked for."""

    def __init__(self, house: House, door: Door, lag: LagMeter) -> None:
        self.house = house
        self.door = door
        self._lag = lag
        self._line = ""
        self._ports: Mapping[str, int] = {}
        self._obstacle = "the server is starting"

    def started(self, line: str) -> None:
        """Note that everything listens."""
        self._line = line
        self._obstacle = ""

    def opened(self, ports: Mapping[str, int]) -> None:
        """Note which ports stations come in by: "ocpp", "ocpp-tls"."""
        self._ports = ports

    def doors(self) -> Doors:
        """Return where stations come in."""
        return doors(self.house.rooms.settings, self._ports)

    def stopping(self) -> None:
        """Note that the server is about to stop."""
        self._obstacle = "the server is stopping"

    def obstacles(self) -> Iterable[str]:
        """Return why this node is not ready."""
        return (self._obstacle,) if self._obstacle else ()

    def status(self) -> Mapping[str, Any]:
        """Return what `GET /status` shows."""
        return {
            "node": self.house.node,
            "version": version("laddnav"),
            "addresses": self._line,
            "connected": len(self.door.links.registry),
            "database_healthy": self.house.rooms.database.healthy,
            "loop_lag_seconds": self._lag.worst,
        }

    async def reload_certificates(self) -> Mapping[str, Any] | str:
        """Load the certificates of the stations' ports anew; a text says why that cannot be."""
        try:
            return msgspec.structs.asdict(await self.door.tls.load())
        except TlsMisconfiguredError as error:
            return f"{error}; the former certificates stay in use"

    def measures(self) -> Iterator[Measure]:
        """Yield the numbers of `/metrics`."""
        rooms = self.house.rooms
        yield _gauge(
            "stations_connected", "Stations connected here.", len(self.door.links.registry)
        )
        yield _gauge("loop_lag_worst_seconds", "Longest lag of the last minute.", self._lag.worst)
        yield _gauge("loop_lag_mean_seconds", "Mean lag of the last minute.", self._lag.mean)
        yield _gauge("database_healthy", "1: the last access succeeded.", rooms.database.healthy)
        yield _count("journal_dropped", "Frames that were not journaled.", rooms.journal.dropped)
        refusals = self.house.refusals
        yield from self._traffic()
        yield from _by(
            "violations",
            "What stations did wrong, mended or not.",
            "kind",
            rooms.stations.violations.counted,
        )
        yield from _by("refusals", "Connections refused.", "reason", refusals.counted)
        yield _count("refusals_folded", "Refusals in the lines of floods.", refusals.folded)
        for grade, critical in (("critical", True), ("other", False)):
            yield Measure(
                "counter",
                "laddnav_security_events",
                "Security events that stations told here.",
                rooms.stations.security.told[critical],
                {"grade": grade},
            )
        yield _count("knocks_passed_over", "Knocks not listed.", refusals.passed_over)

    def _traffic(self) -> Iterator[Measure]:
        rooms = self.house.rooms
        for way, kinds in rooms.journal.frames.items():
            for kind, count in kinds.items():
                labels = {"direction": way.value, "kind": kind.value}
                name = "laddnav_frames"
                yield Measure("counter", name, "OCPP frames of stations here.", count, labels)
        committed = rooms.database.committed
        yield _count("commits", "Transactions of the group commit.", committed.transactions)
        yield _count("commit_writes", "Writes that they made durable.", committed.writes)
        yield _count("commit_rows", "Rows of these writes.", committed.rows)


def web_rooms(house: House, control: StationControl, meters: Meters | None = None) -> WebRooms:
    """Return what the API needs; without meters for a server that has no stations of its own."""
    rooms = house.rooms
    shared: dict[str, Any] = {"doors": partial(doors, rooms.settings)}
    if meters is not None:
        shared = {
            "status": meters.status,
            "obstacles": meters.obstacles,
            "reload_certificates": meters.reload_certificates,
            "measures": meters.measures,
            "doors": meters.doors,
        }
    return WebRooms(
        clock=rooms.clock,
        database=rooms.database,
        accounts=rooms.accounts,
        tokens=rooms.tokens,
        register=rooms.stations.register,
        views=rooms.stations.views,
        archive=house.archive,
        journal=rooms.journal,
        refusals=house.refusals,
        variables=rooms.stations.variables,
        inventories=rooms.stations.inventories,
        control=control,
        handovers=rooms.stations.handovers,
        bulks=rooms.stations.bulks,
        pki=rooms.pki,
        installed=wiring.installed(house, control),
        quirks=rooms.stations.quirks,
        maintenance=house.maintenance,
        security=rooms.stations.security,
        violations=rooms.stations.violations,
        **shared,
    )


def _by(name: str, text: str, label: str, counts: Mapping[_Kind, int]) -> Iterator[Measure]:
    for value, count in counts.items():
        yield Measure("counter", f"laddnav_{name}", text, count, {label: str(value)})


def _gauge(name: str, text: str, value: float) -> Measure:
    return Measure("gauge", f"laddnav_{name}", text, value)


def _count(name: str, text: str, value: float) -> Measure:
    return Measure("counter", f"laddnav_{name}", text, value)
