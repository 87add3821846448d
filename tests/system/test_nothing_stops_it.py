"""Abuse: whatever is done to the server, others go on charging and nothing of theirs is lost."""

import asyncio
import resource
import socket
import sqlite3
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from laddnav.ocpp.action import Version
from laddnav.simulator.chance import Chance
from laddnav.storage.url import SqliteUrl, parse_url
from tests.system.durable import readiness
from tests.system.foreign import add, plugged, sessions_of
from tests.system.load import admit_one
from tests.system.rough import Rough, rough
from tests.system.server import ApiClient, LaddnavServer
from tests.system.steady import goes_on, steady
from tests.system.telegraph import boot, ended, measured, name_of, started, telegraph

pytestmark = pytest.mark.system

SEED = "nothing stops it"
_FIGHTS = 80  # each of two twins is displaced 40 times
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}
NOON = "2026-03-02T12:00:00Z"


async def add_all(api: ApiClient, names: list[str]) -> None:
    """Register stations without passwords."""
    text = "\n".join(["identity,security_profile", *(f"{name},0" for name in names)])
    answer = await api.http.post(
        "stations/import", content=text, headers={"Content-Type": "text/csv"}
    )
    assert answer.json()["added"] == len(names), answer.text


# ---- connections -------------------------------------------------------------------------------


async def test_stations_that_come_and_go_within_90_ms_disturb_nobody(
    server: LaddnavServer, api: ApiClient
) -> None:
    names = [f"FLAP-{number}" for number in range(50)]
    await add_all(api, names)
    seconds = 30

    async def flap(identity: str, until_then: float) -> None:
        chance = Chance(f"{SEED}/{identity}")
        while asyncio.get_running_loop().time() < until_then:
            with suppress(ConnectionError):
                async with rough(server.ocpp, identity) as point:
                    point.tell(2, "1", "BootNotification", BOOT)
                    await asyncio.sleep(chance.whole(0, 90) / 1000)  # it lasts so long
            await asyncio.sleep(chance.whole(0, 90) / 1000)  # it lasts so long

    async with steady(server, api, seed=SEED), asyncio.TaskGroup() as group:
        end = asyncio.get_running_loop().time() + seconds
        for name in names:
            group.create_task(flap(name, end))
    async with rough(server.ocpp, names[0]) as point:
        assert (await point.ask("BootNotification", BOOT))["status"] == "Accepted"


async def test_two_stations_that_fight_for_one_identity_disturb_nobody_and_the_last_one_works(
    server: LaddnavServer, api: ApiClient
) -> None:
    await admit_one(api, "TWINS", "CARD-OF-TWINS")
    codes: list[int] = []

    async def insist() -> None:
        """Come back at once whenever the other one took the place, until both had enough."""
        while len(codes) < _FIGHTS:
            async with telegraph(server.ocpp, "TWINS", Version.V16) as twin:
                codes.append(await twin.closed())

    async with steady(server, api, seed=SEED) as tally:
        fights = [asyncio.create_task(insist()) for _ in range(2)]
        await asyncio.wait(fights, return_when=asyncio.FIRST_COMPLETED)
        async with telegraph(server.ocpp, "TWINS", Version.V16) as last:
            await asyncio.gather(*fights)
            await last.result("BootNotification", boot(Version.V16))
            await goes_on(tally)
    assert codes == [1000] * (_FIGHTS + 1)


async def test_400_starts_at_one_moment_are_each_answered_and_kept(
    server: LaddnavServer, api: ApiClient
) -> None:
    names = [f"RUSH-{number}" for number in range(400)]
    await add_all(api, names)
    tokens = "\n".join(["uid,type", *(f"{name},ISO14443" for name in names)])
    await api.http.post("tokens/import", content=tokens, headers={"Content-Type": "text/csv"})

    async def charge(point: Rough, name: str) -> int:
        start = {"connectorId": 1, "idTag": name, "meterStart": 5, "timestamp": NOON}
        answer = await point.ask("StartTransaction", start)
        assert answer["idTagInfo"]["status"] == "Accepted"
        number: int = answer["transactionId"]
        stop = {"transactionId": number, "meterStop": 12, "timestamp": "2026-03-02T13:00:00Z"}
        await point.ask("StopTransaction", stop)
        return number

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(steady(server, api, seed=SEED))
        points = [await stack.enter_async_context(rough(server.ocpp, name)) for name in names]
        pairs = zip(points, names, strict=True)
        numbers = await asyncio.gather(*(charge(point, name) for point, name in pairs))
    assert len(set(numbers)) == len(names)
    sessions = [s for s in await api.items("sessions") if s["station"] in set(names)]
    assert [(s["energy_wh"], s["state"]) for s in sessions] == [(7, "ended")] * len(names)


