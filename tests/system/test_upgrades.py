"""Stations climb from security profile 1 to 3 over real TLS, and come to harm on the way."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from laddnav.accounts.rules import station_secret
from laddnav.accounts.service import Accounts
from laddnav.kernel.clock import SystemClock
from laddnav.ocpp.action import Version
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import KeyKind, Purpose
from laddnav.pki.service import Pki
from laddnav.simulator.calls import ConnectError
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from laddnav.simulator.vault import Vault
from laddnav.storage.opening import open_database
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

ORGANIZATION: Final = "Laddkraft AB"
DISCARDED: Final = {
    "type": "DiscardedRenewedClientCertificate", "timestamp": "2026-03-01T12:00:00Z"
}  # fmt: skip
PASSWORD: Final = "the first password"
SECRET: Final = b"the secret of the system tests"


def quick() -> Settings:
    """How a station behaves that tries again soon."""
    return Settings(back_off_s=0.1, back_off_random_s=0, back_off_doublings=0)


async def certified(url: str, folder: Path) -> list[Path]:
    """Make authorities for stations and for the server, and the server's certificates."""
    clock = SystemClock()
    database = await open_database(url, clock=clock)
    accounts = Accounts(database, clock)
    await accounts.open()
    pki = Pki(database, clock, accounts, secret=station_secret(SECRET))
    for purpose in (Purpose.STATION, Purpose.SERVER):
        made = await pki.authorities.init("default", purpose, organization=ORGANIZATION)
        assert isinstance(made, Authority)
    pairs = await pki.authorities.issue_server("default", ["127.0.0.1"], list(KeyKind))
    assert isinstance(pairs, list)
    files = []
    for number, pair in enumerate(pairs):
        files.append(folder / f"server-{number}.pem")
        files[-1].write_text(pair.key + pair.chain)
    await database.close()
    return files


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LaddnavServer]:
    """One server with a port in the open and one in TLS, and its own authorities."""
    folder = tmp_path_factory.mktemp("site")
    url = f"sqlite:///{shutil.copy(sqlite_template, folder / 'laddnav.db')}"
    files = await certified(url, folder)
    async with LaddnavServer(
        url, folder, ocpp_tls="127.0.0.1:0", tls_certificates=",".join(map(str, files))
    ) as running:
        yield running
    assert "PRIVATE KEY" not in running.log
    assert "Traceback" not in running.log


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(site: LaddnavServer) -> AsyncIterator[ApiClient]:
    async with await site.client() as client:
        yield client


@asynccontextmanager
async def living(
    site: LaddnavServer, api: ApiClient, identity: str, version: Version
) -> AsyncIterator[SimulatedStation]:
    """Add a station of profile 1, and let it live: it comes back whenever its link ends."""
    await api.post(
        "stations",
        {
            "identity": identity,
            "password": PASSWORD,
            "security_profile": 1,
            "settings": {"settle_seconds": 0},
        },
    )
    station = SimulatedStation(
        identity, site.ocpp, version, password=PASSWORD, secure_url=site.ocpp_tls, vault=Vault(),
        plan=StationPlan(serial=f"SN-{identity}", reboot_s=0), settings=quick(),
    )  # fmt: skip
    life = asyncio.create_task(station.run())
    try:
        async with asyncio.timeout(60):
            await station.ready()
        yield station
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
        await station.close()


async def upgrade(
    site: LaddnavServer, api: ApiClient, identity: str, profile: int, **more: Any
) -> str:
    """Begin an upgrade, and return where it is shown."""
    body = {"profile": profile, "reset": True, "url": site.ocpp_tls, **more}
    path = f"stations/{identity}/profile-upgrades"
    return f"{path}/{(await api.post(path, body))['handover']['id']}"


async def ended(api: ApiClient, path: str, state: str) -> dict[str, str]:
    """Wait until an upgrade has ended in a state; return its steps with what is told of each."""
    shown = await api.until(path, lambda item: item["ended_at"] is not None)
    assert shown["state"] == state, shown
    return {step["name"]: step.get("detail") or "" for step in shown["steps"]}


@pytest.mark.ocpp("A05.FR.02")
@pytest.mark.ocpp("A05.FR.03")
@pytest.mark.ocpp("A05.FR.04")
@pytest.mark.ocpp("A05.FR.07")
@pytest.mark.parametrize("version", list(Version))
async def test_a_station_climbs_from_profile_1_to_3(
    site: LaddnavServer, api: ApiClient, version: Version
) -> None:
    identity = f"CLIMB-{version}"
    async with living(site, api, identity, version) as station:
        steps = await ended(api, await upgrade(site, api, identity, 2), "verified")
        assert steps["root_there"] == "installed"
        assert station.routes.profile == 2
        steps = await ended(api, await upgrade(site, api, identity, 3), "verified")
        names = ("organization_sent", "certificate_asked", "certificate_there", "sent")
        assert [name for name in steps if name in names] == list(names)
        assert (station.routes.profile, station.routes.has_others) == (3, False)
        shown = await api.get(f"stations/{identity}")
        assert shown["security_profile"] == 3
        (issued,) = await api.items("certificates", station=identity)
        assert issued["subject"] == f"O={ORGANIZATION},CN=SN-{identity}"
    assert station.vault is not None
    station.vault.own = None
    for url in (site.ocpp, site.ocpp_tls):
        late = SimulatedStation(identity, url, version, password=PASSWORD, vault=station.vault)
        with pytest.raises(ConnectError, match="403"):
            await late.connect()
        await late.close()


def _is_revoked(line: dict[str, Any]) -> bool:
    return bool(line["reason"] == "certificate_revoked")


@pytest.mark.ocpp("A02.FR.29")
@pytest.mark.ocpp("A00.FR.702")
async def test_a_discarded_certificate_is_renewed_and_a_revoked_one_lets_nobody_in(
    site: LaddnavServer, api: ApiClient
) -> None:
    async with living(site, api, "STOLEN", Version.V201) as station:
        await ended(api, await upgrade(site, api, "STOLEN", 3), "verified")
        (first,) = await api.items("certificates", station="STOLEN")
        await station.say("SecurityEventNotification", DISCARDED)
        requests = await api.until(
            "certificates/requests",
            lambda page: [each["state"] for each in page["items"]] == ["installed"] * 2,
            station="STOLEN",
        )
        newest = requests["items"][0]["serial"]
        assert newest != first["serial"]
        await station.ready()
        await site.command("pki", "revoke", newest, "--reason", "it was stolen")
        listed = await api.until("refusals", lambda page: any(map(_is_revoked, page["items"])))
        line = next(filter(_is_revoked, listed["items"]))
        assert (line["identity"], "it was stolen" in line["detail"]) == ("STOLEN", True)
        assert line["remedy"]
        assert station.presence.link is None
    assert "X509 CRL" in await site.command("pki", "crl")
