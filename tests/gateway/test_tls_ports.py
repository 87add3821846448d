"""Certificates of stations, and of ports that change them while stations are connected."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage
from websockets.typing import Subprotocol

from laddnav.gateway.entry.tls import Asks, TlsMisconfiguredError, presented, tls_context
from laddnav.gateway.entry.tls_ports import Loaded, TlsPorts, TlsTerms
from laddnav.journal.model import RefusalReason
from laddnav.storage.errors import StorageUnavailable
from tests.gateway.doubles import House, basic, house
from tests.waiting import until


def pem(authority: trustme.CA) -> str:
    return authority.cert_pem.bytes().decode()


def client_context(
    authority: trustme.CA, *, owner: trustme.CA | None = None, name: str = "SN-1"
) -> ssl.SSLContext:
    """A station's side, with a certificate that `owner` made."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    if owner is not None:
        owner.issue_cert(common_name=name, organization_name="Laddkraft AB").configure_cert(context)
    return context


class Setting:
    """A server's authority, its certificate file, and whom it trusts."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        self.stations = trustme.CA(key_type=trustme.KeyType.ECDSA)
        self.file = folder / "server.pem"
        self.roots = pem(self.stations)
        self.away = False
        self.renew()
        self.ports = TlsPorts(TlsTerms(certificates=(str(self.file),)), roots=self.given)

    async def given(self) -> str:
        if self.away:
            raise StorageUnavailable
        return self.roots

    def renew(self) -> None:
        """Write another certificate into the file."""
        made = self.authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA)
        self.file.write_bytes(made.private_key_and_cert_chain_pem.bytes())

    @asynccontextmanager
    async def door(self, asks: Asks) -> AsyncIterator[House]:
        port = self.ports.port(asks)
        await self.ports.load()
        async with house(tls_port=port) as opened:
            yield opened

    def station(self, owner: trustme.CA | None = None) -> ssl.SSLContext:
        return client_context(self.authority, owner=owner)


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path)


async def shown(door: House, context: ssl.SSLContext) -> bytes:
    """Connect, and return the server's certificate."""
    async with asyncio.timeout(10):
        _, writer = await asyncio.open_connection(
            "127.0.0.1", door.port, ssl=context, server_hostname="127.0.0.1"
        )
        found: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        return found


def plugged(door: House, context: ssl.SSLContext) -> connect:
    return connect(
        f"wss://127.0.0.1:{door.port}/ocpp/CP1",
        ssl=context,
        subprotocols=[Subprotocol("ocpp2.0.1")],
        additional_headers={"Authorization": basic("CP1", "secret")},
    )


async def refused(door: House, context: ssl.SSLContext) -> RefusalReason:
    """Knock in vain, and return why it was."""
    with pytest.raises((OSError, EOFError, InvalidMessage)):
        async with plugged(door, context):
            pass
    await until(lambda: door.book.noted)
    return door.book.reasons[0]


@pytest.mark.ocpp("A00.FR.403")
async def test_a_certificate_of_a_root_that_is_trusted_is_taken(setting: Setting) -> None:
    async with setting.door(Asks.ALWAYS) as door:
        async with plugged(door, setting.station(setting.stations)) as station_side:
            await station_side.send("hello")
            assert await station_side.recv() == "hello"
        assert door.book.noted == []


@pytest.mark.ocpp("A00.FR.407")
async def test_a_port_for_profile_3_only_wants_a_certificate(setting: Setting) -> None:
    async with setting.door(Asks.ALWAYS) as door:
        assert await refused(door, setting.station()) is RefusalReason.CERTIFICATE_MISSING
        assert "no certificate came" in door.book.noted[0].detail


@pytest.mark.ocpp("A00.FR.403")
@pytest.mark.parametrize("asks", [Asks.ALWAYS, Asks.OPTIONALLY])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_certificate_of_nobody_that_is_trusted_is_refused(
    setting: Setting, asks: Asks, version: ssl.TLSVersion
) -> None:
    context = setting.station(trustme.CA())
    context.maximum_version = version
    async with setting.door(asks) as door:
        assert await refused(door, context) is RefusalReason.CERTIFICATE_UNTRUSTED
        assert door.book.noted[0].address == "127.0.0.1"


