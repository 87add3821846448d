"""Stations of every security profile at one server, over real TLS, in all versions."""

import os
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage, InvalidStatus
from websockets.typing import Subprotocol

from laddnav.accounts.service import Accounts
from laddnav.kernel.clock import SystemClock
from laddnav.pki.model.certificate import Purpose, RootKind
from laddnav.pki.service import Pki
from laddnav.storage.opening import open_database
from tests.gateway.doubles import basic
from tests.gateway.hub import Charger
from tests.official import OverheardConnection
from tests.pki.making import csr_of, key_pem, name
from tests.system.server import ApiClient, LaddnavServer
from tests.waiting import until

ORGANIZATION: Final = "Laddkraft AB"
PASSWORD: Final = "a long password"
SECRET: Final = b"the secret of the system tests"
PAST: Final[dict[str, Any]] = {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}
SUITES: Final = {
    "RSA": "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDSA": "ECDHE-ECDSA-AES128-GCM-SHA256",
}


class Site:
    """A server with ports for each profile, its certificates, and the keys of stations."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder = folder
        self.authority = trustme.CA(key_type=trustme.KeyType.RSA)
        self.owner = trustme.CA(key_type=trustme.KeyType.ECDSA)
        self.files = {kind: folder / f"{kind}.pem" for kind in SUITES}
        self.renew()
        self.server = LaddnavServer(
            url,
            folder,
            ocpp_tls="127.0.0.1:0",
            ocpp_listeners="127.0.0.1:0=3,127.0.0.1:0=2",
            tls_certificates=",".join(map(str, self.files.values())),
        )

    def renew(self) -> None:
        """Write other certificates into the server's files."""
        for kind, file in self.files.items():
            made = self.authority.issue_cert("127.0.0.1", key_type=trustme.KeyType[kind])
            file.write_bytes(made.private_key_and_cert_chain_pem.bytes())

    def tls(self, name: str | None = None, *, kind: str = "", **told: Any) -> ssl.SSLContext:
        """A station's side: with a certificate in `name`, and one kind of the server's only."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        if kind:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers(SUITES[kind])
        if name is not None:
            usual = {"common_name": name, "organization_name": ORGANIZATION}
            self.owner.issue_cert(**{**usual, **told}).configure_cert(context)
        return context

    async def prepare(self) -> None:
        """Trust the root of the stations' certificates, and sign new ones."""
        clock = SystemClock()
        database = await open_database(self.server.database, clock=clock)
        accounts = Accounts(database, clock)
        await accounts.open()
        pki = Pki(database, clock, accounts, secret=SECRET)
        await pki.authorities.set_organization("default", ORGANIZATION)
        root = self.owner.cert_pem.bytes().decode()
        await pki.roots.trust("default", root, kind=RootKind.OPERATOR)
        await database.close()


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    made = Site(sqlite_url, tmp_path)
    await made.prepare()
    async with made.server:
        yield made


@pytest.fixture
async def api(site: Site) -> AsyncIterator[ApiClient]:
    async with await site.server.client() as client:
        yield client


async def add(api: ApiClient, identity: str, profile: int, **settings: Any) -> None:
    body = {"identity": identity, "security_profile": profile, "settings": settings}
    if profile in {1, 2}:
        body["password"] = PASSWORD
    await api.post("stations", body)


@asynccontextmanager
async def plugged(
    url: str, identity: str, version: str = "ocpp2.0.1", *, password: bool = True, **told: Any
) -> AsyncIterator[Charger]:
    headers = {"Authorization": basic(identity, PASSWORD)} if password else {}
    async with connect(
        f"{url}/{identity}",
        subprotocols=[Subprotocol(version)],
        additional_headers=headers,
        create_connection=OverheardConnection,
        **told,
    ) as socket:
        yield Charger(socket)


async def status_of(url: str, identity: str, **told: Any) -> int:
    """Knock in vain, and return the HTTP status; 0: TLS failed."""
    try:
        async with plugged(url, identity, **told):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
    except (OSError, EOFError, InvalidMessage):
        return 0


