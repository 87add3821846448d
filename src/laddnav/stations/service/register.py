"""The operators' side: stations and sites added, changed, removed, imported."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import cast
from zoneinfo import available_timezones

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict, replace

from laddnav.accounts.rules import Keyring
from laddnav.journal.service.refusals import Refusals
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.stations.events import RegistrationChanged
from laddnav.stations.live import without_passwords
from laddnav.stations.model import (
    WHOLE_STATION,
    Imported,
    LineProblem,
    NewSite,
    NewStation,
    Passwords,
    Problem,
    ProblemKind,
    SecurityProfile,
    Site,
    Station,
    StationChange,
    TimelineKind,
)
from laddnav.stations.rules import register as rules
from laddnav.stations.rules.passwords import password_digests
from laddnav.stations.service.record import entry
from laddnav.stations.store import queries, tables
from laddnav.stations.store.sites import site_from, site_row
from laddnav.storage.database import Database
from laddnav.storage.errors import Unstorable
from laddnav.storage.write import Fact, Write

_ASKED_AT_ONCE = 500
_ADDED_AT_ONCE = 100  # so many are made ready in some 5 ms
_CHANGED_AT_ONCE = 10  # whose statements are made in some 5 ms

MOST_PROBLEMS = 1_000
"""Of an import; how many more there are is told in one."""

_NO_STATION = Problem(
    kind=ProblemKind.UNKNOWN, field="identity", text="no station has this identity"
)
_NO_SITE = Problem(kind=ProblemKind.UNKNOWN, field="site", text="no site has this id")
_TAKEN = Problem(
    kind=ProblemKind.EXISTS, field="identity", text="a station has this identity already"
)
_CONFLICT = Problem(
    kind=ProblemKind.CONFLICT,
    field="version",
    text="the station was changed meanwhile: read it again",
)


class Register:
    """What operators say about their stations and sites.

    Attributes:
        on_changed: Called with each station that was added or changed by this process.
        on_removed: Called with the key of each that was removed.
    """

    def __init__(
        self, database: Database, clock: Clock, *, refusals: Refusals, keys: Keyring
    ) -> None:
        self.on_changed: list[Callable[[Station], None]] = []
        self.on_removed: list[Callable[[StationKey], None]] = []
        self._database = database
        self._clock = clock
        self._refusals = refusals
        self._keys = keys

    async def station(self, key: StationKey) -> Station | None:
        """Return a station's configuration, without its password's digests."""
        station = await self._read(key)
        return None if station is None else without_passwords(station)

    async def has_password(self, key: StationKey) -> bool:
        """Return whether a password was set for a station."""
        station = await self._read(key)
        return station is not None and station.passwords is not None

    async def add(self, operator: str, new: NewStation) -> Station | Problem:
        """Add a station; it is no longer one that nobody knows."""
        problem = rules.check_station(new) or await self._check_site(operator, new.site)
        if problem is not None:
            return problem
        station = self._made(operator, new)
        try:
            await self._database.execute(queries.addition(station))
        except Unstorable:  # every field is checked: only the identity can be taken
            return _TAKEN
        await self._refusals.forget_knocking(*station.key)
        return self.tell(station)

    async def change(self, key: StationKey, change: StationChange) -> Station | Problem:
        """Change what `change` sets."""
        operator = key.operator
        problem = _check_change(change) or await self._check_site(operator, change.site or None)
        if problem is not None:
            return problem
        before = await self._read(key)
        if before is None:
            return _NO_STATION
        if change.version is not UNSET and change.version != before.version:
            return _CONFLICT
        problem = rules.check_handover(before, change)
        if problem is not None:
            return problem
        after = self._changed(before, change)
        return self.tell(after) if await self._store_changes([(before, after)]) else _CONFLICT

    async def remove(self, key: StationKey) -> bool:
        """Remove a station, but not its history; False: there is none."""
        touched = await self._database.execute(*queries.removal(key))
        if not touched[0]:
            return False
        for told in self.on_removed:
            told(key)
        return True

    async def import_csv(
        self, operator: str, text: str, *, update: bool = False, partial: bool = False
    ) -> Imported:
        """Add the stations of a CSV file: all or, where any line has a problem, none.

        With `update`, stations that exist already are changed to what the file says of them;
        without it they are a problem. With `partial` the good lines are taken whatever the others
        are. See `rules.read_csv` for the form.
        """
        found, problems = await asyncio.to_thread(rules.read_csv, text)
        known = await self._known(operator, [new.identity for _, new in found])
        sites = {site.id for site in await self.sites(operator)}
        taken = frozenset() if update else known
        good, refused = await asyncio.to_thread(_sifted, found, taken, sites)
        problems += refused
        if problems and not partial:
            return _imported(0, 0, problems)
        added = [new for _, new in good if new.identity not in known]
        stale = [each for each in good if each[1].identity in known]
        await self._add_all(operator, added)
        lost = await self._change_all(operator, stale)
        return _imported(len(added), len(stale) - len(lost), problems + lost)

    async def sites(self, operator: str) -> list[Site]:
        """Return an operator's sites, by name."""
        records = await self._database.fetch(queries.site_list(operator))
        return [site_from(record) for record in records]

    async def site(self, operator: str, site_id: str) -> Site | None:
        """Return one site."""
        records = await self._database.fetch(queries.site_of(operator, site_id))
        return site_from(records[0]) if records else None

    async def put_site(
        self, operator: str, new: NewSite, *, site_id: str | None = None
    ) -> Site | Problem:
        """Add a site, or change the one with this id."""
        problem = rules.check_site(new, available_timezones())
        if problem is not None:
            return problem
        before = None if site_id is None else await self.site(operator, site_id)
        if site_id is not None and before is None:
            return _NO_SITE
        site = Site(
            operator=operator,
            id=site_id or ids.new_id(),
            created_at=self._clock.now() if before is None else before.created_at,
            **asdict(new),
        )
        await self._database.commit(Write(rows=(site_row(site),)))
        return site

    async def remove_site(self, operator: str, site_id: str) -> bool:
        """Remove a site; its stations have none then. False: there is none."""
        touched = await self._database.execute(*queries.site_removal(operator, site_id))
        return touched[-1] > 0

    async def _read(self, key: StationKey) -> Station | None:
        records = await self._database.fetch(queries.station_of(key))
        return tables.station_from(records[0]) if records else None

    async def _check_site(self, operator: str, site_id: str | None) -> Problem | None:
        if site_id is None or await self.site(operator, site_id) is not None:
            return None
        return _NO_SITE

    def _made(self, operator: str, new: NewStation) -> Station:
        key = StationKey(operator, new.identity)
        now = self._clock.now()
        return Station(
            key=key,
            version=1,
            registration=new.registration,
            security_profile=SecurityProfile(new.security_profile),
            passwords=self._digests(key, new.password),
            settings=new.settings,
            label=new.label,
            site=new.site,
            created_at=now,
            updated_at=now,
        )

    def _digests(self, key: StationKey, password: str | None) -> Passwords | None:
        if password is None:
            return None
        return password_digests(self._keys, key, password)

    def _changed(self, before: Station, change: StationChange) -> Station:
        told = {
            name: value
            for name, value in asdict(change).items()
            if value is not UNSET and name not in {"version", "password"}
        }
        if "security_profile" in told:
            told["security_profile"] = SecurityProfile(told["security_profile"])
        if change.password is not UNSET:
            told["passwords"] = self._digests(before.key, change.password)
        if "passwords" in told or "security_profile" in told:
            told["awaited"] = None
        return replace(before, **told, version=before.version + 1, updated_at=self._clock.now())

    def tell(self, station: Station) -> Station:
        """Tell whoever wants to know of a change; return the station as it may be shown."""
        shown = without_passwords(station)
        for told in self.on_changed:
            told(shown)
        return shown

    async def _store_changes(self, changes: Sequence[tuple[Station, Station]]) -> bool:
        """Store stations as they were and are to be, and what follows from it, all in one step.

        False: one of them was changed or removed meanwhile, and nothing was stored.
        """
        follows = Write()
        for before, after in changes:
            if before.registration is not after.registration:
                follows += _registered_anew(before, after)
        statements = [queries.change(before, after) for before, after in changes]
        return all(await self._database.execute(*statements, then=follows))

    async def _known(self, operator: str, identities: list[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(identities), _ASKED_AT_ONCE):
            some = identities[start : start + _ASKED_AT_ONCE]
            records = await self._database.fetch(queries.some_stations(operator, some))
            known.update(cast("str", record[1]) for record in records)
        return known

    async def _add_all(self, operator: str, fresh: list[NewStation]) -> None:
        for start in range(0, len(fresh), _ADDED_AT_ONCE):
            made = [self._made(operator, new) for new in fresh[start : start + _ADDED_AT_ONCE]]
            rows = tuple(tables.station_row(station) for station in made)
            await self._database.commit(Write(rows=rows))
            for station in made:
                self.tell(station)

    async def _change_all(
        self, operator: str, stale: list[tuple[int, NewStation]]
    ) -> list[LineProblem]:
        """Change stations to what a file says of them; return what became of those that cannot."""
        lost: list[LineProblem] = []
        for start in range(0, len(stale), _CHANGED_AT_ONCE):
            some = stale[start : start + _CHANGED_AT_ONCE]
            if await self._change_some(operator, [new for _, new in some]):
                continue
            for line, new in some:  # one of them was changed meanwhile: each by itself
                changed = await self.change(StationKey(operator, new.identity), _as_change(new))
                if isinstance(changed, Problem):
                    lost.append(_at_line(line, changed))
        return lost

    async def _change_some(self, operator: str, some: list[NewStation]) -> bool:
        """Change stations in one step; False: one of them is not as it was, nothing was stored."""
        identities = [new.identity for new in some]
        records = await self._database.fetch(queries.some_stations(operator, identities))
        stored = {station.key.identity: station for station in map(tables.station_from, records)}
        if len(stored) < len(some):
            return False
        if any(rules.check_handover(stored[new.identity], _as_change(new)) for new in some):
            return False
        changes = [
            (stored[new.identity], self._changed(stored[new.identity], _as_change(new)))
            for new in some
        ]
        if not await self._store_changes(changes):
            return False
        for _, after in changes:
            self.tell(after)
        return True


def _registered_anew(before: Station, after: Station) -> Write:
    """Return what is stored of an operator's new decision about a station."""
    event = RegistrationChanged(
        station=after.key, at=after.updated_at, before=before.registration, after=after.registration
    )
    fact = Fact(
        id=ids.new_id(),
        operator=after.key.operator,
        kind="RegistrationChanged",
        subject=after.key.identity,
        at=event.at,
        payload=msgspec.json.encode(event),
    )
    line = entry(WHOLE_STATION, event.at, TimelineKind.REGISTRATION, event.after.value)
    return Write(rows=(tables.timeline_row(after.key, line),), facts=(fact,))


def _sifted(
    found: list[tuple[int, NewStation]], taken: Collection[str], sites: Collection[str]
) -> tuple[list[tuple[int, NewStation]], list[LineProblem]]:
    """Return the lines whose identity is not `taken` and whose site exists; and the others."""
    good: list[tuple[int, NewStation]] = []
    refused: list[LineProblem] = []
    for line, new in found:
        if new.identity in taken:
            refused.append(_at_line(line, _TAKEN))
        elif new.site is not None and new.site not in sites:
            refused.append(_at_line(line, _NO_SITE))
        else:
            good.append((line, new))
    return good, refused


def _imported(added: int, changed: int, problems: list[LineProblem]) -> Imported:
    """Return what became of an import, with as many problems as anybody reads."""
    ordered = sorted(problems, key=lambda problem: problem.line)
    told, rest = ordered[:MOST_PROBLEMS], ordered[MOST_PROBLEMS:]
    if rest:
        text = f"from here on {len(rest)} more lines have problems"
        told.append(LineProblem(line=rest[0].line, field=None, text=text))
    return Imported(added=added, changed=changed, problems=tuple(told))


def _check_change(change: StationChange) -> Problem | None:
    problem: Problem | None = None
    if change.security_profile is not UNSET:
        problem = rules.check_profile(change.security_profile)
    if change.password is not UNSET:
        problem = problem or rules.check_password(change.password)
    if change.label is not UNSET:
        problem = problem or rules.check_text("label", change.label)
    if change.settings is not UNSET:
        problem = problem or rules.check_settings(change.settings)
    return problem


def _as_change(new: NewStation) -> StationChange:
    """Return the change that makes a station what the file says; what it leaves out stays."""
    defaults = NewStation(identity=new.identity)
    told = {
        name: value
        for name, value in asdict(new).items()
        if name != "identity" and value != getattr(defaults, name)
    }
    return StationChange(**told)


def _at_line(line: int, problem: Problem) -> LineProblem:
    return LineProblem(line=line, field=problem.field, text=problem.text)
