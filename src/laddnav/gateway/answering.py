"""One message of a station, from its frame to its answer; the failures that lie between.

The rules on failures:

- what cannot be made durable in time is not answered: the link closes with 1013, for a CALLERROR
  burns one of the few attempts that stations make, while offline they queue without limit;
- what cannot be stored at all, or made a translator stumble, is kept as evidence and then answered;
- after each of them what is in memory of the station is in doubt, and is read again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Protocol

import structlog
from aiohttp import WSCloseCode
from msgspec import Struct

from laddnav.gateway.answers.afar import LongReader
from laddnav.gateway.dispatch import CARRIES_ENERGY, Answer, Desk, answering, apologising
from laddnav.gateway.line.pace import LONG, Pace
from laddnav.gateway.line.received import STORING, Received, Storing
from laddnav.gateway.mending.reading import Leniency, Read, read_request
from laddnav.gateway.rooms import Rooms
from laddnav.journal.rules.masking import masked
from laddnav.ocpp.action import Version, encode
from laddnav.ocpp.connection import Connection
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.ocpp.events import CallReceived, SendReceived
from laddnav.sessions.model import EvidenceReason
from laddnav.stations.live import LiveStation
from laddnav.stations.model import Registration
from laddnav.storage.errors import Fenced, StorageError, StorageUnavailable, Unstorable
from laddnav.storage.write import Write

BOOT: Final = "BootNotification"
AWAY: Final = (WSCloseCode.TRY_AGAIN_LATER, "the database is away")
_ELSEWHERE: Final = (WSCloseCode.GOING_AWAY, "the station is connected elsewhere")
_AGAIN_SECONDS: Final = 0.5
_log = structlog.get_logger(__name__)


class Line(Protocol):
    """What answering needs of its link."""

    def go_on(self, waiting: Awaitable[None] | None) -> None:
        """Take the next message, after what is still to be awaited for the last one."""
        ...

    def flush(self, call: CallReceived | None = None) -> None:
        """Send what the connection has to send; `call` is what it answers."""
        ...

    def give_up(self, code: int, reason: str) -> None:
        """Close the link, and answer nothing that came over it."""
        ...

    def doubt(self) -> None:
        """Note that the station's state in memory must be read again."""
        ...

    def count(self, violation: str, example: str = "") -> None:
        """Count something that the station did wrong; `example` is where it was seen."""
        ...

    def promise(self, heartbeat_seconds: float) -> None:
        """Note the heartbeat interval that the station was given."""
        ...


def parting(error: Fenced | StorageUnavailable) -> tuple[WSCloseCode, str]:
    """Return how a link is closed on which something could not be stored."""
    return _ELSEWHERE if isinstance(error, Fenced) else AWAY


