"""Two server processes on one database: a station is reached wherever it is connected."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from tests.postgres import PostgresServer
from tests.system.foreign import Foreign, add, plugged
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

NATS_SERVER = Path(sys.executable).parent / "nats-server"
PASSWORD = "a long password"
ACCEPTED = {"result": {"status": "Accepted"}}


class Node(NamedTuple):
    """A server process and its API."""

    server: LaddnavServer
    api: ApiClient


class Nodes(NamedTuple):
    """Two nodes, and a place without a server from which their database is reached."""

    a: Node
    b: Node
    elsewhere: LaddnavServer


@pytest.fixture(scope="module")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a NATS server."""
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


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["postgresql", "nats"])
async def nodes(
    request: pytest.FixtureRequest,
    postgres_server: PostgresServer,
    postgres_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Nodes]:
    """Two nodes whose bus is PostgreSQL's, and two on a NATS server; each test has its stations.

    At the end they must have logged no error: no test provokes one.
    """
    bus = request.getfixturevalue("nats_url") if request.param == "nats" else ""
    database = postgres_server.create(postgres_template)

    def server(name: str) -> LaddnavServer:
        folder = tmp_path_factory.mktemp(name)
        return LaddnavServer(postgres_server.url(database), folder, node=name, bus=bus)

    async with AsyncExitStack() as stack:
        both: list[Node] = []
        for name in ("a", "b"):
            running = await stack.enter_async_context(server(name))
            api = await stack.enter_async_context(await running.client())
            both.append(Node(running, api))
        yield Nodes(both[0], both[1], server("elsewhere"))
    logged = [line for node in both for line in node.server.log.splitlines()]
    assert [line for line in logged if json.loads(line)["level"] == "error"] == []
    postgres_server.drop(database)


def station(node: Node, identity: str, version: str = "1.6") -> Any:
    """Connect a station to a node."""
    return plugged(node.server.ocpp, identity, version, password=PASSWORD)


async def admit(node: Node, identity: str) -> None:
    await add(node.api, identity, security_profile=1, password=PASSWORD)


async def change(node: Node, identity: str, **fields: Any) -> None:
    response = await node.api.http.patch(f"stations/{identity}", json=fields)
    assert response.status_code == 200, response.text