async def test_5000_connections_from_one_address_keep_nobody_out(
    server: LaddnavServer, api: ApiClient
) -> None:
    address = urlsplit(server.ocpp)
    assert address.hostname is not None
    assert address.port is not None
    async with steady(server, api, seed=SEED) as tally:
        crowd: list[socket.socket] = []
        try:
            for _ in range(5000):
                one = socket.socket()
                one.setblocking(False)  # noqa: FBT003 - the standard library's socket takes it by place
                crowd.append(one)
                await asyncio.get_running_loop().sock_connect(one, (address.hostname, address.port))
            await add(api, "LATE")
            async with plugged(server.ocpp, "LATE") as point:
                assert (await point.boot()).status == "Accepted"
            await goes_on(tally)
        finally:
            for one in crowd:
                one.close()


# ---- what they say -----------------------------------------------------------------------------


def garbage(number: int) -> str:
    """Return a frame that is none, a different one each time."""
    kinds = (
        '[2,"%d","Heartbeat"',
        '[2,"%d","DataTransfer",{"data":[]}]',
        "%d",
        '{"id":%d}',
        '[3,"%d",{}]',
        '[2,"%d","NoSuchAction",{}]',
        '[2,%d,"StatusNotification",[]]',
        '[[[[[[["%d"]]]]]]]',
        '[9,"%d"]',
        '[2,"%d","Authorize",{"idTag":[]}]',
    )
    return kinds[number % len(kinds)] % number


async def test_100000_frames_of_garbage_from_one_station_disturb_nobody(
    server: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "GARBAGE")
    total = 100_000
    async with (
        steady(server, api, seed=SEED) as tally,
        rough(server.ocpp, "GARBAGE") as point,
    ):
        heard = asyncio.create_task(_answered(point, "the last"))
        for number in range(total):
            point.wire.send(garbage(number))
            if number % 100 == 0:
                await asyncio.sleep(0)
        point.tell(2, "the last", "Heartbeat", {})
        await heard
        await goes_on(tally)
        counted = await api.get("stations/GARBAGE/violations")
    assert sum(item["count"] for item in counted["items"]) >= total // 2


async def _answered(point: Rough, message_id: str) -> None:
    """Read until this message is answered."""
    while (await point.hear())[1] != message_id:
        pass


async def test_an_identity_of_200_characters_is_refused_and_seen(
    server: LaddnavServer, api: ApiClient
) -> None:
    long = "L" * 200
    async with steady(server, api, seed=SEED):
        with pytest.raises(Exception, match="404"):
            async with plugged(server.ocpp, long):
                pass
        page = await api.until("refusals", lambda page: page["items"] != [])
        assert page["items"][0]["remedy"]
        refused = await api.http.post("stations", json={"identity": long})
        assert refused.status_code == 422


async def test_clocks_that_jump_do_not_change_what_was_charged(
    server: LaddnavServer, api: ApiClient
) -> None:
    await admit_one(api, "CLOCK", "CARD-OF-CLOCK")
    minutes = (0.0, 5.0, 5.0 + 1440, 6.0, -600_000.0, 7.0)
    for version in Version:
        identity = f"CLOCK-{version.name}"
        await admit_one(api, identity, identity)
        async with telegraph(server.ocpp, identity, version) as point:
            await point.result("BootNotification", boot(version))
            answer = await point.result(*started(version, identity, 0, 1000, "T1"))
            name = name_of(version, answer, "T1")
            for number, minute in enumerate(minutes, start=1):
                await point.result(*measured(version, number, minute, 1000 + 10 * number, name))
            await point.result(*ended(version, len(minutes) + 1, 8, 1100, name))
        [session] = await sessions_of(api, identity)
        assert (session["energy_wh"], session["state"]) == (100, "ended"), version


