"""The room of upkeep, and stations whose device model is known."""

from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.standing import State
from laddnav.maintenance.model.template import NewTemplate, Template
from laddnav.maintenance.service import Maintenance
from laddnav.stations.control import CommandStatus
from laddnav.stations.live import LiveStation
from laddnav.stations.model import BootReported, ConnectionInfo, NewStation, Station
from laddnav.stations.model.variables import VariableRead
from laddnav.stations.service.record import Booted
from laddnav.storage.write import Write
from tests.maintenance.words import named
from tests.stations.hall import Hall

BOOT = BootReported(vendor="Acme", model="Post", firmware="1")


class Workshop:
    """The room, and the stations' room beside it."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.room = Maintenance(hall.database, hall.clock, hall.stations, after_seconds=10)

    async def template(self, new: NewTemplate, operator: str = "default") -> Template:
        added = await self.room.templates.add(operator, new)
        assert isinstance(added, Template), added
        return added

    async def connected(
        self, identity: str = "CP1", version: str = "1.6", *, operator: str = "default",
        **told: object,
    ) -> LiveStation:  # fmt: skip
        """A station on a link, which has not booted yet."""
        new = NewStation(identity=identity, security_profile=0, **told)  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
        added = await self.hall.stations.register.add(operator, new)
        assert isinstance(added, Station), added
        live = await self.hall.stations.fleet.claim(added)
        self.link(live, version)
        return live

    def link(self, live: LiveStation, version: str = "1.6") -> None:
        info = ConnectionInfo(id="1", address="127.0.0.1", version=version, tls=False)
        self.hall.stations.fleet.connected(live, info)

    async def boot(self, live: LiveStation, report: BootReported = BOOT) -> Booted:
        waiting = self.hall.stations.awaiting(live, report)
        if waiting is not None:
            await waiting
        booted = self.hall.stations.record_boot(live, report, self.hall.clock.now())
        if booted.write is not None:
            await self.hall.database.commit(booted.write)
        return booted

    async def told(self, live: LiveStation, **values: str | None) -> None:
        """Let a station have told values; None: it does not know the name."""
        read = [
            VariableRead(
                name=named(name),
                status=CommandStatus.UNKNOWN if value is None else CommandStatus.ACCEPTED,
                value=value,
            )
            for name, value in values.items()
        ]
        write = self.hall.stations.variables.read(live, read, self.hall.clock.now())
        await self.hall.database.commit(write or Write())

    async def states(self, key: StationKey) -> dict[str, State]:
        drift = await self.room.drift.station(key)
        assert drift is not None
        return {each.wanted.name: each.state for each in drift.standings}
