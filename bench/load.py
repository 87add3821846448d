"""The load generator, a process of its own: `python -m bench.load --url URL --stations N`.

It reads commands from standard input, one to a line, and answers each with a line of JSON (or ends
with a message on standard error and status 1, for a measurement with a failure in it is void):

    connect     every station connects, authenticates and boots      -> Storm
    begin       every station starts a transaction                   -> {}
    messages N  N messages of the mix, each station one at a time     -> Batch
    heartbeats N M    N heartbeats of the first M stations, likewise  -> Batch
    drop        every station goes away without a word               -> {}
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import msgspec
import uvloop

from bench.figures import Batch, Storm, percentile
from bench.mix import Speaker, identity, password
from bench.wire import Link, WireError, connect

_CALL, _RESULT = b"[2,", b"[3,"


class Station:
    """One station: asks, and checks that what comes is the result of what it asked."""

    def __init__(self, index: int, source: str | None) -> None:
        self._index = index
        self._source = source
        self._link: Link | None = None
        self._answered: Callable[[bytes], None] | None = None
        self._failed: Callable[[Exception], None] | None = None
        self.speaker = Speaker(index)

    async def connect(self, url: str) -> None:
        """Connect and boot.

        Raises:
            WireError: The server refused the connection or the boot.
        """
        name = identity(self._index)
        self._link = await connect(url, name, password(self._index), self._source)
        self._link.on_text = self._hear
        self._link.lost.add_done_callback(self._lose)
        answer = await self.ask(self.speaker.boot())
        if answer.get("status") != "Accepted":
            message = f"{name} boots and hears {answer}"
            raise WireError(message)

    async def begin(self) -> None:
        """Start the transaction that later meter values belong to."""
        await self.ask(self.speaker.status())
        answer = await self.ask(self.speaker.start())
        if answer["idTagInfo"]["status"] != "Accepted":
            message = f"{identity(self._index)} starts and hears {answer}"
            raise WireError(message)
        self.speaker.transaction_id = answer["transactionId"]

    async def ask(self, frame: bytes) -> dict[str, Any]:
        """Send a call and return the payload of its result."""
        answer = asyncio.get_running_loop().create_future()
        self.send(frame, answer.set_result, answer.set_exception)
        result: dict[str, Any] = msgspec.json.decode(await answer)[2]
        return result

    def send(
        self,
        frame: bytes,
        answered: Callable[[bytes], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Send a call; one of the two is told, at once, what came of it."""
        if self._link is None:
            message = f"{identity(self._index)} is not connected"
            raise WireError(message)
        self._answered, self._failed = answered, failed
        self._link.send(frame)

    async def drop(self) -> None:
        """Go away without a word."""
        if self._link is not None:
            self._failed = None
            self._link.drop()
            await self._link.lost

    def _hear(self, text: bytes) -> None:
        if text.startswith(_CALL):
            self._decline(text)
            return
        answered, self._answered = self._answered, None
        expected = _RESULT + b'"' + self.speaker.message_id + b'"'
        if answered is None or not text.startswith(expected):
            message = f"{identity(self._index)} wants {expected!r} and hears {text[:300]!r}"
            raise WireError(message)
        answered(text)

    def _decline(self, text: bytes) -> None:
        """Answer a command, which these stations know none of."""
        assert self._link is not None  # noqa: S101 - for mypy: a frame has just come over this link
        error = [4, msgspec.json.decode(text)[1], "NotImplemented", "", {}]
        self._link.send(msgspec.json.encode(error))

    def _lose(self, _: object) -> None:
        if self._failed is not None and self._link is not None:
            self._failed(self._link.failure or WireError("the server has closed the connection"))


class Fleet:
    """All stations, and the commands."""

    def __init__(self, url: str, stations: int, *, in_flight: int, sources: int) -> None:
        self._url = url
        self._in_flight = in_flight
        self._stations = [
            Station(index, f"127.0.0.{2 + index % sources}" if sources > 1 else None)
            for index in range(stations)
        ]

    async def run(self, command: str) -> object:
        """Run one command and return what its line of JSON says."""
        name, *arguments = command.split()
        match name:
            case "connect":
                return await self._connect()
            case "begin":
                await self._each(Station.begin)
            case "messages":
                return await _ClosedLoop(self._stations, int(arguments[0]), Speaker.next).run()
            case "heartbeats":
                count, first = map(int, arguments)
                return await _ClosedLoop(self._stations[:first], count, Speaker.heartbeat).run()
            case "drop":
                await self._each(Station.drop)
            case _:
                message = f"no such command: {command!r}"
                raise ValueError(message)
        return {}

    async def _connect(self) -> Storm:
        started = time.perf_counter()
        times: list[float] = []

        async def one(station: Station) -> None:
            began = time.perf_counter()
            await station.connect(self._url)
            times.append(time.perf_counter() - began)

        await self._each(one)
        return Storm(
            stations=len(times),
            wall_s=time.perf_counter() - started,
            p50_ms=percentile(times, 50) * 1e3,
            p99_ms=percentile(times, 99) * 1e3,
        )

    async def _each(self, act: Callable[[Station], Awaitable[None]]) -> None:
        """Let every station act, `in_flight` of them at a time."""
        waiting = iter(self._stations)

        async def some(stations: Iterator[Station]) -> None:
            for station in stations:
                await act(station)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._in_flight, len(self._stations))):
                group.create_task(some(waiting))


class _ClosedLoop:
    """A number of messages, each station sending its next one when its last is answered."""

    def __init__(
        self, stations: Sequence[Station], messages: int, speak: Callable[[Speaker], bytes]
    ) -> None:
        self._stations = stations
        self._speak = speak
        self._to_send = messages
        self._latencies: list[float] = []
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._busy = 0

    async def run(self) -> Batch:
        started = time.perf_counter()
        for station in self._stations:
            self._busy += 1
            self._next(station)
        await self._done
        return Batch(
            messages=len(self._latencies),
            wall_s=time.perf_counter() - started,
            p50_ms=percentile(self._latencies, 50) * 1e3,
            p99_ms=percentile(self._latencies, 99) * 1e3,
        )

    def _next(self, station: Station) -> None:
        if self._to_send == 0:
            self._busy -= 1
            if self._busy == 0 and not self._done.done():
                self._done.set_result(None)
            return
        self._to_send -= 1
        frame = self._speak(station.speaker)
        sent = time.perf_counter()

        def answered(_: bytes) -> None:
            self._latencies.append(time.perf_counter() - sent)
            self._next(station)

        station.send(frame, answered, self._fail)

    def _fail(self, error: Exception) -> None:
        if not self._done.done():
            self._done.set_exception(error)


async def serve(fleet: Fleet) -> None:
    """Obey the commands on standard input until it ends."""
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        answer = await fleet.run(line.decode())
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
        sys.stdout.flush()


def main() -> None:
    """Run the process; a failure is one line on standard error and status 1."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--url", required=True, help="ws://HOST:PORT/PATH, without the identity")
    parser.add_argument("--stations", type=int, required=True)
    parser.add_argument("--in-flight", type=int, default=500, help="connecting at a time")
    parser.add_argument("--sources", type=int, default=1, help="loopback addresses to come from")
    given = parser.parse_args()

    async def run() -> None:
        fleet = Fleet(given.url, given.stations, in_flight=given.in_flight, sources=given.sources)
        await serve(fleet)

    try:
        uvloop.run(run())
    except* (WireError, OSError) as group:
        sys.exit(f"the load failed: {group.exceptions[0]}")


if __name__ == "__main__":
    main()