async def until(asked: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Ask again and again until the answer is `wanted`."""
    async with asyncio.timeout(60):
        while await asked() != wanted:  # noqa: ASYNC110 - another process decides when
            await asyncio.sleep(0.05)


async def connected_at(node: Node) -> float:
    """Return how many stations' sockets a node holds."""
    response = await node.api.http.get(f"{node.server.web}/metrics")
    line = next(
        line for line in response.text.splitlines() if line.startswith("laddnav_stations_connected")
    )
    return float(line.split()[-1])


async def shows_connected(node: Node, identity: str) -> None:
    await node.api.until(f"stations/{identity}", lambda shown: shown["connected"])
    listed = await node.api.items("stations", connected="true")
    assert identity in [item["identity"] for item in listed]


async def shows_gone(node: Node, identity: str) -> None:
    await node.api.until(f"stations/{identity}", lambda shown: not shown["connected"])


async def reached_through(node: Node, identity: str, point: Foreign) -> None:
    """Call a station through a node."""
    point.answers("ClearCache", status="Accepted")
    assert await node.api.call(identity, "ClearCache", {}) == ACCEPTED
    assert (await point.told()).action == "ClearCache"


async def test_a_station_is_commanded_through_the_other_node(nodes: Nodes) -> None:
    a, b, elsewhere = nodes
    await admit(a, "COMMANDED")
    async with station(b, "COMMANDED", "2.0.1") as point:
        await point.boot()
        await shows_connected(a, "COMMANDED")
        point.answers("Reset", status="Accepted")
        assert await a.api.call("COMMANDED", "Reset", {"type": "Immediate"}) == ACCEPTED
        assert (await point.told()).fields == {"type": "Immediate"}
        point.fails("ClearCache", NotImplementedError("no cache"))
        failed = await a.api.call("COMMANDED", "ClearCache", {})
        assert failed["error"]["code"]
        body = {"action": "Reset", "payload": {"type": "Never"}}
        await a.api.post("stations/COMMANDED/calls", body, status=422)
        listed = await a.api.get("stations/COMMANDED/commands")
        assert listed == await b.api.get("stations/COMMANDED/commands")
        assert "Reset" in [item["name"] for item in listed["items"]]
        told = await elsewhere.command("call", "COMMANDED", "Reset", '{"type": "OnIdle"}')
        assert json.loads(told) == ACCEPTED
        assert (await point.told()).action == "ClearCache"
        assert (await point.told()).fields == {"type": "OnIdle"}
        await until(lambda: connected_at(a), 0)
        await until(lambda: connected_at(b), 1)
    await shows_gone(a, "COMMANDED")
    body = {"action": "Reset", "payload": {"type": "Immediate"}}
    await a.api.post("stations/COMMANDED/calls", body, status=409)


async def test_verbs_reach_a_station_through_the_other_node(nodes: Nodes) -> None:
    a, b, _ = nodes
    await admit(a, "VERBS")
    async with station(b, "VERBS") as point:
        await point.boot()
        await shows_connected(a, "VERBS")
        point.answers("UnlockConnector", status="Unlocked")
        place = {"evse": 1, "connector": 1}
        unlocked = await a.api.post("stations/VERBS/commands/unlock", place)
        assert (unlocked["status"], unlocked["wire_status"]) == ("accepted", "Unlocked")
        assert (await point.told()).fields == {"connector_id": 1}
        entry = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        point.answers("GetConfiguration", configuration_key=[entry], unknown_key=["X"])
        names = {"names": ["HeartbeatInterval", "X"]}
        read = await a.api.post("stations/VERBS/commands/get-configuration", names)
        assert ([each["value"] for each in read["variables"]], read["unknown"]) == (["300"], ["X"])
        point.answers("ChangeConfiguration", status="RebootRequired")
        values = {"values": {"HeartbeatInterval": "600"}}
        written = await a.api.post("stations/VERBS/commands/set-configuration", values)
        assert written["results"]["HeartbeatInterval"]["status"] == "reboot_required"


async def test_what_is_changed_at_one_node_holds_at_the_other_at_once(nodes: Nodes) -> None:
    a, b, elsewhere = nodes
    await admit(a, "CHANGED")
    async with station(b, "CHANGED") as point:

        async def verdict() -> object:
            return (await point.boot()).status

        assert await verdict() == "Accepted"
        await change(a, "CHANGED", registration="pending")
        await until(verdict, "Pending")
        await elsewhere.command("station", "change", "CHANGED", "--registration", "accepted")
        await until(verdict, "Accepted")
        removed = await a.api.http.delete("stations/CHANGED")
        assert removed.is_success
        assert await point.closed() == (1008, "the station was removed")


async def test_a_station_moves_from_node_to_node_and_back(nodes: Nodes) -> None:
    a, b, _ = nodes
    await admit(a, "MOVING")
    async with station(b, "MOVING") as point:
        await point.boot()
        await reached_through(a, "MOVING", point)
    await shows_gone(a, "MOVING")
    async with station(a, "MOVING") as point:
        await point.boot()
        await shows_connected(b, "MOVING")
        await reached_through(b, "MOVING", point)
    await shows_gone(b, "MOVING")
    async with station(b, "MOVING") as point:
        assert (await point.boot()).status == "Accepted"
        await shows_connected(a, "MOVING")
        await reached_through(a, "MOVING", point)
    lines = await a.api.items("stations/MOVING/timeline")
    links = [line["value"] for line in lines if line["kind"] == "connection"]
    assert set(links) == {"connected", "disconnected"}


async def test_the_newest_connection_wins_over_an_older_one_at_the_other_node(
    nodes: Nodes,
) -> None:
    a, b, _ = nodes
    await admit(a, "NEWEST")
    async with station(b, "NEWEST") as older:
        await older.boot()
        async with station(a, "NEWEST") as newer:
            assert await older.closed() == (1000, "replaced by a newer connection")
            await newer.boot()
            await until(lambda: connected_at(b), 0)
            await shows_connected(b, "NEWEST")
            await reached_through(b, "NEWEST", newer)
            await until(lambda: connected_at(a), 1)
