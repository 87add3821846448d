"""The books of handovers: each event is a fold over a station and its handover, stored at once."""

from collections.abc import Callable
from typing import Final, NamedTuple

from laddnav.accounts.rules import Keyring
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.stations.live import without_passwords
from laddnav.stations.model import Passwords, Station
from laddnav.stations.model.handover import Handover
from laddnav.stations.rules.handovers import Turn
from laddnav.stations.rules.passwords import password_digests
from laddnav.stations.store import handovers as store
from laddnav.stations.store import queries, tables
from laddnav.storage.database import Database, Statement
from laddnav.storage.write import Row, Write

_TRIES: Final = 3

Fold = Callable[[Turn], Turn]


class FormerSecrets(NamedTuple):
    """How many stations' passwords hang on other secrets than the present one.

    Attributes:
        waiting: On a former one that is here: until the station next comes in.
        lost: On one that is not here: the station needs a new password.
    """

    waiting: int
    lost: int


async def on_former_secrets(database: Database, keys: Keyring) -> FormerSecrets:
    """Return how many stations' passwords do not hang on the present secret yet.

    Raises:
        StorageUnavailable: The database is away.
    """
    records = await database.fetch(store.on_former_keys(keys.key_id))
    waiting = sum(count for key_id, count in records if keys.of(key_id) is not None)
    return FormerSecrets(waiting, sum(count for _, count in records) - waiting)


class Ledger:
    """Stations with what they await, and their handovers.

    An event is stored only where neither was changed meanwhile: several nodes may take part in one
    handover.

    Attributes:
        on_changed: Called with each station that an event changed, without its digests.
    """

    def __init__(self, database: Database, clock: Clock, keys: Keyring) -> None:
        self.on_changed: list[Callable[[Station], None]] = []
        self.database = database
        self.clock = clock
        self._keys = keys

    async def on_former_secrets(self) -> FormerSecrets:
        """Return how many stations' passwords do not hang on the present secret yet.

        Raises:
            StorageUnavailable: The database is away.
        """
        return await on_former_secrets(self.database, self._keys)

    def digests(self, key: StationKey, password: str) -> Passwords:
        """Return what is stored of a password."""
        return password_digests(self._keys, key, password)

    async def station(self, key: StationKey) -> Station | None:
        """Return a station with its digests.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self.database.fetch(queries.station_of(key))
        return tables.station_from(records[0]) if records else None

    async def one(self, key: StationKey, handover_id: str) -> Handover | None:
        """Return one handover of a station.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self.database.fetch(store.one(key, handover_id))
        return store.handover_from(records[0]) if records else None

    async def turn(self, key: StationKey) -> Turn | None:
        """Return a station and its handover; None: there is no such station.

        Raises:
            StorageUnavailable: The database is away.
        """
        station = await self.station(key)
        if station is None:
            return None
        handover = None if station.handover is None else await self.one(key, station.handover)
        return Turn(station, handover)

    async def apply(self, key: StationKey, handover_id: str | None, fold: Fold) -> Turn | None:
        """Fold an event in and store it; None: it came too late.

        With `handover_id` only where that is what the station's handover is now.

        Raises:
            StorageUnavailable: The database is away.
        """
        for _ in range(_TRIES):
            before = await self.turn(key)
            if before is None:
                return None
            if handover_id is not None and before.station.handover != handover_id:
                return None
            after = fold(before)
            if await self.store(before, after):
                return after
        return None

    async def store(self, before: Turn, after: Turn) -> bool:
        """Store both, or neither where one of them was changed meanwhile; False: neither.

        Raises:
            StorageUnavailable: The database is away.
        """
        statements: list[Statement] = []
        rows: tuple[Row, ...] = ()
        if after.station != before.station:
            statements.append(queries.change(before.station, after.station))
        if after.handover is not None and before.handover is None:
            rows = (store.handover_row(after.handover),)
        elif before.handover is not None and after.handover not in {None, before.handover}:
            statements.append(store.change(before.handover, after.handover))
        if not statements:
            return True
        if not all(await self.database.execute(*statements, then=Write(rows=rows))):
            return False
        self._tell(before, after)
        return True

    def _tell(self, before: Turn, after: Turn) -> None:
        if after.station != before.station:
            for told in self.on_changed:
                told(without_passwords(after.station))
