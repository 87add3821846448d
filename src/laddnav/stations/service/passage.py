"""What is learned of passwords and profiles where they pass: over a link, and at the door."""

from datetime import timedelta
from typing import Final, NamedTuple

from msgspec.structs import replace

from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Awaited, Entry, Passwords, SecurityProfile, Station
from laddnav.stations.model.handover import Handover, HandoverState, NewHandover, Origin, Taken
from laddnav.stations.rules import behaviour
from laddnav.stations.rules import handovers as rules
from laddnav.stations.rules.handovers import Turn
from laddnav.stations.service.handovers import BUSY, UNSETTLED, made
from laddnav.stations.service.ledger import Ledger
from laddnav.stations.service.variables import Variables
from laddnav.stations.store import queries

_AT_ONCE: Final = 50  # whose statements are made in some 5 ms
_PROFILES: Final = frozenset(each.value for each in SecurityProfile)
_DEADLINE: Final = timedelta(days=1)


class Noted(NamedTuple):
    """What is about to be sent is known now; `handover` None: it is nothing new."""

    handover: str | None


class Withheld(NamedTuple):
    """It must not be sent, and why."""

    reason: str


class Passage:
    """Whatever a station is sent, and however it comes in, is learned here."""

    def __init__(self, ledger: Ledger, variables: Variables) -> None:
        self._ledger = ledger
        self._variables = variables
        self._noted: dict[StationKey, tuple[Station, Station]] = {}

    async def sending(
        self,
        key: StationKey,
        *,
        password: str | None,
        profile: int | None,
        is_stored: bool = False,
    ) -> Noted | Withheld:
        """Note what a station is about to be sent, or return why it must not be.

        Raises:
            StorageUnavailable: The database is away: nothing may be sent.
        """
        station = await self._ledger.station(key)
        if station is None:
            return Withheld("the station was removed")
        told: SecurityProfile | None = None
        if profile is not None:
            refusal = await self._flaw(station, profile)
            if refusal is not None:
                return Withheld(refusal)
            told = SecurityProfile(profile)
        if told is station.security_profile:
            told = None
        if password is None and told is None:
            return Noted(None)
        passwords = None if password is None else self._ledger.digests(key, password)
        return await self._note(
            key, Awaited(passwords=passwords, profile=told, is_stored=is_stored)
        )

    async def _flaw(self, station: Station, profile: int) -> str | None:
        """Return why a station must not be told to use a profile; None: it may be."""
        if profile not in _PROFILES:
            return "the security profile is 0, 1, 2 or 3"
        values = await self._variables.values(station.key, behaviour.ALLOWS_DOWNGRADE)
        downgrade = behaviour.ALLOWS_DOWNGRADE.of(values) is True
        return rules.flaw(station, SecurityProfile(profile), allows_downgrade=downgrade)

    async def _note(self, key: StationKey, awaited: Awaited) -> Noted | Withheld:
        turn = await self._ledger.turn(key)
        if turn is None:
            return Withheld("the station was removed")
        station, handover = turn
        if handover is not None and (
            handover.state is not HandoverState.SENDING or rules.was_sent(handover)
        ):
            return Withheld(BUSY)
        if station.awaited is not None:
            return Withheld(UNSETTLED)
        after = turn
        if handover is None:
            handover = self._learned(key, awaited)
            after = Turn(replace(station, handover=handover.id), handover)
        after = rules.sent(after, awaited, self._ledger.clock.now())
        return Noted(handover.id) if await self._ledger.store(turn, after) else Withheld(BUSY)

    def _learned(self, key: StationKey, awaited: Awaited) -> Handover:
        new = NewHandover(
            profile=awaited.profile,
            deadline_seconds=int(_DEADLINE.total_seconds()),
        )
        return made(key, new, self._ledger.clock.now(), Origin.CALL)

    async def answered(self, key: StationKey, noted: Noted, taken: Taken, detail: str = "") -> None:
        """Note what a station made of what it was sent.

        Raises:
            StorageUnavailable: The database is away.
        """
        now = self._ledger.clock.now()
        if noted.handover is not None:
            await self._ledger.apply(
                key, noted.handover, lambda turn: rules.answered(turn, taken, now, detail)
            )

    async def arrived(self, before: Station, entry: Entry, renewed: Passwords | None) -> Station:
        """Note how a station came in, and return it as it counts from now on.

        Where something new has come, the old is closed before the station is in; that it was seen
        with a profile, and what digests follow a new secret, is stored soon.

        Raises:
            StorageUnavailable: The database is away.
        """
        if before.awaited is None and before.handover is None:
            after = rules.arrived(
                Turn(before, None), entry, renewed, self._ledger.clock.now()
            ).station
            if after != before:
                self._noted[before.key] = (before, after)
            return after
        now = self._ledger.clock.now()
        turn = await self._ledger.apply(
            before.key, None, lambda turn: rules.arrived(turn, entry, renewed, now)
        )
        return before if turn is None else turn.station

    async def flush(self) -> None:
        """Store what was noted of stations that came in.

        Raises:
            StorageUnavailable: The database is away.
        """
        while self._noted:
            some = [self._noted.popitem()[1] for _ in range(min(_AT_ONCE, len(self._noted)))]
            await self._ledger.database.execute(*[queries.change(*each) for each in some])
