"""Who comes in, who does not, and what is said and noted of it."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import websockets
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from laddnav.gateway.line.wire import WireLimits
from laddnav.gateway.listener import Doorway
from laddnav.journal.model import RefusalReason
from laddnav.ocpp.action import Version
from laddnav.stations.model import SecurityProfile, StationSettings
from laddnav.storage.errors import StorageUnavailable
from tests.gateway.doubles import OCPP16, UPGRADE, House, basic, house, station
from tests.waiting import until

AUTHORIZED = f"Authorization: {basic('CP1', 'secret')}\r\n"


@pytest.fixture
async def door() -> AsyncIterator[House]:
    async with house(
        station(),
        station("CP 2/a"),
        station("Ladda ö"),
        station("CP1", operator="nord"),
        station("nord", operator="nord"),
        station("OPEN", profile=SecurityProfile.NONE),
        station("MUTE", settings=StationSettings(assume_ocpp16=True)),
        station("OLD", settings=StationSettings(versions=("1.6",))),
    ) as opened:
        yield opened


def client(
    door: House,
    path: str = "/ocpp/CP1",
    *,
    user: str = "CP1",
    password: str = "secret",  # noqa: S107 - the doubles know this one password; it opens nothing else
    versions: tuple[str, ...] = ("ocpp1.6",),
) -> connect:
    return connect(
        f"ws://127.0.0.1:{door.port}{path}",
        subprotocols=[Subprotocol(version) for version in versions] or None,
        additional_headers={"Authorization": basic(user, password)},
    )


@pytest.mark.ocpp("J201 3.1.1")
@pytest.mark.parametrize(
    ("path", "operator", "identity"),
    [
        ("/ocpp/CP1", "default", "CP1"),
        ("/ocpp/nord/CP1", "nord", "CP1"),
        ("//ocpp//CP1/", "default", "CP1"),
        ("/ocpp/CP1/CP1", "default", "CP1"),
        ("/ocpp/nord/CP1/CP1", "nord", "CP1"),
        ("/ocpp/nord/nord", "nord", "nord"),
        ("/ocpp/nord/nord/nord", "nord", "nord"),
        ("/OCPP/CP1?x=1", "default", "CP1"),
        ("/ocpp/CP%202%2Fa", "default", "CP 2/a"),
        ("/ocpp/Ladda%20%C3%B6", "default", "Ladda ö"),
    ],
)
async def test_a_path_names_its_station_however_it_is_written(
    door: House, path: str, operator: str, identity: str
) -> None:
    async with client(door, path) as station_side:
        await station_side.send("hello")
        assert await station_side.recv() == "hello"
    arrival = door.harbour.berths[-1].arrival
    assert arrival.admitted.key == (operator, identity)
    assert door.book.noted == []


@pytest.mark.parametrize(
    ("line", "identity"),
    [
        (b"GET /ocpp/CP 2%2Fa HTTP/1.1", "CP 2/a"),
        ("GET /ocpp/Ladda ö HTTP/1.1".encode(), "Ladda ö"),
        ("GET /ocpp/Ladda ö HTTP/1.1".encode("latin-1"), "Ladda ö"),
        (b"GET ws://hub:9000/ocpp/CP1 HTTP/1.1", "CP1"),
    ],
)
async def test_request_lines_that_http_forbids_are_understood(
    door: House, line: bytes, identity: str
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(line + b"\r\n" + (UPGRADE + OCPP16 + AUTHORIZED + "\r\n").encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
    assert door.harbour.berths[-1].arrival.admitted.key.identity == identity
    writer.close()


async def test_a_request_may_come_byte_by_byte(door: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    for byte in f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{OCPP16}{AUTHORIZED}\r\n".encode():
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0)
    assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
    writer.close()


@pytest.mark.ocpp("J21 3.1.2")
async def test_the_first_common_version_in_the_order_of_the_station_is_spoken(door: House) -> None:
    async with client(door, versions=("ocpp9", "ocpp2.0.1", "ocpp1.6", "ocpp2.1")) as station_side:
        assert station_side.subprotocol == "ocpp2.0.1"
    assert door.harbour.berths[-1].arrival.version is Version.V201


async def test_versions_may_be_offered_in_several_header_lines(door: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    lines = "Sec-WebSocket-Protocol: soap\r\nSec-WebSocket-Protocol: OCPP2.1, ocpp1.6\r\n"
    writer.write(f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{lines}{AUTHORIZED}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"Sec-WebSocket-Protocol: OCPP2.1\r\n" in head
    writer.close()


async def test_a_version_that_the_operator_forbids_is_passed_over(door: House) -> None:
    async with client(door, "/ocpp/OLD", versions=("ocpp2.0.1", "ocpp1.6")) as station_side:
        assert station_side.subprotocol == "ocpp1.6"


@pytest.mark.ocpp("J16 3.2")
@pytest.mark.parametrize("versions", [("ocpp1.5", "soap"), ()])
async def test_without_a_common_version_the_handshake_is_completed_and_closed(
    door: House, versions: tuple[str, ...]
) -> None:
    async with client(door, versions=versions) as station_side:
        assert station_side.subprotocol is None
        with pytest.raises(websockets.ConnectionClosedError) as closed:
            await station_side.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1002
    expected = RefusalReason.NO_COMMON_SUBPROTOCOL if versions else RefusalReason.NO_SUBPROTOCOL
    assert door.book.reasons == [expected]
    assert door.book.noted[0].identity == "CP1"
    assert door.harbour.berths == []


async def test_a_station_that_names_no_version_speaks_1_6_where_that_is_assumed(
    door: House,
) -> None:
    async with client(door, "/ocpp/MUTE", versions=()) as station_side:
        assert station_side.subprotocol is None
        await station_side.send("hello")
        assert await station_side.recv() == "hello"
    assert door.harbour.berths[-1].arrival.version is Version.V16


async def test_an_unknown_station_is_answered_404(door: House) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await client(door, "/ocpp/NOBODY")
    assert refused.value.response.status_code == 404


@pytest.mark.ocpp("A00.FR.204")
async def test_a_wrong_password_is_answered_401_with_a_challenge(door: House) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await client(door, password="wrong")
    assert refused.value.response.status_code == 401
    assert refused.value.response.headers["WWW-Authenticate"].startswith("Basic ")


async def test_a_binary_password_reaches_the_check_as_bytes_split_at_the_first_colon(
    door: House,
) -> None:
    key = b"\x00\xff:\xfe\x80"
    header = f"Authorization: {basic('CP1', key)}\r\n"
    await door.ask(f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{OCPP16}{header}\r\n")
    assert door.doorkeeper.knocks[-1].user == "CP1"
    assert door.doorkeeper.knocks[-1].password == key


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Bearer x", "Basic Q1AxOnNlY3JldA"])
async def test_odd_credentials_never_break_anything(door: House, value: str) -> None:
    answer = await door.ask(
        f"GET /ocpp/NOBODY HTTP/1.1\r\n{UPGRADE}{OCPP16}Authorization: {value}\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    ("request_text", "status", "reason"),
    [
        ("GET /ocpp/CP1 HTTP/1.1\r\nHost: hub\r\n\r\n", 426, RefusalReason.NOT_A_WEBSOCKET),
        ("GET /steve/websocket/CP1 HTTP/1.1\r\nHost: h\r\n\r\n", 404, RefusalReason.BAD_PATH),
        ("GET / HTTP/1.1\r\nHost: hub\r\n\r\n", 404, RefusalReason.BAD_PATH),
        ("GET /ocpp/a/b/c HTTP/1.1\r\nHost: hub\r\n\r\n", 404, RefusalReason.BAD_PATH),
        (f"POST /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}\r\n", 400, RefusalReason.BAD_HTTP),
        (
            f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}\r\n".replace("dGhl", "!!!!"),
            400,
            RefusalReason.BAD_HTTP,
        ),
        (
            f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}\r\n".replace("Version: 13", "Version: 99"),
            426,
            RefusalReason.NOT_A_WEBSOCKET,
        ),
        ("GET /ocpp/CP1 HTTP/1.1\r\nbad header\r\n\r\n", 400, RefusalReason.BAD_HTTP),
        ("GET /ocpp/CP1 HTTP/9.9\r\nHost: h\r\n\r\n", 400, RefusalReason.BAD_HTTP),
        ("SSH-2.0-OpenSSH_9.7\r\n", 400, RefusalReason.BAD_HTTP),
        (f"GET /{'a' * 9000}", 400, RefusalReason.BAD_HTTP),
        (
            f"GET /ocpp/CP1 HTTP/1.1\r\nX: {'a' * 9000}\r\n\r\n",
            400,
            RefusalReason.BAD_HTTP,
        ),
        (
            "GET /ocpp/CP1 HTTP/1.1\r\n" + f"X: {'a' * 5000}\r\n" * 7,
            400,
            RefusalReason.BAD_HTTP,
        ),
    ],
)
async def test_what_is_no_handshake_gets_a_short_fixed_answer_and_is_noted(
    door: House, request_text: str, status: int, reason: RefusalReason
) -> None:
    answer = await door.ask(request_text)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[:2] in ([b"HTTP/1.1", b"%d" % status], [b"HTTP/1.0", b"%d" % status])
    assert len(body) < 120
    for leak in (b"aiohttp", b"Python", b"Error", b"xception", b"a" * 20):
        assert leak not in answer
    assert door.book.reasons == [reason]
    assert door.book.noted[0].address == "127.0.0.1"


@pytest.mark.parametrize(
    "target",
    ["ws://CP1:geheim@hub/CP1", "//CP1:geheim@hub/ocpp/CP1", "CP1:geheim@hub/x", "/x?key=geheim"],
)
async def test_no_secret_in_a_path_is_noted(door: House, target: str) -> None:
    await door.ask(f"GET {target} HTTP/1.1\r\nHost: hub\r\n\r\n")
    (noted,) = door.book.noted
    assert noted.reason is RefusalReason.BAD_PATH
    assert "geheim" not in noted.detail


async def test_tls_on_the_port_without_it_is_told_from_junk(door: House) -> None:
    assert await door.ask(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40)) == b""
    assert door.book.reasons == [RefusalReason.TLS_ON_PLAIN]


@pytest.mark.parametrize(
    ("path", "operator", "identity"),
    [
        ("/ocpp/CP1", "default", "CP1"),
        ("/ocpp/nord/CP1", "nord", "CP1"),
        ("/ocpp/CP1/CP1", "default", "CP1"),
        ("/ocpp/nobody/CP1", "", "CP1"),
    ],
)
async def test_what_is_no_handshake_is_noted_where_an_operator_can_list_it(
    door: House, path: str, operator: str, identity: str
) -> None:
    await door.ask(f"GET {path} HTTP/1.1\r\nHost: hub\r\n\r\n")
    (noted,) = door.book.noted
    assert (noted.operator, noted.identity) == (operator, identity)


async def test_no_handshake_is_no_handshake_while_the_database_is_away(door: House) -> None:
    door.doorkeeper.fault = StorageUnavailable()
    answer = await door.ask("GET /ocpp/CP1 HTTP/1.1\r\nHost: hub\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 426 ")
    assert door.book.reasons == [RefusalReason.NOT_A_WEBSOCKET]


async def test_a_database_that_is_away_is_said_and_noted(door: House) -> None:
    door.doorkeeper.fault = StorageUnavailable()
    answer = await door.ask(f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{OCPP16}{AUTHORIZED}\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 10\r\n" in answer
    assert door.book.reasons == [RefusalReason.DATABASE_AWAY]


async def test_a_fault_of_ours_is_noted_and_says_nothing(door: House) -> None:
    door.doorkeeper.fault = RuntimeError("a secret of ours")
    answer = await door.ask(f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{OCPP16}{AUTHORIZED}\r\n")
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"secret" not in answer
    assert door.book.reasons == [RefusalReason.INTERNAL]


async def test_a_connection_that_is_opened_and_closed_is_no_refusal(door: House) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.close()
    await writer.wait_closed()
    assert await door.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert door.book.reasons == [RefusalReason.BAD_PATH]


async def test_a_request_that_breaks_off_is_noted(door: House) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(b"GET /ocpp/CP1 HT")
    await writer.drain()
    writer.close()
    await until(lambda: door.book.noted)
    assert door.book.noted[0].detail == "it broke off within the request"


@pytest.mark.parametrize("begun", [b"", b"GET /oc", b"GET /ocpp/CP1 HTTP/1.1\r\nHost: h\r\nX"])
async def test_a_handshake_that_does_not_come_to_its_end_is_given_up(begun: bytes) -> None:
    async with house(doorway=lambda proxies: Doorway(proxies=proxies, handshake_seconds=0.1)) as d:
        answer = await d.ask(begun)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert d.book.reasons == [RefusalReason.HANDSHAKE_TIMEOUT]


async def test_slow_handshakes_make_room_for_others_when_there_are_too_many() -> None:
    def narrow(proxies: object) -> Doorway:
        return Doorway(proxies=proxies, most_waiting=4, crowded_seconds=0.05)  # type: ignore[arg-type]  # it is the TrustedProxies that the double hands in, declared as object

    async with house(doorway=narrow) as d:
        slow = [await asyncio.open_connection("127.0.0.1", d.port) for _ in range(8)]
        async with client(d) as station_side:
            await station_side.send("hello")
            assert await station_side.recv() == "hello"
        assert set(d.book.reasons) == {RefusalReason.HANDSHAKE_TIMEOUT}
        for _, writer in slow:
            writer.close()


async def test_a_process_without_free_files_accepts_again_when_there_are(door: House) -> None:
    accept = door.listener._listening.accept  # noqa: SLF001 - the system cannot be made to run out of files at this moment
    failures = [OSError(24, "Too many open files")]

    class Failing:
        def __init__(self, real: socket.socket) -> None:
            self.real = real

        def accept(self) -> tuple[socket.socket, tuple[str, int]]:
            if failures:
                raise failures.pop()
            return accept()

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

    door.listener._socket = Failing(door.listener._listening)  # type: ignore[assignment]  # a stand-in for the socket  # noqa: SLF001 - the system cannot be made to run out of files at this moment
    async with client(door) as station_side:
        await station_side.send("hello")
        assert await station_side.recv() == "hello"
    assert failures == []


async def test_a_frame_over_the_limit_closes_with_1009() -> None:
    async with house(limits=WireLimits(frame_bytes=1000)) as d, client(d) as station_side:
        await station_side.send("x" * 1000)
        assert await station_side.recv() == "x" * 1000
        await station_side.send("x" * 1001)
        with pytest.raises(websockets.ConnectionClosedError) as closed:
            await station_side.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_a_binary_frame_closes_with_1003(door: House) -> None:
    async with client(door) as station_side:
        await station_side.send(b"[2]")
        with pytest.raises(websockets.ConnectionClosedError) as closed:
            await station_side.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003


async def test_a_station_that_does_not_read_is_cut_off() -> None:
    async with house(limits=WireLimits(most_buffered=200_000)) as d:
        reader, writer = await asyncio.open_connection("127.0.0.1", d.port, limit=1024)
        writer.write(f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{OCPP16}{AUTHORIZED}\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        await until(lambda: d.harbour.berths and d.harbour.berths[0].wire)
        wire = d.harbour.berths[0].wire
        assert wire is not None
        sent = 0
        while wire.end is None and sent < 1_000:
            wire.send("x" * 100_000)
            sent += 1
            await asyncio.sleep(0)
        assert wire.end is not None
        assert wire.end.name == "SLOW"
        writer.close()


async def test_a_frame_that_comes_with_the_request_is_taken(door: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{OCPP16}{AUTHORIZED}\r\n".encode())
    writer.write(b"\x81\x85\x00\x00\x00\x00early")
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert await reader.readexactly(7) == b"\x81\x05early"
    writer.close()
