"""What stations answer is learned, by whatever path they were asked: a raw call too."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple, TypeVar

import structlog
from msgspec import Struct

from laddnav.gateway.commands.configuring import Limits
from laddnav.gateway.commands.hearing import Asked, Heard
from laddnav.gateway.link import ACTIONS, Link
from laddnav.gateway.mending.reading import read_response
from laddnav.gateway.v16 import variables as v16
from laddnav.gateway.v201 import variables as v201
from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import RemoteProtocolError
from laddnav.stations.control import (
    Answered,
    CallFailed,
    CallResult,
    CommandStatus,
    NotPossible,
)
from laddnav.stations.live import LiveStation, OpenReport
from laddnav.stations.model.variables import ACTUAL, InventoryStatus
from laddnav.stations.rules import behaviour
from laddnav.stations.rules.behaviour import Reader
from laddnav.stations.rules.variables import place_of
from laddnav.storage.errors import StorageError
from laddnav.storage.write import Write

_Told = TypeVar("_Told")


class _Telling(NamedTuple):
    asked: Callable[[str, Any], Asked | None]
    heard: Callable[[str, Any, Any], Heard]


_TELLING: Final[Mapping[Version, _Telling]] = {
    Version.V16: _Telling(v16.asked, v16.heard),
    Version.V201: _Telling(v201.asked, v201.heard),
    Version.V21: _Telling(v201.asked, v201.heard),
}
_TOLD_BY: Final = frozenset({
    "ChangeConfiguration",
    "GetBaseReport",
    "GetConfiguration",
    "GetReport",
    "GetVariables",
    "SetVariables",
})  # fmt: skip
_SLICE: Final = 50
_HALF: Final = "the end of the answer is missing"
_REFUSALS: Final = frozenset({"NotImplemented", "NotSupported", "SecurityError"})
_log = structlog.get_logger(__name__)


class Learning:
    """Calls the station of a link, and learns what its answers tell of its variables."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rooms = link.rooms

    async def call(
        self,
        name: str,
        request: Struct,
        seconds: float | None,
        causes: tuple[str, ...],
    ) -> CallResult:
        """Call a station; what it answers is stored before this returns, if it can be."""
        link = self._link
        if name not in _TOLD_BY:
            return await link.call(name, request, seconds, causes)
        asked = _TELLING[link.version].asked(name, request)
        report = None if asked is None else await self._begin(asked)
        result = await link.call(name, request, seconds, causes)
        live = self._rooms.stations.live(link.key)
        if live is not None:
            try:
                await self._learn(live, name, request, report, result)
            except StorageError as error:
                about = {"station": str(link.key), "action": name}
                _log.warning("an answer is not learned", why=type(error).__name__, **about)
        return result

    async def next_request_id(self) -> int:
        """Return a number for a report that no station was given before.

        Raises:
            StorageUnavailable: The database is away.
        """
        return await self._rooms.stations.inventories.next_request_id()

    async def reading_limits(self) -> Limits:
        """Return how many variables a station may be asked for in one message (B06.FR.05)."""
        limits = await self._limits(behaviour.READ_ITEMS, behaviour.READ_BYTES)
        most = self._link.settings.max_keys
        return limits if most is None else limits._replace(items=min(most, limits.items))

    async def writing_limits(self) -> Limits:
        """Return how many variables may be set in one message (B05.FR.11); in 1.6 one."""
        if self._link.version is Version.V16:
            return Limits(items=1)
        return await self._limits(behaviour.WRITE_ITEMS, behaviour.WRITE_BYTES)

    async def report_limits(self) -> Limits:
        """Return how many components a report may be asked for at once (B08.FR.06)."""
        return await self._limits(behaviour.REPORT_ITEMS, behaviour.REPORT_BYTES)

    async def _limits(self, items: Reader[int], octets: Reader[int]) -> Limits:
        key = self._link.key
        longest = behaviour.VALUE_CHARACTERS
        try:
            values = await self._rooms.stations.variables.values(key, items, octets, longest)
        except StorageError:
            return Limits()  # what is too much is sent in smaller parts
        return Limits(items.of(values) or Limits().items, octets.of(values), longest.of(values))

    async def _begin(self, asked: Asked) -> OpenReport | None:
        key = self._link.key
        live = self._rooms.stations.live(key)
        if live is None:
            return None
        try:
            return await self._rooms.stations.inventories.begin(
                live, is_whole=asked.is_whole, request_id=asked.request_id
            )
        except StorageError as error:
            _log.warning("no report is expected", station=str(key), why=type(error).__name__)
            return None

    async def _learn(
        self,
        live: LiveStation,
        name: str,
        request: Struct,
        report: OpenReport | None,
        result: CallResult,
    ) -> None:
        if not isinstance(result, Answered):
            if report is not None:
                await self._fail(report, result)
            return
        link = self._link
        action = ACTIONS[link.version][name]
        try:
            answer = read_response(link.version, action, result.payload).payload
        except RemoteProtocolError:
            return  # half of it is missing: what was told may be read again
        heard = _TELLING[link.version].heard(name, request, answer)
        await self._store(live, heard, report)
        _promise(link, heard)
        if report is not None:
            await self._go_on(report, heard, whole=result.is_whole)

    async def _store(self, live: LiveStation, heard: Heard, report: OpenReport | None) -> None:
        """Store what was told, slice by slice: others get their turn in between."""
        stations, now = self._rooms.stations, self._rooms.clock.now()
        writes: list[Iterator[Write | None]] = [
            (stations.variables.read(live, some, now) for some in _slices(heard.read)),
            (stations.variables.written(live, some, now) for some in _slices(heard.written)),
        ]
        if report is not None:
            parts = _slices(heard.reported)
            writes.append(stations.inventories.keep(live, report, some, now) for some in parts)
        for write in chain.from_iterable(writes):
            if write is not None:
                await self._rooms.database.commit(write)

    async def _go_on(self, report: OpenReport, heard: Heard, *, whole: bool) -> None:
        """End a report that came with the answer, or will not come; else wait for its parts."""
        link = self._link
        inventories = self._rooms.stations.inventories
        if link.version is Version.V16:
            if not whole:
                await inventories.end(link.key, report, InventoryStatus.INCOMPLETE, _HALF)
            elif heard.reported:
                await inventories.end(
                    link.key, report, InventoryStatus.COMPLETE, replaces=not heard.is_cut
                )
            else:
                await inventories.end(link.key, report, InventoryStatus.REFUSED, "no keys")
        elif heard.refusal is not None:
            await inventories.end(link.key, report, InventoryStatus.REFUSED, heard.refusal)
        else:
            inventories.prolong(report)

    async def _fail(self, report: OpenReport, result: CallResult) -> None:
        """Note that a report was not asked for with success.

        A station of 2.x whose answer is lost may report none the less: it is waited for.
        """
        link, inventories = self._link, self._rooms.stations.inventories
        if isinstance(result, CallFailed):
            refused = result.code in _REFUSALS
            status = InventoryStatus.REFUSED if refused else InventoryStatus.FAILED
            await inventories.end(link.key, report, status, result.code)
        elif link.version is Version.V16 or isinstance(result, NotPossible):
            status = InventoryStatus.FAILED
            await inventories.end(link.key, report, status, type(result).__name__)


def _slices(told: Sequence[_Told]) -> Iterator[Sequence[_Told]]:
    return (told[first : first + _SLICE] for first in range(0, len(told), _SLICE))


def _promise(link: Link, heard: Heard) -> None:
    """Let the link know of a heartbeat interval that the station has, or took."""
    told = [(each.name, each.value) for each in heard.read]
    told += [(each.name, each.value) for each in heard.reported]
    taken = (each for each in heard.written if each.status is CommandStatus.ACCEPTED)
    told += [(each.name, each.wanted) for each in taken]
    values = {
        place_of(name): value
        for name, value in told
        if value is not None and name.attribute == ACTUAL
    }
    seconds = behaviour.HEARTBEAT_SECONDS.of(values)
    if seconds is not None:
        link.promise(seconds)