async def test_a_port_for_several_profiles_lets_in_without_a_certificate(setting: Setting) -> None:
    async with setting.door(Asks.OPTIONALLY) as door, plugged(door, setting.station()):
        assert door.book.noted == []


async def test_where_nothing_is_trusted_a_needless_certificate_does_no_harm(
    setting: Setting,
) -> None:
    setting.roots = ""
    stray = setting.station(trustme.CA())
    async with setting.door(Asks.OPTIONALLY) as door, plugged(door, stray):
        assert door.book.noted == []


async def test_new_certificates_are_used_without_dropping_a_link(setting: Setting) -> None:
    async with setting.door(Asks.OPTIONALLY) as door:
        before = await shown(door, setting.station())
        async with plugged(door, setting.station(setting.stations)) as station_side:
            assert not await setting.ports.check()
            setting.renew()
            assert await setting.ports.check()
            assert await shown(door, setting.station()) != before
            await station_side.send("still here")
            assert await station_side.recv() == "still here"


async def test_what_cannot_be_used_leaves_the_former_certificate(setting: Setting) -> None:
    async with setting.door(Asks.OPTIONALLY) as door:
        before = await shown(door, setting.station())
        setting.file.write_text("half of a")
        assert not await setting.ports.check()
        with pytest.raises(TlsMisconfiguredError, match=r"server\.pem does not hold"):
            await setting.ports.load()
        assert await shown(door, setting.station()) == before
        setting.renew()
        assert await setting.ports.load() == Loaded(
            certificates=(str(setting.file),), trusted_authorities=1
        )


async def test_a_root_that_is_trusted_later_counts_from_then_on(setting: Setting) -> None:
    other = trustme.CA()
    async with setting.door(Asks.ALWAYS) as door:
        assert await refused(door, setting.station(other)) is RefusalReason.CERTIFICATE_UNTRUSTED
        setting.roots = pem(other)
        assert await setting.ports.check()
        async with plugged(door, setting.station(other)):
            pass
        door.book.noted.clear()
        former = setting.station(setting.stations)
        assert await refused(door, former) is RefusalReason.CERTIFICATE_UNTRUSTED


async def test_while_the_database_is_away_the_former_roots_count(setting: Setting) -> None:
    async with setting.door(Asks.ALWAYS) as door:
        setting.away = True
        assert not await setting.ports.check()
        async with plugged(door, setting.station(setting.stations)):
            assert door.book.noted == []


async def test_a_watch_that_is_woken_loads_at_once(setting: Setting) -> None:
    async with setting.door(Asks.OPTIONALLY) as door:
        watch = asyncio.create_task(setting.ports.watch())
        context = setting.ports.port(Asks.OPTIONALLY)
        setting.ports.wake()
        await until(lambda: _is_loaded(context))
        watch.cancel()
        assert door.book.noted == []


def _is_loaded(port: object) -> bool:
    try:
        return getattr(port, "context", None) is not None
    except RuntimeError:
        return False


@pytest.mark.ocpp("A00.FR.318")
@pytest.mark.ocpp("A00.FR.421")
async def test_rsa_key_exchange_is_spoken_only_where_it_is_wanted(setting: Setting) -> None:
    names = {cipher["name"] for cipher in tls_context([str(setting.file)]).get_ciphers()}
    old = tls_context([str(setting.file)], old_suites=True).get_ciphers()
    assert {"AES128-GCM-SHA256", "AES256-GCM-SHA384"} <= {cipher["name"] for cipher in old}
    assert not {"AES128-GCM-SHA256", "AES256-GCM-SHA384"} & names


def test_a_chain_is_told_leaf_first(setting: Setting, tmp_path: Path) -> None:
    """An authority between the root and the station is told too."""
    between = setting.stations.create_child_ca()
    ours = tls_context([str(setting.file)], asks=Asks.ALWAYS, roots=setting.roots)
    theirs = client_context(setting.authority, owner=between)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = ours.wrap_bio(to_server, to_client, server_side=True)
    client = theirs.wrap_bio(to_client, to_server, server_hostname="127.0.0.1")
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    chain = presented(server)
    assert chain[1] == ssl.PEM_cert_to_DER_cert(pem(between))
    assert chain[0] != chain[1]
    assert presented(None) == ()
