"""What is odd about a link as a whole: told at its end, and worked around at its beginning."""

import asyncio
from asyncio import Task
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

from msgspec import Struct

from laddnav.gateway.line.wire import End, Wire
from laddnav.kernel.keys import ConnectorRef
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16.remote_trigger import TriggerMessageRequest as Trigger16
from laddnav.ocpp.v21.datatypes import EVSEType as Evse21
from laddnav.ocpp.v21.remote_control import TriggerMessageRequest as Trigger21
from laddnav.ocpp.v201.datatypes import EVSEType as Evse201
from laddnav.ocpp.v201.remote_control import TriggerMessageRequest as Trigger201
from laddnav.stations.control import CallResult
from laddnav.stations.live import LiveStation
from laddnav.stations.model import Registration, StationSettings

SHORT_SECONDS: Final = 60.0
"""A link that the station or the network ended before was short."""

_TRIGGER: Final = "TriggerMessage"
_STATUS: Final = "StatusNotification"
_BETWEEN_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.5
_FIRST: Final = ConnectorRef(1, 1)
_LOST: Final = frozenset({End.BY_STATION, End.LOST})


class Call(Protocol):
    """How a link calls its station."""

    def __call__(
        self, name: str, payload: Struct, seconds: float | None, causes: tuple[str, ...] = ()
    ) -> Coroutine[Any, Any, CallResult]:
        """Call the station once it has settled."""
        ...


class Habits:
    """One link's.

    Args:
        settings: How the station is spoken with.
        begun: When the link began, on the loop's clock.
        count: Counts what is odd.
        call: Calls the station.
        settled: Waits until the station may be called.
    """

    __slots__ = ("_begun", "_call", "_count", "_settled", "_task", "_triggers")

    def __init__(
        self,
        settings: StationSettings,
        *,
        begun: float,
        count: Callable[[str], None],
        call: Call,
        settled: Callable[[], Coroutine[Any, Any, object]],
    ) -> None:
        self._begun = begun
        self._count = count
        self._call = call
        self._settled = settled
        self._triggers = settings.triggers_at_connect or 0
        self._task: Task[None] | None = None

    def begin(self, live: LiveStation, version: Version) -> None:
        """Ask for the status of a station that tells none unasked (ConnectorIO#211)."""
        if self._triggers and live.registration is Registration.ACCEPTED:
            self._task = asyncio.create_task(self._ask(live, version), name="triggers")

    def end(self, wire: Wire, now: float, live: LiveStation | None) -> None:
        """Count what the link was like, now that it has ended."""
        if self._task is not None:
            self._task.cancel()
        lasted = now - self._begun
        if wire.end is End.PROTOCOL:
            self._count("broken_websocket")
        if wire.end in _LOST and lasted < SHORT_SECONDS:
            self._count("short_link")
        if wire.pinged and not wire.pongs and wire.end is not End.SILENT:
            self._count("no_pongs")
        if live is not None and live.life.boot_at is None and lasted >= SHORT_SECONDS:
            self._count("no_boot")

    async def _ask(self, live: LiveStation, version: Version) -> None:
        """Ask, with pauses, until a status has come over this link."""
        loop = asyncio.get_running_loop()
        await self._settled()
        for _ in range(self._triggers):
            if live.told_status:
                return
            for request in _requests(version, live):
                await self._call(_TRIGGER, request, None, (_STATUS,))
            until = loop.time() + _BETWEEN_SECONDS
            while loop.time() < until and not live.told_status:  # noqa: ASYNC110 - nobody tells when a status has come
                await asyncio.sleep(_LOOK_SECONDS)
        if not live.told_status:
            self._count("no_status")


def _requests(version: Version, live: LiveStation) -> list[Struct]:
    """Return what asks for the status of all connectors: in 2.x one by one (F06.FR.13)."""
    if version is Version.V16:
        return [Trigger16(requested_message=_STATUS)]
    known = [place for place in live.connectors if place.evse and place.connector]
    return [_request(version, place) for place in known or [_FIRST]]


def _request(version: Version, place: ConnectorRef) -> Struct:
    if version is Version.V201:
        part201 = Evse201(id=place.evse, connector_id=place.connector)
        return Trigger201(requested_message=_STATUS, evse=part201)
    part21 = Evse21(id=place.evse, connector_id=place.connector)
    return Trigger21(requested_message=_STATUS, evse=part21)