def boot(version: str, serial: str) -> dict[str, Any]:
    if version == "ocpp1.6":
        return {
            "chargePointVendor": "ABB",
            "chargePointModel": "Terra",
            "chargePointSerialNumber": serial,
        }
    made = {"vendorName": "ABB", "model": "Terra", "serialNumber": serial}
    return {"reason": "PowerUp", "chargingStation": made}


@pytest.mark.ocpp("A00.FR.006")
@pytest.mark.ocpp("A00.FR.317")
@pytest.mark.ocpp("A00.FR.403")
async def test_every_profile_comes_in_by_its_port_in_every_version(
    site: Site, api: ApiClient
) -> None:
    only_3, only_2 = site.server.more
    for number, version in enumerate(("ocpp1.6", "ocpp2.0.1", "ocpp2.1")):
        kind = list(SUITES)[number % 2]
        one, two, three = (f"P{profile}-{number}" for profile in (1, 2, 3))
        await add(api, one, 1)
        await add(api, two, 2)
        await add(api, three, 3, serial=f"SN-{number}")
        secured = site.tls(f"SN-{number}", kind=kind)
        ways: list[tuple[str, str, dict[str, Any]]] = [
            (site.server.ocpp, one, {}),
            (site.server.ocpp_tls, two, {"ssl": site.tls(kind=kind)}),
            (only_2, two, {"ssl": site.tls()}),
            (site.server.ocpp_tls, three, {"ssl": secured, "password": False}),
            (only_3, three, {"ssl": secured, "password": False}),
        ]
        for url, identity, told in ways:
            async with plugged(url, identity, version, **told) as charger:
                answer = await charger.ask("BootNotification", boot(version, f"SN-{number}"))
                assert answer[2]["status"] == "Accepted", (url, identity, answer)


@pytest.mark.ocpp("A00.FR.002")
@pytest.mark.ocpp("A00.FR.407")
async def test_who_comes_otherwise_is_refused_with_what_to_do(site: Site, api: ApiClient) -> None:
    only_3, only_2 = site.server.more
    await add(api, "P1", 1)
    await add(api, "P2", 2)
    await add(api, "P3", 3, serial="SN-3")
    own = {"ssl": site.tls("SN-3"), "password": False}
    wrong: list[tuple[str, str, dict[str, Any], int]] = [
        (site.server.ocpp_tls, "P1", {"ssl": site.tls()}, 403),
        (site.server.ocpp, "P2", {}, 403),
        (only_3, "P2", {"ssl": site.tls("SN-3")}, 403),
        (only_2, "P3", own, 403),
        (site.server.ocpp_tls, "P3", {"ssl": site.tls()}, 403),
        (only_3, "P3", {"ssl": site.tls()}, 0),
        (only_3, "P3", {"ssl": site.tls("SN-4")}, 403),
        (only_3, "P3", {"ssl": site.tls("SN-3", organization_name="Others")}, 403),
        (only_3, "P3", {"ssl": site.tls("SN-3", **PAST)}, 403),
    ]
    for url, identity, told, status in wrong:
        assert await status_of(url, identity, **told) == status, (url, identity)
    site.owner = trustme.CA()
    assert await status_of(only_3, "P3", ssl=site.tls("SN-3")) == 0
    wanted = {
        "tls_unexpected",
        "tls_required",
        "other_port",
        "certificate_required",
        "certificate_missing",
        "certificate_misnamed",
        "certificate_foreign",
        "certificate_expired",
        "certificate_untrusted",
    }
    listed = await api.until(
        "refusals", lambda page: wanted <= {item["reason"] for item in page["items"]}, limit=100
    )
    assert all(item["remedy"] for item in listed["items"])
    assert "Traceback" not in site.server.log


@pytest.mark.ocpp("B01.FR.11")
@pytest.mark.ocpp("B01.FR.12")
async def test_a_boot_in_another_name_than_the_certificates_ends_the_link(
    site: Site, api: ApiClient
) -> None:
    await add(api, "P3", 3, serial="SN-3")
    for version in ("ocpp1.6", "ocpp2.0.1", "ocpp2.1"):
        told: dict[str, Any] = {"ssl": site.tls("SN-3"), "password": False}
        async with plugged(site.server.more[0], "P3", version, **told) as charger:
            await charger.tell(2, "1", "BootNotification", boot(version, "SN-4"))
            assert await charger.closed() == (
                1008,
                "the serial number is not that of the certificate",
            )
    assert (await api.get("stations/P3"))["serial"] is None


