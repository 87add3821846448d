"""One contract for every bus: the one within a process, PostgreSQL's and NATS'."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from laddnav.bus.local import LocalBus
from laddnav.bus.nats import NatsBus
from laddnav.bus.postgresql import PostgresqlBus
from laddnav.bus.signals import MAX_PAYLOAD, Bus, NoAnswerError

NATS_SERVER = Path(sys.executable).parent / "nats-server"


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ports = tmp_path_factory.mktemp("nats")
    server = subprocess.Popen(
        [NATS_SERVER, "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", ports],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stderr is not None
    for line in server.stderr:
        if "Listening for client connections on" in line:
            yield f"nats://{line.split()[-1]}"
            break
    server.terminate()
    server.stderr.close()
    server.wait()


@pytest.fixture(params=["local", "postgresql", "nats"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bus, Bus]]:
    """Two nodes' ends of one bus (one and the same end for the bus within a process)."""
    if request.param == "local":
        bus = LocalBus()
        ends: tuple[Bus, Bus] = (bus, bus)
    else:
        make: Callable[[str], Bus] = NatsBus if request.param == "nats" else PostgresqlBus
        url: str = request.getfixturevalue(
            f"{'nats' if request.param == 'nats' else 'postgres'}_url"
        )
        ends = (make(url), make(url))
    for end in set(ends):
        await end.start()
    yield ends
    for end in set(ends):
        await end.close()


async def _echo(payload: bytes) -> bytes:
    return b"echo " + payload


async def _until_served(bus: Bus, subject: str) -> bytes:
    """Ask until the subscription has reached the broker."""
    while True:
        try:
            return await bus.request(subject, b"ping", seconds=0.2)
        except NoAnswerError:
            continue


async def test_a_request_reaches_the_node_that_serves_its_subject(pair: tuple[Bus, Bus]) -> None:
    here, there = pair
    await there.serve("node.b.call", _echo)
    assert await _until_served(here, "node.b.call") == b"echo ping"


async def test_a_payload_larger_than_one_notification_arrives_whole(pair: tuple[Bus, Bus]) -> None:
    here, there = pair
    await there.serve("large", _echo)
    await _until_served(here, "large")
    payload = bytes(range(256)) * 2000
    assert await here.request("large", payload, seconds=10) == b"echo " + payload


async def test_a_request_that_nobody_serves_ends_without_an_answer(pair: tuple[Bus, Bus]) -> None:
    with pytest.raises(NoAnswerError):
        await pair[0].request("nobody", b"", seconds=0.05)


async def test_a_responder_that_fails_gives_no_answer_and_goes_on(pair: tuple[Bus, Bus]) -> None:
    here, there = pair

    async def moody(payload: bytes) -> bytes:
        if payload == b"fail":
            raise ValueError
        return payload

    await there.serve("moody", moody)
    await _until_served(here, "moody")
    with pytest.raises(NoAnswerError):
        await here.request("moody", b"fail", seconds=0.2)
    assert await here.request("moody", b"well", seconds=10) == b"well"


async def test_a_bus_that_is_away_gives_no_answer_at_once(pair: tuple[Bus, Bus]) -> None:
    here, there = pair
    await there.serve("lost", _echo)
    await _until_served(here, "lost")
    await here.close()
    with pytest.raises(NoAnswerError):
        await here.request("lost", b"ping", seconds=3600)
    await here.publish("lost", b"news")


async def test_the_largest_payload_arrives(pair: tuple[Bus, Bus]) -> None:
    here, there = pair

    async def count(payload: bytes) -> bytes:
        return str(len(payload)).encode()

    await there.serve("largest", count)
    await _until_served(here, "largest")
    size = here.max_payload
    assert 700_000 < size <= MAX_PAYLOAD
    assert await here.request("largest", bytes(size), seconds=60) == str(size).encode()


async def test_all_listeners_hear_what_is_published(pair: tuple[Bus, Bus]) -> None:
    heard: list[bytes] = []
    both = asyncio.Event()

    def listen(payload: bytes) -> None:
        heard.append(payload)
        if len(set(heard)) < len(heard):
            both.set()

    for end in pair:
        await end.subscribe("news", listen)
    while not both.is_set():
        await pair[0].publish("news", b"same")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both.wait(), 0.1)
    assert set(heard) == {b"same"}


async def test_a_nats_server_that_is_not_there_is_waited_for_a_bounded_time() -> None:
    bus = NatsBus("nats://127.0.0.1:1", start_seconds=0.05)
    with pytest.raises(TimeoutError):
        await bus.start()
    await bus.close()
