"""One station's connection: frames in, answers out in the order of the calls.

A frame is taken while it is read, and no read waits for a commit or a send. Frames that cannot be
answered at once wait in a queue; while it is full nothing is read, so that a station which
pipelines brakes only itself. A task exists only while something waits.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import WSCloseCode
from msgspec import Struct

from laddnav.gateway.answering import Answering, parting
from laddnav.gateway.entry.reception import Arrival
from laddnav.gateway.line.calls import Calls
from laddnav.gateway.line.habits import Habits
from laddnav.gateway.line.pace import LONG, Pace
from laddnav.gateway.line.pulse import Pulse, Ward
from laddnav.gateway.line.received import Received, Storing
from laddnav.gateway.line.registry import Registry
from laddnav.gateway.line.transcript import Transcript
from laddnav.gateway.line.turns import Turns
from laddnav.gateway.line.wire import Incoming, Wire
from laddnav.gateway.mending.reading import Leniency
from laddnav.gateway.mending.text_mends import forgiven
from laddnav.gateway.mooring import Mooring
from laddnav.gateway.rooms import Rooms
from laddnav.kernel import ids
from laddnav.kernel.keys import ConnectorRef
from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import Version
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.events import CallReceived, Malformed, SendReceived
from laddnav.stations.control import CallResult, NotConnected
from laddnav.stations.live import LiveStation
from laddnav.stations.model import Registration, StationSettings
from laddnav.stations.rules.reports import number_of
from laddnav.stations.service.violations import Violations
from laddnav.storage.errors import Fenced, StorageUnavailable

ACTIONS: Final = {Version.V16: v16.ACTIONS, Version.V201: v201.ACTIONS, Version.V21: v21.ACTIONS}
_SETTLE_STEP_SECONDS: Final = 0.2
_CAUSED_SECONDS: Final = 120.0
_log = structlog.get_logger(__name__)


class Link:
    """One station while it is connected.

    Args:
        arrival: The station, admitted.
        rooms: What is behind the door.
        registry: Where the link enters itself, and replaces an older one.
        violations: Where what the station does wrong is counted.
        ward: Who feels its pulse.
    """

    __slots__ = (
        "_answering",
        "_calls",
        "_connection",
        "_departing",
        "_finished",
        "_habits",
        "_in_doubt",
        "_is_leaving",
        "_is_over",
        "_is_spoiled",
        "_is_strict",
        "_mooring",
        "_pace",
        "_pulse",
        "_reason",
        "_registration",
        "_registry",
        "_rooms",
        "_settings",
        "_transcript",
        "_turns",
        "_violations",
        "_ward",
        "_wire",
        "address",
        "id",
        "key",
        "version",
    )

    def __init__(
        self,
        *,
        arrival: Arrival,
        rooms: Rooms,
        registry: "Registry[Link]",
        violations: Violations,
        ward: Ward,
    ) -> None:
        station = arrival.admitted.station
        self.key = station.key
        self.id = ids.new_id()
        self.version = arrival.version
        self.address = arrival.address
        self._rooms = rooms
        self._registry = registry
        self._violations = violations
        self._ward = ward
        self._settings = station.settings
        self._registration = station.registration
        self._is_strict = station.settings.strict
        self._connection = Connection(
            actions=ACTIONS[arrival.version],
            version=arrival.version,
            new_message_id=ids.new_id,
            call_timeout=rooms.settings.call_seconds,
            strict=self._is_strict,
        )
        self._mooring = Mooring(rooms, arrival, self.id)
        self._pace = Pace(rooms.clock)
        self._turns = Turns(begin=self._answer, between=self._resolve_doubt, fail=self._fail)
        self._finished: asyncio.Event | None = None
        self._answering: Answering | None = None
        self._in_doubt = False
        self._is_spoiled = False
        self._is_leaving = False
        self._is_over = False
        self._reason = ""
        for oddity in arrival.oddities:
            self.count(oddity)

    @property
    def rooms(self) -> Rooms:
        """The rooms behind the door."""
        return self._rooms

    @property
    def registration(self) -> Registration:
        """The operator's decision about the station."""
        live = self._mooring.live
        return self._registration if live is None else live.registration

    @property
    def may_show_certificate(self) -> bool:
        """Whether the station came in with a certificate, which is not known at first."""
        live = self._mooring.live
        connection = None if live is None else live.connection
        return connection is None or connection.certificate is not None

    def number_of(self, ref: ConnectorRef) -> int | None:
        """Return the number that a connector has in OCPP 1.6; None: it cannot exist there."""
        return number_of(ref, self.settings.connector_grouping)

    @property
    def settings(self) -> StationSettings:
        """How the station is spoken with."""
        live = self._mooring.live
        return self._settings if live is None else live.settings

    @property
    def deflate(self) -> bool:
        """Whether compression is offered: OCPP 2.x asks for it, and it costs ten links of 1.6."""
        return self.version is not Version.V16 and self._settings.deflate is not False

    def begin(self, wire: Wire) -> None:
        """Speak with the station until its wire ends."""
        default, own = self._rooms.settings.ping_seconds, self._settings.ping_seconds
        now = asyncio.get_running_loop().time()
        self._wire = wire
        self._pulse = Pulse(wire, default if own is None else own, now)
        self._ward.admit(self._pulse)
        self._habits = Habits(
            self._settings, begun=now, count=self.count, call=self.call, settled=self._settled
        )
        self._calls = Calls(
            self._connection,
            self.flush,
            self._reconnect,
            count=self.count,
            leniency=Leniency.STRICT if self._is_strict else Leniency.MEND,
            deaf_after=self._settings.deaf_after,
        )
        self._transcript = Transcript(
            self._rooms.journal, self.key, self.id, address=self.address, version=self.version
        )
        replaced = self._registry.enter(self)
        if replaced is not None:
            self.count("second_link")
            replaced.close(WSCloseCode.OK, "replaced by a newer connection")
        self._turns.hold(self._moor(replaced))
        wire.begin(self)

    async def finished(self) -> None:
        """Wait until nothing is done for this link any more."""
        if not self._is_over:
            if self._finished is None:
                self._finished = asyncio.Event()
            await self._finished.wait()

    async def shows_life(self, seconds: float) -> bool:
        """Ask the station for a sign of life, and wait for it."""
        return await self._pulse.shows_life(seconds)

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; what waits is still taken, but no more answered."""
        self._reason = self._reason or reason
        self._is_leaving = True
        self._wire.close(code, reason)
        self._turns.make_room()

    def give_up(self, code: int, reason: str) -> None:
        """Close, and take nothing that waits: it comes again over the next link."""
        self._turns.clear()
        self._is_spoiled = True
        self.close(code, reason)

    async def retire(self, code: int, reason: str, seconds: float) -> None:
        """Answer what has come, which may take so long; then close."""
        self._is_leaving = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._turns.rested()
        self.close(code, reason)
        await self.finished()

    async def _moor(self, replaced: "Link | None") -> None:
        if replaced is not None:
            await replaced.finished()
        try:
            live = await self._mooring.make_fast()
        except (Fenced, StorageUnavailable) as error:
            self.give_up(*parting(error))
            return
        self._answering = Answering(
            rooms=self._rooms,
            line=self,
            connection=self._connection,
            live=live,
            hold_seconds=self._rooms.settings.hold_seconds,
            pace=self._pace,
        )
        self._habits.begin(live, self.version)

    async def _depart(self) -> None:
        """Finish what has begun, and note that the station is no longer connected."""
        self._ward.discharge(self._pulse)
        self._calls.close()
        self._habits.end(self._wire, asyncio.get_running_loop().time(), self._mooring.live)
        await self._turns.rested()
        if not self._reason and self._wire.end is not None:
            self._reason = self._wire.end.value
        is_current = self._registry.leave(self)
        try:
            await self._mooring.let_go(
                self._reason, is_current=is_current, is_spoiled=self._is_spoiled
            )
        finally:
            self._transcript.close(self._reason)
            self._is_over = True
            if self._finished is not None:
                self._finished.set()

    def take(self, incoming: Incoming) -> Awaitable[object] | None:
        """Take a frame; return what is to be awaited before the next one."""
        if len(incoming.text) > LONG:
            return self._take_long(incoming)
        self._take_safely(incoming)
        return self._room() if self._turns.is_full else None

    def lives(self) -> None:
        """Note a sign of life that is no text."""
        self._pulse.heard(asyncio.get_running_loop().time())

    def ended(self) -> None:
        """Note that no more frames come."""
        self._departing = asyncio.create_task(self._depart(), name="departure")

    async def _take_long(self, incoming: Incoming) -> None:
        begun = await self._pace.rest()
        self._take_safely(incoming)
        self._pace.spent(begun)
        if self._turns.is_full:
            await self._room()

    def _room(self) -> Awaitable[object]:
        self.count("queue_full")
        return self._turns.room()

    def _take_safely(self, incoming: Incoming) -> None:
        now = asyncio.get_running_loop().time()
        self._pulse.heard(now)
        try:
            self._take(incoming, now)
        except Exception:  # noqa: BLE001 - whatever fails for one station must not reach the others
            self._fail()

    def _take(self, incoming: Incoming, now: float) -> None:
        """Take a frame: its place in the order is that of its coming."""
        at = self._rooms.clock.now()
        text = incoming.text
        event = self._connection.receive(text, now)
        if isinstance(event, Malformed) and not self._is_strict:
            refused, event = event, forgiven(self._connection, event, text, now)
            if event is not refused:
                self.count("no_json")
        if event.violations or not incoming.intact:
            self._count_all(event.violations if incoming.intact else (*event.violations, "no_utf8"))
        self._transcript.came(event, text, at)
        live = self._mooring.live
        if live is not None:
            self._rooms.stations.fleet.heard(live, at)
        if isinstance(event, CallReceived | SendReceived):
            if not self._is_leaving:  # else unanswered: it comes again
                self._turns.take(Received(event, text, at))
        else:
            self._calls.take(event, text)

    def _answer(self, received: Received) -> Awaitable[None] | Storing | None:
        return None if self._answering is None else self._answering.begin(received)

    def go_on(self, waiting: Awaitable[None] | None) -> None:
        """Take the next message, after what is still to be awaited for the last one."""
        self._turns.go_on(waiting)

    def _resolve_doubt(self) -> Awaitable[None] | None:
        """Return what is to be done before the next message: nothing, or to read again."""
        return self._read_again() if self._in_doubt and not self._is_spoiled else None

    def _fail(self) -> None:
        """End the link on a fault of ours that nothing else caught."""
        _log.exception("a link failed", station=str(self.key))
        self.give_up(WSCloseCode.INTERNAL_ERROR, "something is wrong here")

    async def _read_again(self) -> None:
        self._in_doubt = False
        try:
            await self._mooring.read_again()
        except (Fenced, StorageUnavailable) as error:
            self.give_up(*parting(error))

    def doubt(self) -> None:
        """Note that the station's state in memory must be read again."""
        self._in_doubt = True

    def count(self, violation: str, example: str = "") -> None:
        """Count something that the station did wrong; `example` is where it was seen."""
        self._violations.count(self.key, violation, example)

    def _count_all(self, violations: Iterable[str]) -> None:
        for violation in violations:
            self.count(violation)

    def promise(self, heartbeat_seconds: float) -> None:
        """Note the heartbeat interval that the station was given."""
        self._pulse.promise(heartbeat_seconds)

    async def call(
        self, name: str, payload: Struct, seconds: float | None, causes: tuple[str, ...] = ()
    ) -> CallResult:
        """Call the station once it has settled; `causes` are the actions it will send for it."""
        live = await self._settled()
        if live is None:
            return NotConnected()
        allowance = self._rooms.clock.monotonic() + _CAUSED_SECONDS
        for action in causes:
            live.expect(action, allowance)
        return await self._calls.call(name, payload, seconds)

    async def _settled(self) -> LiveStation | None:
        """Wait until the station may be commanded; None: it left before."""
        while not self._is_leaving and self._wire.end is None:
            live = self._mooring.live
            if live is not None and live.commands_from <= self._rooms.clock.monotonic():
                return live
            await asyncio.sleep(_SETTLE_STEP_SECONDS)
        return None

    def _reconnect(self) -> None:
        self.count("deaf")
        self.close(WSCloseCode.GOING_AWAY, "commands are not answered")

    def flush(self, call: CallReceived | None = None) -> None:
        """Send what the connection has to send; `call` is what it answers."""
        frames = self._connection.frames_to_send()
        if frames:
            at = self._rooms.clock.now()
            for text in frames:
                self._wire.send(text)
                self._transcript.went(text, at, call)
