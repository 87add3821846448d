"""Processes for whatever would hold the event loop longer than 20 ms."""

import asyncio
import pickle
import socket
import subprocess
import sys
from asyncio import BaseTransport, Future, Transport
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final, TypeVar, TypeVarTuple, cast

from typing_extensions import override

from laddnav.worker.child import HEAD, framed

_PROCESSES: Final = 2
_LAST_SECONDS: Final = 5.0
_STDERR: Final = 2
_BEGIN: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from laddnav.worker.child import serve; serve()"
)
_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class PoolError(Exception):
    """A call was not done; the text says why. It may have been begun."""


class Pool:
    """Processes that do calls, each one at a time; none runs before it is needed.

    They share nothing with this process: they are begun anew, not forked, and end with it, even
    if it is killed. A call that is not done in time takes its process with it.

    Args:
        processes: As many at most.
    """

    def __init__(self, processes: int = _PROCESSES) -> None:
        self._places = asyncio.Semaphore(processes)
        self._idle: list[_Child] = []
        self._all: set[subprocess.Popen[bytes]] = set()
        self._is_closed = False

    async def run(self, function: Callable[[*_Ts], _T], *arguments: *_Ts, seconds: float) -> _T:
        """Return what `function(*arguments)` returns, or raise what it raises.

        Args:
            function: Of a module, by its name: it is looked up in the other process.
            arguments: They are pickled, as what comes back is; that is done on the loop.
            seconds: How long it may take, the wait for a free process included.

        Raises:
            PoolError: It was not done in time, or its process ended.
        """
        name = function.__qualname__
        try:
            async with asyncio.timeout(seconds), self._places:
                told = await self._ask(framed(pickle.dumps((function, arguments))))
        except TimeoutError:
            message = f"{name} was not done within {seconds:g} s"
            raise PoolError(message) from None
        except (OSError, EOFError) as error:
            message = "the pool is closed" if self._is_closed else f"the process of {name} ended"
            raise PoolError(message) from error
        done, result = pickle.loads(told)  # noqa: S301 - what is unpickled comes from our own child process, through a pipe
        if not done:
            raise result
        return cast("_T", result)

    async def close(self) -> None:
        """End all processes; calls that are not done fail."""
        self._is_closed = True
        for process in self._all:
            process.kill()
        while self._idle:
            self._idle.pop().kill()
        await asyncio.to_thread(_reap, list(self._all))

    async def _ask(self, call: bytes) -> bytes:
        child = await self._free()
        try:
            told = await child.ask(call)
        except BaseException:
            child.kill()  # nobody knows what it is at
            raise
        self._idle.append(child)
        return told

    async def _free(self) -> "_Child":
        """Return a process that has nothing to do; `OSError`: there can be none."""
        while self._idle:
            child = self._idle.pop()
            if child.is_alive:
                return child
        if self._is_closed:
            raise EOFError
        self._all = {process for process in self._all if process.poll() is None}
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = _begin(theirs)
            self._all.add(process)
            return await _connect(process, ours)
        except BaseException:
            ours.close()  # which ends the process, if there is one
            raise


class _Child(asyncio.Protocol):
    """One process, from here."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._received = bytearray()
        self._told: Future[bytes] | None = None

    @property
    def is_alive(self) -> bool:
        """Whether nothing is known of its end."""
        return not self._line.is_closing() and self.process.poll() is None

    async def ask(self, call: bytes) -> bytes:
        """Send a call and return its answer; `EOFError`: the process ended."""
        if self._line.is_closing():
            raise EOFError
        self._told = asyncio.get_running_loop().create_future()
        self._line.write(call)
        return await self._told

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        self._line.abort()

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        self._line = cast("Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        received = self._received
        received += data
        if len(received) >= HEAD and len(received) >= HEAD + int.from_bytes(received[:HEAD]):
            self._received = bytearray()
            if self._told is not None and not self._told.done():
                self._told.set_result(bytes(received[HEAD:]))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._told is not None and not self._told.done():
            self._told.set_exception(EOFError())


def _begin(line: socket.socket) -> "subprocess.Popen[bytes]":
    """Begin a process, in less than a millisecond.

    A loop of uvloop forks for it, which takes longer the more memory this process has.
    """
    return subprocess.Popen(  # noqa: S603 - it runs this interpreter with our own code, nothing from outside
        [sys.executable, "-P", "-c", _BEGIN, *sys.path],
        stdin=line.fileno(),
        stdout=_STDERR,
        start_new_session=True,
    )


async def _connect(process: "subprocess.Popen[bytes]", line: socket.socket) -> _Child:
    _, child = await asyncio.get_running_loop().create_unix_connection(
        lambda: _Child(process), sock=line
    )
    return child


def _reap(processes: "Iterable[subprocess.Popen[bytes]]") -> None:
    """Wait until killed processes have ended."""
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_SECONDS)