class Answering:
    """Answers the messages of one link, one after the other.

    Args:
        live: The station's state, which this link may use until it ends.
        hold_seconds: How long a message that carries energy waits for a database that is away.
        pace: How what is long is done.
    """

    __slots__ = (
        "_connection",
        "_functions",
        "_hold_seconds",
        "_line",
        "_live",
        "_pace",
        "_reader",
        "_rooms",
        "_version",
    )

    def __init__(
        self,
        *,
        rooms: Rooms,
        line: Line,
        connection: Connection,
        live: LiveStation,
        hold_seconds: float,
        pace: Pace,
    ) -> None:
        self._rooms = rooms
        self._line = line
        self._connection = connection
        self._version: Version = connection.version
        self._functions = answering(connection.version)
        self._live = live
        self._hold_seconds = hold_seconds
        self._pace = pace
        self._reader = LongReader(connection.version, rooms.menders, pace)

    def begin(self, received: Received) -> Awaitable[None] | Storing | None:
        """Answer at once and return None, or do what else it takes.

        Returns:
            What is still to be waited for; `STORING` where `Line.go_on` will be called instead.
        """
        action = received.call.action
        if not self._may_speak(action.name):
            words = f"{action.name} is not taken before the station is accepted"
            error = RemoteProtocolError(ErrorCode.SECURITY_ERROR, words)
            return self._turn_down(received, error, EvidenceReason.NOT_REGISTERED)
        leniency = self._leniency(action.name)
        if len(received.text) > LONG:
            return self._begin_long(received, leniency)
        try:
            read = read_request(self._version, action, received.call.payload, leniency)
        except RemoteProtocolError as error:
            return self._turn_down(received, error, EvidenceReason.UNREADABLE)
        return self._dispatch(received, self._desk(received, read), read.payload)

    async def _begin_long(self, received: Received, leniency: Leniency) -> None:
        """Do as `begin`, where reading may take so long that others must not wait for it."""
        call = received.call
        waiting: Awaitable[None] | Storing | None
        try:
            read = await self._reader.request(call.action, call.payload, leniency)
        except RemoteProtocolError as error:
            waiting = self._turn_down(received, error, EvidenceReason.UNREADABLE)
        else:
            desk = self._desk(received, read)
            waiting = self._dispatch(received, desk, read.payload, awaited=True)
        if waiting is not None and waiting is not STORING:
            await waiting

    def _desk(self, received: Received, read: Read) -> Desk:
        if read.mends:
            for mend in read.mends:
                self._line.count(
                    f"{mend.kind} {mend.path}", f"{received.call.action.name} {mend.path}"
                )
        live = self._live
        return Desk(
            key=live.key,
            version=self._version,
            now=received.at,
            raw=received.text,
            live=live,
            rooms=self._rooms,
            pace=self._pace,
            mends=read.mends,
        )

    def _may_speak(self, name: str) -> bool:
        """The registration gate: Boot is always heard (B02.FR.09, B03.FR.07).

        A station that is only being configured first is accepted at once if it tells of energy.
        """
        if name in CARRIES_ENERGY:
            self._live.held = False
        if self._live.registration is Registration.ACCEPTED or name == BOOT:
            return True
        return self._live.may_speak(name, self._rooms.clock.monotonic())

    def _leniency(self, name: str) -> Leniency:
        if self._live.station.settings.strict:
            return Leniency.STRICT
        return Leniency.SALVAGE if name in CARRIES_ENERGY else Leniency.MEND

    def _dispatch(
        self, received: Received, desk: Desk, payload: Struct, *, awaited: bool = False
    ) -> Awaitable[None] | Storing | None:
        """Let a translator answer; `awaited`: what it wrote is to be waited for here."""
        function = self._functions.get(received.call.action.name)
        if function is None:
            words = f"{received.call.action.name} is not supported here"
            error = RemoteProtocolError(ErrorCode.NOT_SUPPORTED, words)
            return self._turn_down(received, error, EvidenceReason.UNREADABLE)
        try:
            result = function(desk, payload)
        except Exception as error:  # noqa: BLE001 - whatever fails for one station must not reach the others
            return self._stumble(received, desk, error)
        if awaited or not isinstance(result, Answer):
            return self._finish(received, desk, result, lambda: function(desk, payload))
        if result.write is None:
            return self._answer(received, desk, result)
        self._rooms.database.submit(result.write, partial(self._settled, received, desk, result))
        return STORING

    def _settled(
        self, received: Received, desk: Desk, answer: Answer, error: Exception | None
    ) -> None:
        """The write has ended, well or not: draw the consequences."""
        if error is None:
            self._line.go_on(self._answer(received, desk, answer))
            return
        self._line.go_on(self._answer_unstored(received, desk, answer, error))

    async def _answer_unstored(
        self, received: Received, desk: Desk, answer: Answer, error: Exception
    ) -> None:
        if not isinstance(error, StorageError):
            await self._stumble(received, desk, error)
        elif await self._is_answered(received, error):
            sorry = self._answer(received, desk, answer)
            if sorry is not None:
                await sorry

    async def _finish(
        self,
        received: Received,
        desk: Desk,
        result: Answer | Awaitable[Answer],
        translate: Callable[[], Answer | Awaitable[Answer]],
    ) -> None:
        """Wait for the verdict, store what it came to, and answer: all within the hold time."""
        deadline = asyncio.get_running_loop().time() + self._hold_seconds
        try:
            answer = await self._verdict(received, result, translate, deadline)
            stored = answer.write is None or await self._stored(received, answer.write, deadline)
        except StorageUnavailable:
            self._do_without(received)
            return
        except Exception as error:  # noqa: BLE001 - whatever fails for one station must not reach the others
            await self._stumble(received, desk, error)
            return
        if stored:
            sorry = self._answer(received, desk, answer)
            if sorry is not None:
                await sorry

    async def _verdict(
        self,
        received: Received,
        result: Answer | Awaitable[Answer],
        translate: Callable[[], Answer | Awaitable[Answer]],
        deadline: float,
    ) -> Answer:
        """Return the answer; one to a message that carries energy may wait for the database.

        Nothing was recorded where the database was away, so that it can be tried again.
        """
        loop = asyncio.get_running_loop()
        while not isinstance(result, Answer):
            try:
                return await result
            except StorageUnavailable:
                if not _carries_energy(received) or loop.time() >= deadline:
                    raise
            await asyncio.sleep(_AGAIN_SECONDS)
            result = translate()
        return result

    async def _stored(self, received: Received, write: Write, deadline: float) -> bool:
        """Make `write` durable until `deadline`; False: it must not be answered.

        What is not durable by then may become so later, unless the station's next link is faster.
        """
        try:
            async with asyncio.timeout_at(deadline):
                await self._rooms.database.commit(write)
        except TimeoutError:
            return await self._is_answered(received, StorageUnavailable())
        except StorageError as error:
            return await self._is_answered(received, error)
        return True

    async def _is_answered(self, received: Received, error: StorageError) -> bool:
        """Draw the consequences of a write that failed; False: it must not be answered."""
        if isinstance(error, Fenced | StorageUnavailable):
            self._line.give_up(*parting(error))
            return False
        self._line.doubt()
        _log.warning("a message cannot be stored", **self._about(received))
        return not _carries_energy(received) or await self._kept(
            received, EvidenceReason.UNSTORABLE
        )

    async def _kept(self, received: Received, reason: EvidenceReason) -> bool:
        """Keep a message as evidence; False: that is not durable, so it must not be answered."""
        frame = received.text.encode("utf-8", "replace")
        write = self._rooms.sessions.keep_evidence(
            self._live.key, frame, reason, received_at=received.at
        )
        try:
            await self._rooms.database.commit(write)
        except Unstorable:
            shown = masked(received.text, None)
            _log.error("a message cannot be kept", frame=shown, **self._about(received))
        except (Fenced, StorageUnavailable) as error:
            self._line.give_up(*parting(error))
            return False
        return True

    def _do_without(self, received: Received) -> None:
        """End a message for which the database would have been needed."""
        if _carries_energy(received):
            self._line.give_up(*AWAY)
        else:
            self._refuse(received, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))

    def _turn_down(
        self, received: Received, error: RemoteProtocolError, reason: EvidenceReason
    ) -> Awaitable[None] | None:
        """Refuse a message; one that carries energy is kept first."""
        self._line.count(f"refused {error.code}")
        if _carries_energy(received):
            return self._turn_down_kept(received, error, reason)
        self._refuse(received, error)
        return None

    async def _turn_down_kept(
        self, received: Received, error: RemoteProtocolError, reason: EvidenceReason
    ) -> None:
        if await self._kept(received, reason):
            self._refuse(received, error)

    async def _stumble(self, received: Received, desk: Desk, error: Exception) -> None:
        """End a message on which its translator failed.

        What it refused itself is the station's fault; everything else is ours, and logged once.
        """
        if isinstance(error, Fenced):
            self._line.give_up(*parting(error))
            return
        if isinstance(error, RemoteProtocolError) and not _carries_energy(received):
            self._line.count(f"refused {error.code}")
            self._refuse(received, error)
            return
        _log.error("a message could not be answered", exc_info=error, **self._about(received))
        self._line.doubt()
        if not _carries_energy(received):
            self._refuse(received, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))
        elif await self._kept(received, EvidenceReason.UNREADABLE):
            await self._apologise(received, desk)

    async def _apologise(self, received: Received, desk: Desk) -> None:
        """Answer a message that could not be taken and that the station must not send again."""
        try:
            response = await apologising(self._version, received.call.action, desk)
            self._reply(received, response)
        except (Fenced, StorageUnavailable) as error:
            self._line.give_up(*parting(error))
        except Exception as error:  # noqa: BLE001 - the apology was the last thing to try, so whatever fails is logged and refused
            _log.error("no valid answer was found", exc_info=error, **self._about(received))
            self._refuse(received, RemoteProtocolError(ErrorCode.INTERNAL_ERROR))

    def _answer(self, received: Received, desk: Desk, answer: Answer) -> Awaitable[None] | None:
        """Send an answer, then do what comes after it."""
        try:
            if answer.response is not None:
                self._reply(received, answer.response)
            if answer.after is not None:
                answer.after()
        except Exception as error:  # noqa: BLE001 - whatever fails for one station must not reach the others
            return self._stumble(received, desk, error)
        return None

    def _reply(self, received: Received, response: Struct) -> None:
        call = received.call
        if isinstance(call, SendReceived):
            return
        # as JSON: what answers in 2.0.1 answers in 2.1, and whatever is wrong is never sent
        self._connection.reply(call, encode(response))
        self._line.flush(call)
        if call.action.name == BOOT:
            self._line.promise(getattr(response, "interval", 0))

    def _refuse(self, received: Received, error: RemoteProtocolError) -> None:
        if isinstance(received.call, CallReceived):
            self._connection.refuse(received.call, error)
            self._line.flush(received.call)

    def _about(self, received: Received) -> dict[str, str]:
        """Return what a line of the log says about a message."""
        return {
            "station": str(self._live.key),
            "version": self._version.value,
            "action": received.call.action.name,
        }


def _carries_energy(received: Received) -> bool:
    return received.call.action.name in CARRIES_ENERGY
