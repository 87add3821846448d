"""Proxies: believed where they are trusted, and nowhere else."""

import asyncio
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.gateway.entry.proxies import (
    SIGNATURE,
    BadProxyHeaderError,
    ProxyHeader,
    TrustedProxies,
    read_proxy_header,
)
from laddnav.gateway.listener import Doorway
from laddnav.journal.model import RefusalReason
from tests.gateway.doubles import OCPP16, UPGRADE, basic, house
from tests.waiting import until

REQUEST = f"GET /ocpp/CP1 HTTP/1.1\r\n{UPGRADE}{OCPP16}Authorization: {basic('CP1', 'secret')}\r\n"


def version_2(source: str, *, tls: bool = False, command: int = 1) -> bytes:
    """Return a PROXY header of version 2."""
    address = ip_address(source)
    ports = (1234).to_bytes(2, "big") + (9000).to_bytes(2, "big")
    addresses = address.packed + ip_address("192.0.2.1" if address.version == 4 else "::1").packed
    extensions = b"\x20\x00\x05\x01\x00\x00\x00\x00" if tls else b""
    rest = addresses + ports + extensions
    family = 0x11 if address.version == 4 else 0x21
    head = SIGNATURE + bytes([0x20 | command, family])
    return head + len(rest).to_bytes(2, "big") + rest


@pytest.mark.parametrize(
    ("trusted", "headers", "address", "tls"),
    [
        ((), "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n", "127.0.0.1", False),
        (
            ("127.0.0.0/8",),
            "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n",
            "203.0.113.9",
            True,
        ),
        (
            ("127.0.0.0/8", "10.0.0.0/8"),
            "X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.1.2.3\r\n",
            "203.0.113.9",
            False,
        ),
        (
            ("127.0.0.1",),
            "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: [2001:db8::7]:443\r\n",
            "2001:db8::7",
            False,
        ),
        (("127.0.0.1",), "X-Forwarded-For: nonsense\r\n", "127.0.0.1", False),
        (
            ("127.0.0.1",),
            "X-Forwarded-Proto: wss\r\nX-Forwarded-Proto: http\r\n",
            "127.0.0.1",
            False,
        ),
    ],
)
async def test_forwarded_headers_count_where_their_sender_is_trusted(
    trusted: tuple[str, ...],
    headers: str,
    address: str,
    tls: bool,  # noqa: FBT001 - pytest passes parameters by name
) -> None:
    async with house(trusted=trusted) as door:
        _, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(f"{REQUEST}{headers}\r\n".encode())
        await until(lambda: door.doorkeeper.knocks)
        assert door.doorkeeper.knocks[0].address == address
        assert door.doorkeeper.knocks[0].tls is tls
        writer.close()


@pytest.mark.parametrize(
    ("header", "address", "tls"),
    [
        (b"PROXY TCP4 203.0.113.9 192.0.2.1 5000 9000\r\n", "203.0.113.9", False),
        (b"PROXY TCP6 2001:db8::7 ::1 5000 9000\r\n", "2001:db8::7", False),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1", False),
        (version_2("203.0.113.9"), "203.0.113.9", False),
        (version_2("203.0.113.9", tls=True), "203.0.113.9", True),
        (version_2("2001:db8::7"), "2001:db8::7", False),
        (version_2("203.0.113.9", command=0), "127.0.0.1", False),
    ],
)
async def test_the_proxy_protocol_tells_who_is_behind(
    header: bytes,
    address: str,
    tls: bool,  # noqa: FBT001 - pytest passes parameters by name
) -> None:
    async with house(
        trusted=("127.0.0.1",),
        doorway=lambda proxies: Doorway(proxies=proxies, proxy_protocol=True),
    ) as door:
        _, writer = await asyncio.open_connection("127.0.0.1", door.port)
        # In two pieces, with the request right behind the second.
        writer.write(header[:9])
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(header[9:] + f"{REQUEST}\r\n".encode())
        await until(lambda: door.doorkeeper.knocks)
        assert door.doorkeeper.knocks[0].address == address
        assert door.doorkeeper.knocks[0].tls is tls
        writer.close()


async def test_a_proxy_that_says_nothing_is_noted() -> None:
    async with house(
        trusted=("127.0.0.1",),
        doorway=lambda proxies: Doorway(proxies=proxies, proxy_protocol=True),
    ) as door:
        assert await door.ask(f"{REQUEST}\r\n") == b""
        assert door.book.reasons == [RefusalReason.BAD_HTTP]
        assert "PROXY" in door.book.noted[0].detail


async def test_the_proxy_protocol_is_not_understood_from_strangers() -> None:
    async with house(
        trusted=("10.0.0.0/8",),
        doorway=lambda proxies: Doorway(proxies=proxies, proxy_protocol=True),
    ) as door:
        answer = await door.ask(b"PROXY TCP4 203.0.113.9 192.0.2.1 5000 9000\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert door.book.noted[0].address == "127.0.0.1"


def test_a_header_is_asked_for_again_until_it_is_complete() -> None:
    for header in (b"PROXY TCP4 203.0.113.9 192.0.2.1 5000 9000\r\n", version_2("203.0.113.9")):
        for end in range(len(header)):
            assert read_proxy_header(header[:end]) is None
        whole = ProxyHeader(len(header), "203.0.113.9", tls=False)
        assert read_proxy_header(header + b"GET / HTTP/1.1") == whole


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: SIGNATURE + tail))
def test_any_bytes_give_a_header_or_are_none(data: bytes) -> None:
    try:
        header = read_proxy_header(data)
    except BadProxyHeaderError:
        return
    assert header is None or header.length <= max(len(data), 0)


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        TrustedProxies(["10.0.0.0/99"])
