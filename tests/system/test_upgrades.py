"""Stations climb from security profile 1 to 3 over real TLS, and come to harm on the way."""

import asyncio
import shutil
import ssl
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
from tests.official import Overheard
from tests.pki.making import csr_of, ec_key, key_pem, name
from tests.system.foreign import Foreign, plugged
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

ORGANIZATION: Final = "Laddkraft AB"
DISCARDED: Final = {
    "type": "DiscardedRenewedClientCertificate", "timestamp": "2026-03-01T12:00:00Z"
}  # fmt: skip
PASSWORD: Final = "the first password"
SECRET: Final = b"the secret of the system tests"


_NOWHERE: Final = "wss://127.0.0.1:1/ocpp"
_ALWAYS: Final = frozenset({"CertificateSigned"})
_TRIGGERS: Final = {
    "1.6": "ExtendedTriggerMessage",
    "2.0.1": "TriggerMessage",
    "2.1": "TriggerMessage",
}
_ORGANIZATION: Final = ("SecurityCtrlr", "OrganizationName")
_PRIORITY: Final = ("OCPPCommCtrlr", "NetworkConfigurationPriority")
_ACTIVE: Final = ("OCPPCommCtrlr", "ActiveNetworkProfile")


def _place(variable: tuple[str, str]) -> dict[str, Any]:
    return {"component": {"name": variable[0]}, "variable": {"name": variable[1]}}


def _got(variable: tuple[str, str], value: str) -> dict[str, Any]:
    return {"attribute_status": "Accepted", "attribute_value": value, **_place(variable)}


def _set(variable: tuple[str, str]) -> dict[str, Any]:
    return {"attribute_status": "Accepted", **_place(variable)}


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


async def add(api: ApiClient, identity: str) -> None:
    """Add a station of profile 1, which may be commanded as soon as it is there."""
    await api.post(
        "stations",
        {
            "identity": identity,
            "password": PASSWORD,
            "security_profile": 1,
            "settings": {"settle_seconds": 0},
        },
    )


@asynccontextmanager
async def living(
    site: LaddnavServer,
    api: ApiClient,
    identity: str,
    version: Version,
    secure_url: str | None = None,
) -> AsyncIterator[SimulatedStation]:
    """Add a station, and let it live: it comes back whenever its link ends."""
    await add(api, identity)
    station = SimulatedStation(
        identity, site.ocpp, version, password=PASSWORD,
        secure_url=secure_url or site.ocpp_tls, vault=Vault(),
        plan=StationPlan(serial=f"SN-{identity}", reboot_s=0), settings=quick(),
        listener=Overheard(version, vouches=True).hear,
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


@pytest.mark.ocpp("B10.FR.03")
@pytest.mark.parametrize("version", [Version.V16, Version.V21])
async def test_a_station_that_does_not_reach_the_new_address_comes_back_as_before(
    site: LaddnavServer, api: ApiClient, version: Version
) -> None:
    identity = f"NOWHERE-{version}"
    async with living(site, api, identity, version, secure_url=_NOWHERE) as station:
        path = await upgrade(site, api, identity, 2, url=_NOWHERE)
        came = {"came_as_before"}
        await api.until(path, lambda item: came <= {step["name"] for step in item["steps"]})
        await station.ready()
        assert station.routes.profile == 1
        response = await api.http.delete(path)
        assert response.json()["state"] == "cancelled"
        await station.kill_link()
        await station.ready()
        shown = await api.get(f"stations/{identity}")
        assert (shown["security_profile"], shown["connected"]) == (1, True)


async def test_a_link_that_breaks_with_the_certificate_on_its_way_costs_no_upgrade(
    site: LaddnavServer, api: ApiClient
) -> None:
    async with living(site, api, "BROKEN", Version.V21) as station:
        await ended(api, await upgrade(site, api, "BROKEN", 2), "verified")
        cut: list[str] = []

        def listen(way: str, text: str) -> None:
            if way == "in" and "CertificateSigned" in text and not cut:
                cut.append(text)
                assert station.presence.link is not None
                station.presence.link.kill()

        assert station.presence.link is not None
        station.presence.link.listener = listen
        await ended(api, await upgrade(site, api, "BROKEN", 3), "verified")
        assert cut


class Climber:
    """A charge point that is not ours, and what it is given."""

    def __init__(self, point: Foreign, version: str) -> None:
        self.point = point
        self.version = version
        self.key = ec_key()
        self.root = self.chain = ""
        for action in ("ChangeConfiguration", "CertificateSigned", "SetNetworkProfile", "Reset"):
            if (action == "ChangeConfiguration") is (version == "1.6") or action in _ALWAYS:
                point.answers(action, status="Accepted")
        point.answers(_TRIGGERS[version], status="Accepted")
        point.answers("InstallCertificate", status="Accepted")
        point.answers("GetInstalledCertificateIds", status="NotFound")
        if version == "1.6":
            point.answers("GetConfiguration", configuration_key=[], unknown_key=["CpoName"])
            return
        owner, priority, active = _ORGANIZATION, _PRIORITY, _ACTIVE
        point.answers_in_turn(
            "GetVariables",
            {"get_variable_result": [_got(owner, ORGANIZATION)]},
            {"get_variable_result": [_got(priority, "1"), _got(active, "1")]},
        )
        point.answers("SetVariables", set_variable_result=[_set(priority)])

    async def until(self, last: str) -> dict[str, Any]:
        """Do as it is told until a command comes; return that command's fields."""
        while True:
            action, fields = await self.point.told()
            match action:
                case "InstallCertificate":
                    self.root = fields["certificate"]
                case "TriggerMessage" | "ExtendedTriggerMessage":
                    csr = csr_of(self.key, name("F-1", ORGANIZATION))
                    await self.point.call("SignCertificate", csr=csr)
                case "CertificateSigned":
                    self.chain = fields["certificate_chain"]
                case _:
                    pass
            if action == last and fields.get("key") in {None, "SecurityProfile"}:
                return fields

    def tls(self, folder: Path) -> ssl.SSLContext:
        """Return how it comes from now on."""
        context = ssl.create_default_context(cadata=self.root)
        file = folder / "own.pem"
        file.write_text(key_pem(self.key) + self.chain)
        context.load_cert_chain(file)
        return context


@pytest.mark.parametrize("version", list(_TRIGGERS))
async def test_a_charge_point_that_is_not_ours_climbs_once_it_takes_what_it_is_given(
    site: LaddnavServer, api: ApiClient, tmp_path: Path, version: str
) -> None:
    identity = f"FOREIGN-{version}"
    await add(api, identity)
    async with plugged(site.ocpp, identity, version, password=PASSWORD) as point:
        await point.boot()
        climber = Climber(point, version)
        point.answers("InstallCertificate", status="Failed")
        refused = await upgrade(site, api, identity, 3)
        await ended(api, refused, "failed")
        assert "Failed" in (await api.get(refused))["reason"]
        point.answers("InstallCertificate", status="Accepted")
        path = await upgrade(site, api, identity, 3)
        await climber.until("ChangeConfiguration" if version == "1.6" else "Reset")
    told: dict[str, Any] = {"ssl": climber.tls(tmp_path)}
    async with plugged(site.ocpp_tls, identity, version, **told) as point:
        answer = await point.boot()
        assert answer.status == "Accepted"
        steps = await ended(api, path, "verified")
        assert steps["certificate_there"].startswith("serial number")


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
