"""TLS: who may come in with it, and every way in which it fails, seen with its address."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from laddnav.gateway.entry.tls import TlsMisconfiguredError, tls_context
from laddnav.gateway.listener import Doorway
from laddnav.journal.model import RefusalReason
from tests.gateway.doubles import House, basic, house
from tests.waiting import until


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.RSA)


@pytest.fixture(scope="module")
def certificates(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return an RSA and an ECDSA certificate, each in a file with its key."""
    folder = tmp_path_factory.mktemp("tls")
    paths = []
    for kind in (trustme.KeyType.RSA, trustme.KeyType.ECDSA):
        path = folder / f"{kind.name}.pem"
        certificate = authority.issue_cert("127.0.0.1", key_type=kind)
        path.write_bytes(certificate.private_key_and_cert_chain_pem.bytes())
        paths.append(str(path))
    return paths


@pytest.fixture
async def door(certificates: list[str]) -> AsyncIterator[House]:
    async with house(tls=tls_context(certificates, old_suites=True)) as opened:
        yield opened


def station_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def shake_hands(door: House, context: ssl.SSLContext) -> ssl.SSLObject:
    _, writer = await asyncio.open_connection(
        "127.0.0.1", door.port, ssl=context, server_hostname="127.0.0.1"
    )
    established: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.close()
    return established


def distrust(port: int, context: ssl.SSLContext) -> None:
    """Connect with a blocking socket, which says why it leaves; asyncio's client does not."""
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


@pytest.mark.ocpp("A00.FR.306")
@pytest.mark.ocpp("A00.FR.307")
@pytest.mark.ocpp("A00.FR.312")
@pytest.mark.ocpp("A00.FR.409")
@pytest.mark.ocpp("A00.FR.410")
@pytest.mark.ocpp("A00.FR.415")
async def test_a_station_comes_in_with_tls(door: House, authority: trustme.CA) -> None:
    async with connect(
        f"wss://127.0.0.1:{door.port}/ocpp/CP1",
        ssl=station_context(authority),
        subprotocols=[Subprotocol("ocpp2.0.1")],
        additional_headers={"Authorization": basic("CP1", "secret")},
    ) as station_side:
        await station_side.send("hello")
        assert await station_side.recv() == "hello"
    assert door.doorkeeper.knocks[0].tls
    assert door.book.noted == []


@pytest.mark.parametrize(
    "suite",
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
    ],
)
@pytest.mark.ocpp("A00.FR.318")
@pytest.mark.ocpp("A00.FR.321")
@pytest.mark.ocpp("A00.FR.421")
@pytest.mark.ocpp("A00.FR.424")
async def test_each_suite_of_the_whitepaper_is_spoken(
    door: House, authority: trustme.CA, suite: str
) -> None:
    context = station_context(authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(suite)
    established = await shake_hands(door, context)
    cipher = established.cipher()
    assert cipher is not None
    assert cipher[0] == suite
    assert established.compression() is None


@pytest.mark.ocpp("A00.FR.317")
@pytest.mark.ocpp("A00.FR.420")
async def test_tls_1_3_is_spoken(door: House, authority: trustme.CA) -> None:
    assert (await shake_hands(door, station_context(authority))).version() == "TLSv1.3"


@pytest.mark.ocpp("A00.FR.313")
@pytest.mark.ocpp("A00.FR.314")
@pytest.mark.ocpp("A00.FR.315")
@pytest.mark.ocpp("A00.FR.416")
@pytest.mark.ocpp("A00.FR.417")
@pytest.mark.ocpp("A00.FR.418")
async def test_tls_1_1_is_refused_and_noted(door: House, authority: trustme.CA) -> None:
    # A ClientHello of TLS 1.1, as an old station sends it: OpenSSL itself makes none any more.
    suites = bytes.fromhex("000a002f0035c013c014000a")
    body = b"\x03\x02" + bytes(32) + b"\x00" + suites[:2] + suites[2:12] + b"\x01\x00"
    hello = b"\x01" + len(body).to_bytes(3, "big") + body
    await door.ask(b"\x16\x03\x01" + len(hello).to_bytes(2, "big") + hello)
    await until(lambda: door.book.noted)
    assert door.book.reasons == [RefusalReason.TLS_TOO_OLD]
    assert door.book.noted[0].address == "127.0.0.1"


@pytest.mark.ocpp("A00.FR.320")
@pytest.mark.ocpp("A00.FR.322")
@pytest.mark.ocpp("A00.FR.423")
@pytest.mark.ocpp("A00.FR.425")
@pytest.mark.parametrize("suite", ["AES128-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA"])
async def test_a_station_that_knows_weak_suites_only_is_refused_and_noted(
    door: House, authority: trustme.CA, suite: str
) -> None:
    context = station_context(authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{suite}:@SECLEVEL=0")
    with pytest.raises(OSError):  # noqa: PT011 - whether it hears why or is cut off first is chance
        await shake_hands(door, context)
    await until(lambda: door.book.noted)
    assert door.book.reasons == [RefusalReason.TLS_TOO_OLD]


async def test_a_station_that_does_not_trust_us_is_noted(door: House) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        door.book.noted.clear()
        context = ssl.create_default_context()
        context.maximum_version = version
        await asyncio.to_thread(distrust, door.port, context)
        await until(lambda: door.book.noted)
        assert door.book.reasons == [RefusalReason.TLS_FAILED]
        assert "signed our certificate" in door.book.noted[0].detail


async def test_plain_http_on_the_tls_port_is_noted(door: House) -> None:
    await door.ask("GET /ocpp/CP1 HTTP/1.1\r\nHost: h\r\n\r\n")
    await until(lambda: door.book.noted)
    assert door.book.reasons == [RefusalReason.PLAIN_ON_TLS]


async def test_junk_on_the_tls_port_is_noted(door: House) -> None:
    await door.ask(b"\x00\x01\x02\x03junk junk junk junk")
    await until(lambda: door.book.noted)
    assert door.book.reasons == [RefusalReason.TLS_FAILED]


async def test_a_tls_handshake_that_stands_still_is_given_up(certificates: list[str]) -> None:
    async with house(
        doorway=lambda proxies: Doorway(proxies=proxies, handshake_seconds=0.2),
        tls=tls_context(certificates),
    ) as door:
        assert await door.ask(b"\x16\x03\x01") == b""
        await until(lambda: door.book.noted)
        assert door.book.reasons == [RefusalReason.HANDSHAKE_TIMEOUT]


async def test_a_request_that_does_not_follow_its_tls_handshake_is_given_up(
    certificates: list[str], authority: trustme.CA
) -> None:
    async with house(
        doorway=lambda proxies: Doorway(proxies=proxies, handshake_seconds=0.5),
        tls=tls_context(certificates),
    ) as door:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", door.port, ssl=station_context(authority), server_hostname="127.0.0.1"
        )
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        assert door.book.reasons == [RefusalReason.HANDSHAKE_TIMEOUT]
        writer.close()


def test_certificates_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(TlsMisconfiguredError, match="needs tls_certificates"):
        tls_context([])
    with pytest.raises(TlsMisconfiguredError, match=r"missing\.pem cannot be read"):
        tls_context([str(tmp_path / "missing.pem")])
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    with pytest.raises(TlsMisconfiguredError, match=r"wrong\.pem does not hold"):
        tls_context([str(wrong)])