# ---- TLS ---------------------------------------------------------------------------------------


@pytest.fixture
def authority() -> trustme.CA:
    """Who signed the server's certificate."""
    return trustme.CA()


@pytest.fixture
async def safe(
    sqlite_url: str, tmp_path: Path, authority: trustme.CA
) -> AsyncIterator[LaddnavServer]:
    """A server with a TLS port, whose patience is short."""
    certificate = tmp_path / "server.pem"
    certificate.write_bytes(
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    )
    async with LaddnavServer(
        sqlite_url,
        tmp_path,
        ocpp_tls="127.0.0.1:0",
        tls_certificates=str(certificate),
        handshake_seconds="1",
    ) as running:
        yield running


async def test_tls_handshakes_that_are_never_finished_keep_nobody_out(
    safe: LaddnavServer, authority: trustme.CA
) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    address = urlsplit(safe.ocpp_tls)
    async with await safe.client() as api:
        await add(api, "SAFE", security_profile=2, password="a long password")
        async with steady(safe, api, seed=SEED) as tally:
            slow = [
                await asyncio.open_connection(address.hostname, address.port) for _ in range(300)
            ]
            for _, writer in slow:
                writer.write(b"\x16\x03\x01\x02")  # the beginning of a ClientHello
            async with plugged(
                safe.ocpp_tls, "SAFE", password="a long password", ssl=trusting
            ) as point:
                assert (await point.boot()).status == "Accepted"
            await goes_on(tally)
            for reader, writer in slow:
                assert await reader.read() == b""
                writer.close()


# ---- what is below -----------------------------------------------------------------------------


async def test_a_database_that_is_slow_by_2_s_loses_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    url = parse_url(sqlite_url)
    assert isinstance(url, SqliteUrl)
    async with (
        LaddnavServer(sqlite_url, tmp_path) as server,
        await server.client() as api,
        steady(server, api, seed=SEED) as tally,
    ):
        await add(api, "BEATS")
        async with rough(server.ocpp, "BEATS") as point:
            await point.ask("BootNotification", BOOT)
            for _ in range(3):
                with closing(sqlite3.connect(url.path, isolation_level=None)) as other:
                    other.execute("BEGIN IMMEDIATE")
                    end = asyncio.get_running_loop().time() + 2
                    while asyncio.get_running_loop().time() < end:
                        assert "currentTime" in await point.ask("Heartbeat", {})
                    other.execute("ROLLBACK")
                await goes_on(tally, 5)


def size_of(path: Path) -> int:
    """Return the size of a file in bytes."""
    return path.stat().st_size


async def test_a_disk_that_is_full_is_an_outage_that_ends_when_there_is_room(
    sqlite_url: str, tmp_path: Path
) -> None:
    url = parse_url(sqlite_url)
    assert isinstance(url, SqliteUrl)
    log = url.path.with_name(f"{url.path.name}-wal")
    async with (
        LaddnavServer(sqlite_url, tmp_path) as server,
        await server.client() as api,
        steady(server, api, seed=SEED) as tally,
    ):
        await add(api, "BEATS")
        async with rough(server.ocpp, "BEATS") as point:
            await point.ask("BootNotification", BOOT)
            await goes_on(tally)
            unlimited = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size_of(log), unlimited[1]))
            assert await readiness(server, 503)
            assert "currentTime" in await point.ask("Heartbeat", {})
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)
            assert await readiness(server, 200) == []
            await goes_on(tally)


# ---- commands ----------------------------------------------------------------------------------


async def test_a_command_to_a_station_that_never_answers_ends_and_holds_up_nobody(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        LaddnavServer(sqlite_url, tmp_path, call_seconds="1") as server,
        await server.client() as api,
        steady(server, api, seed=SEED) as tally,
    ):
        await add(api, "MUTE")
        async with rough(server.ocpp, "MUTE") as point:
            await point.ask("BootNotification", BOOT)
            calls = [
                api.http.post("stations/MUTE/calls", json={"action": "ClearCache", "payload": {}})
                for _ in range(4)
            ]
            answers = await asyncio.gather(*calls)
            assert {answer.status_code for answer in answers} <= {504, 409}
            assert 504 in {answer.status_code for answer in answers}
        await goes_on(tally)
