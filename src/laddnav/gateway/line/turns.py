"""The messages of one link take turns: each is begun when the one before it is answered."""

import asyncio
from asyncio import Event, Task
from collections.abc import Awaitable, Callable
from typing import Final

from laddnav.gateway.line.received import STORING, Received, Storing

MOST_QUEUED: Final = 1024 * 1024
"""Characters; each message weighs at least a 32nd of it."""


class Turns:
    """The queue of one link, and what is being done for its head.

    A task exists only while something must be awaited; a write that is being made durable, the
    way of nearly every message, calls `go_on` instead.

    Args:
        begin: Begins to answer a message; returns what is still to be awaited, or `STORING`.
        between: Returns what is to be awaited before the next message, if anything.
        fail: Ends the link on a fault of ours, which is being handled.
    """

    __slots__ = ("_begin", "_between", "_fail", "_is_busy", "_queue", "_rest", "_room", "_worker")

    def __init__(
        self,
        *,
        begin: Callable[[Received], Awaitable[None] | Storing | None],
        between: Callable[[], Awaitable[None] | None],
        fail: Callable[[], None],
    ) -> None:
        self._begin = begin
        self._between = between
        self._fail = fail
        self._queue: list[Received] = []
        self._is_busy = False
        self._worker: Task[None] | None = None
        self._rest: Event | None = None
        self._room: Event | None = None

    def take(self, received: Received) -> None:
        """Begin with a message, or let it wait for its turn."""
        if self._is_busy:
            self._queue.append(received)
        else:
            self._begin_with(received)

    def hold(self, waiting: Awaitable[None] | None) -> None:
        """Let all messages wait for `waiting`, and for what is to be done before the next."""
        self._is_busy = True
        self._worker = asyncio.get_running_loop().create_task(self._wait(waiting))

    def go_on(self, waiting: Awaitable[None] | None) -> None:
        """Take the next message, after what is still to be awaited for the last one."""
        try:
            if waiting is None:
                waiting = self._between()
            if waiting is None:
                self._take_next()
            else:
                self.hold(waiting)
        except Exception:  # noqa: BLE001 - whatever fails for one station must not reach the others
            self._end()

    async def rested(self) -> None:
        """Wait until nothing is being answered."""
        while self._is_busy:
            self._rest = self._rest or Event()
            self._rest.clear()
            await self._rest.wait()

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be read from the station for now."""
        queue = self._queue
        if not queue:
            return False
        return sum(max(len(one.text), MOST_QUEUED // 32) for one in queue) >= MOST_QUEUED

    def room(self) -> Awaitable[object]:
        """Return what ends when the next message is taken, from now on, or at `make_room`."""
        self._room = Event()
        return self._room.wait()

    def make_room(self) -> None:
        """Let the reader go on."""
        if self._room is not None:
            self._room.set()
            self._room = None

    def clear(self) -> None:
        """Drop what waits."""
        self._queue.clear()

    def _begin_with(self, received: Received) -> None:
        waiting = self._begin(received)
        if waiting is STORING:
            self._is_busy = True
        elif waiting is not None:
            self.hold(waiting)

    def _take_next(self) -> None:
        """Begin with the messages that wait, until one of them must be waited for."""
        self._is_busy = False
        self._worker = None
        while self._queue and not self._is_busy:
            received = self._queue.pop(0)
            self.make_room()
            self._begin_with(received)
        if self._rest is not None and not self._is_busy:
            self._rest.set()

    async def _wait(self, waiting: Awaitable[None] | None) -> None:
        try:
            if waiting is not None:
                await waiting
            between = self._between()
            if between is not None:
                await between
            self._take_next()
        except Exception:  # noqa: BLE001 - whatever fails for one station must not reach the others
            self._end()

    def _end(self) -> None:
        """A fault of ours: end the link, and let nobody wait for it."""
        self._fail()
        self._take_next()