async def test_certificates_change_while_a_station_stays_connected(
    site: Site, api: ApiClient
) -> None:
    await add(api, "P3", 3, serial="SN-3")

    async def shown(kind: str) -> bytes:
        url = site.server.ocpp_tls
        async with plugged(url, "P3", ssl=site.tls("SN-3", kind=kind), password=False) as charger:
            found = charger.socket.transport.get_extra_info("ssl_object")
            certificate: bytes = found.getpeercert(binary_form=True)
            return certificate

    await add(api, "STAYS", 3, serial="SN-9")
    told: dict[str, Any] = {"ssl": site.tls("SN-9"), "password": False}
    async with plugged(site.server.more[0], "STAYS", **told) as staying:
        before = {kind: await shown(kind) for kind in SUITES}
        site.renew()
        said = await site.server.command("reload")
        assert "trusted authorities" in said
        after = {kind: await shown(kind) for kind in SUITES}
        assert not set(before.values()) & set(after.values())
        site.renew()
        os.kill(site.server.pid, signal.SIGHUP)

        async def is_renewed() -> bool:
            return await shown("RSA") != after["RSA"]

        await until(is_renewed)
        site.files["RSA"].write_text("nothing")
        await site.server.command("reload", status=1)
        assert await shown("ECDSA")
        assert (await staying.ask("Heartbeat", {}))[2]["currentTime"]


@pytest.mark.ocpp("A00.FR.429")
async def test_an_expired_certificate_is_renewed_before_anything_else(
    site: Site, sqlite_url: str, tmp_path: Path, api: ApiClient
) -> None:
    await _sign_with_our_own(sqlite_url)
    await add(api, "P3", 3, serial="SN-3", allow_expired_certificate=True, settle_seconds=0)
    url, key = site.server.more[0], ec.generate_private_key(ec.SECP256R1())
    told: dict[str, Any] = {"ssl": site.tls("SN-3", **PAST), "password": False}
    async with plugged(url, "P3", **told) as charger:
        answer = await charger.ask("BootNotification", boot("ocpp2.0.1", "SN-3"))
        assert answer[2]["status"] == "Pending"
        ((action, wanted),) = await charger.answers({"status": "Accepted"})
        assert (action, wanted) == (
            "TriggerMessage",
            {"requestedMessage": "SignChargingStationCertificate"},
        )
        request = {"csr": csr_of(key, name("SN-3", ORGANIZATION))}
        assert (await charger.ask("SignCertificate", request))[2]["status"] == "Accepted"
        ((action, signed),) = await charger.answers({"status": "Accepted"})
        assert action == "CertificateSigned"
    renewed = ssl.create_default_context()
    site.authority.configure_trust(renewed)
    leaf, end, _ = signed["certificateChain"].partition("-----END CERTIFICATE-----")
    file = tmp_path / "renewed.pem"
    file.write_text(f"{key_pem(key)}{leaf}{end}\n")  # it does not send along who signed it
    renewed.load_cert_chain(file)
    await site.server.command("reload")
    async with plugged(url, "P3", ssl=renewed, password=False) as charger:
        answer = await charger.ask("BootNotification", boot("ocpp2.0.1", "SN-3"))
        assert answer[2]["status"] == "Accepted"


async def _sign_with_our_own(url: str) -> None:
    """Make an authority beside the running server, which finds it in the database."""
    clock = SystemClock()
    database = await open_database(url, clock=clock)
    pki = Pki(database, clock, Accounts(database, clock), secret=_as_kept())
    await pki.authorities.init("default", Purpose.STATION, organization=ORGANIZATION)
    await database.close()


def _as_kept() -> bytes:
    from laddnav.accounts.rules import station_secret  # noqa: PLC0415 - it is wanted here only

    return station_secret(SECRET)
