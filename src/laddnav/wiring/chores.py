"""What is done again and again, and how often."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from laddnav.gateway.rooms import Rooms
from laddnav.storage.retention import forget_relayed
from laddnav.wiring import PARTITIONED, House, subscribers
from laddnav.worker.chores import Chore
from laddnav.worker.presence import StationsPresence

_FACTS_KEPT: Final = timedelta(days=7)
_CORRECTIONS_DAYS: Final = 90
_Forget = Callable[[datetime], Awaitable[object]]


def chores(house: House) -> list[Chore]:
    """Return what is to be done again and again."""
    rooms, settings, upkeep = house.rooms, house.rooms.settings, house.maintenance
    stations = rooms.stations
    presence = StationsPresence(stations.views)

    async def forget_facts() -> None:
        names = [subscriber.name for subscriber in subscribers()]
        await forget_relayed(rooms.database, names, rooms.clock.now() - _FACTS_KEPT)

    async def close_orphans() -> None:
        await rooms.sessions.close_orphans(presence)

    async def cut_partitions() -> None:
        await rooms.database.ensure_partitions(PARTITIONED)

    due = [
        Chore(name="logins", seconds=5, work=stations.passage.flush),
        _forgetting("violations", settings.violation_days, rooms, stations.violations.forget),
        _forgetting(
            "security events", settings.security_event_days, rooms, stations.security.prune
        ),
        Chore(name="variables", seconds=3600, work=stations.variables.prune),
        Chore(name="templates", seconds=5, work=upkeep.templates.refresh),
        _forgetting("ended corrections", _CORRECTIONS_DAYS, rooms, upkeep.corrections.forget),
        Chore(name="orphans", seconds=30, work=close_orphans),
        Chore(name="partitions", seconds=3600, work=cut_partitions),
        Chore(name="facts", seconds=3600, work=forget_facts),
        Chore(name="certificates", seconds=10, work=rooms.pki.signing.resume),
        Chore(name="ended certificates", seconds=86_400, work=rooms.pki.forget),
        Chore(name="ended bulk operations", seconds=86_400, work=stations.bulks.forget),
    ]
    if settings.certificate_renewal_days:
        due.append(Chore(name="renewals", seconds=3600, work=rooms.pki.renewals.ask))
    if settings.readings_days:
        forget = rooms.sessions.forget_readings
        due.append(_forgetting("readings", settings.readings_days, rooms, forget))
    return due


def _forgetting(name: str, days: int, rooms: Rooms, forget: _Forget) -> Chore:
    async def work() -> None:
        await forget(rooms.clock.now() - timedelta(days=days))

    return Chore(name=name, seconds=3600, work=work)
