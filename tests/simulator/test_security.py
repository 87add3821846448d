"""Stations that are given roots, certificates and other security profiles."""

import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import trustme
from cryptography import x509

from laddnav.kernel.clock import SystemClock
from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import RemoteProtocolError
from laddnav.pki.model.authority import NewAuthority
from laddnav.pki.model.certificate import HashAlgorithm, KeyKind, Purpose
from laddnav.pki.rules import issuing, reading
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.station import SimulatedStation
from laddnav.simulator.vault import Vault
from tests.simulator.csms import Csms, Payload
from tests.simulator.people import QuickTime

CP = "CP 1"
SERIAL = "SN-1"
PASSWORD = "0123456789abcdef"
ACCEPTED: Payload = {"status": "Accepted"}


class Site:
    """A server with a port in the open and one in TLS, and who signs for stations."""

    def __init__(self) -> None:
        self.open, self.secure = Csms(), Csms()
        self.server = trustme.CA()
        self.owner = made()
        self.asked: list[Payload] = []
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.issue_cert("127.0.0.1").configure_cert(self.tls)
        self.trust(self.owner)
        for each in (self.open, self.secure):
            each.answers["SignCertificate"] = self._sign
            each.answers["SecurityEventNotification"] = lambda _: {}

    def trust(self, authority: NewAuthority) -> None:
        """Let the next connections show certificates of an authority."""
        self.tls.verify_mode = ssl.CERT_OPTIONAL
        self.tls.load_verify_locations(cadata=authority.root)

    def _sign(self, payload: Payload) -> Payload:
        self.asked.append(payload)
        return ACCEPTED

    def delivery(self, owner: NewAuthority, serial: int = 7) -> Payload:
        """What is answered to the last request, once it is signed."""
        now, last = SystemClock().now(), self.asked[-1]
        chain = issuing.sign(
            last["csr"], issuing=owner.issuing, issuing_key=owner.issuing_key, now=now, days=9,
            serial=serial,
        )  # fmt: skip
        more: Payload = {
            name: last[name] for name in ("certificateType", "requestId") if name in last
        }
        return {"certificateChain": chain.pem, **more}

    @property
    def root(self) -> str:
        return self.server.cert_pem.bytes().decode()


def made() -> NewAuthority:
    return issuing.make_authority(
        organization="Laddnav", purpose=Purpose.STATION, kind=KeyKind.EC, now=SystemClock().now(),
        root_days=30, issuing_days=20, serials=(1, 2),
    )  # fmt: skip


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    running = Site()
    await running.open.start()
    await running.secure.start(running.tls)
    yield running
    for each in (running.open, running.secure):
        await each.stop()
        assert each.violations == []


@pytest.fixture
async def box(site: Site, version: Version) -> AsyncIterator[SimulatedStation]:
    station = SimulatedStation(
        CP, site.open.url, version, password=PASSWORD, secure_url=site.secure.url, vault=Vault(),
        plan=StationPlan(serial=SERIAL), settings=Settings(), time=QuickTime(),
    )  # fmt: skip
    await station.go_online()
    yield station
    await station.close()


def variables(component: str, **named: str) -> Payload:
    return {
        "setVariableData": [
            {"component": {"name": component}, "variable": {"name": name}, "attributeValue": value}
            for name, value in named.items()
        ]
    }


def root_use(version: Version) -> str:
    return "CentralSystemRootCertificate" if version is Version.V16 else "CSMSRootCertificate"


async def install(csms: Csms, version: Version, pem: str) -> str:
    payload = {"certificateType": root_use(version), "certificate": pem}
    status: str = (await csms.call(CP, "InstallCertificate", payload))["status"]
    return status


async def raised(site: Site, csms: Csms, version: Version, profile: int, slot: int = 2) -> Any:
    """Tell a station to come with another profile; return what it answers."""
    if version is Version.V16:
        payload: Payload = {"key": "SecurityProfile", "value": str(profile)}
        return (await csms.call(CP, "ChangeConfiguration", payload))["status"]
    data: Payload = {
        "ocppTransport": "JSON", "ocppCsmsUrl": site.secure.url, "messageTimeout": 30,
        "securityProfile": profile, "ocppInterface": "Wired0", "ocppVersion": "OCPP20",
    }  # fmt: skip
    payload = {"configurationSlot": slot, "connectionData": data}
    said = await csms.call(CP, "SetNetworkProfile", payload)
    if said["status"] != "Accepted":
        return said["statusInfo"]["reasonCode"]
    order = variables("OCPPCommCtrlr", NetworkConfigurationPriority=f"{slot},{3 - slot}")
    (result,) = (await csms.call(CP, "SetVariables", order))["setVariableResult"]
    assert result["attributeStatus"] == "RebootRequired"
    assert (await csms.call(CP, "Reset", {"type": "OnIdle"}))["status"] == "Accepted"
    return "Accepted"


async def signed(site: Site, csms: Csms, version: Version) -> None:
    """Ask a station to ask for a certificate, and wait until it does."""
    before = len(site.asked)
    if version is Version.V16:
        wanted: Payload = {"requestedMessage": "SignChargePointCertificate"}
        answer = await csms.call(CP, "ExtendedTriggerMessage", wanted)
    else:
        wanted = {"requestedMessage": "SignChargingStationCertificate"}
        answer = await csms.call(CP, "TriggerMessage", wanted)
    assert answer["status"] == "Accepted"
    await csms.changes.until(lambda: len(site.asked) > before)


async def at_profile_3(site: Site, version: Version, box: SimulatedStation) -> None:
    assert await install(site.open, version, site.root) == "Accepted"
    assert await raised(site, site.open, version, 2) == "Accepted"
    await site.secure.until_said("BootNotification")
    await signed(site, site.secure, version)
    delivery = site.delivery(site.owner)
    assert await site.secure.call(CP, "CertificateSigned", delivery) == ACCEPTED
    assert await raised(site, site.secure, version, 3, slot=1) == "Accepted"
    await site.secure.until_said("BootNotification", 2)
    await box.ready()


@pytest.mark.ocpp("A05.FR.06")
async def test_a_station_climbs_from_profile_1_to_3(
    site: Site, version: Version, box: SimulatedStation
) -> None:
    await at_profile_3(site, version, box)
    request = x509.load_pem_x509_csr(site.asked[0]["csr"].encode())
    assert request.subject.rfc4514_string() == f"O=Laddnav,CN={SERIAL}"
    assert (site.secure.credentials[0] or "").startswith("Basic ")
    assert site.secure.credentials[-1] is None
    assert (box.routes.profile, box.routes.has_others) == (3, False)
    if version is Version.V16:
        told = await site.secure.call(CP, "GetConfiguration", {"key": ["SecurityProfile"]})
        assert told["configurationKey"] == [
            {"key": "SecurityProfile", "readonly": False, "value": "3"}
        ]


@pytest.mark.ocpp("A05.FR.02")
@pytest.mark.ocpp("A05.FR.03")
async def test_a_station_takes_no_profile_that_it_has_no_certificates_for(
    site: Site, version: Version, box: SimulatedStation
) -> None:
    refused = "Rejected" if version is Version.V16 else "InvalidNetworkConf"
    assert await raised(site, site.open, version, 2) == refused
    assert await install(site.open, version, site.root) == "Accepted"
    assert await raised(site, site.open, version, 3) == refused
    assert await raised(site, site.open, version, 4) == refused
    lower = "Rejected" if version is Version.V16 else "NoSecurityDowngrade"
    assert await raised(site, site.open, version, 0) == lower
    if version is not Version.V16:
        assert await raised(site, site.open, version, 2, slot=1) == "InvalidConfSlot"
    assert box.routes.profile == 1


@pytest.mark.ocpp("B10.FR.03")
async def test_a_station_comes_back_as_before_where_the_new_way_leads_nowhere(
    site: Site, version: Version, box: SimulatedStation
) -> None:
    other = trustme.CA().cert_pem.bytes().decode()
    assert await install(site.open, version, other) == "Accepted"
    assert await raised(site, site.open, version, 2) == "Accepted"
    await site.open.changes.until(lambda: len(site.open.credentials) == 2)
    await box.ready()
    assert site.secure.credentials == []
    assert box.routes.profile == 1
    assert box.routes.has_others is (version is not Version.V16)


async def test_a_certificate_for_another_key_is_not_taken(
    site: Site, version: Version, box: SimulatedStation
) -> None:
    assert box.routes.profile == 1
    await signed(site, site.open, version)
    late = site.delivery(site.owner)
    await signed(site, site.open, version)
    for delivery in (late, {**site.delivery(site.owner), "certificateChain": "nothing"}):
        assert await site.open.call(CP, "CertificateSigned", delivery) == {"status": "Rejected"}
    taken = site.delivery(site.owner)
    assert await site.open.call(CP, "CertificateSigned", taken) == ACCEPTED
    assert await site.open.call(CP, "CertificateSigned", taken) == ACCEPTED, "it has it"


@pytest.mark.ocpp("A02.FR.29")
async def test_a_renewed_certificate_that_the_server_does_not_know_is_discarded(
    site: Site, version: Version, box: SimulatedStation
) -> None:
    await at_profile_3(site, version, box)
    await signed(site, site.secure, version)
    foreign = site.delivery(made())
    assert await site.secure.call(CP, "CertificateSigned", foreign) == ACCEPTED
    (event,) = await site.secure.until_said("SecurityEventNotification")
    assert event["type"] == "DiscardedRenewedClientCertificate"


async def test_roots_are_told_and_taken_out(
    site: Site, version: Version, box: SimulatedStation
) -> None:
    wanted = root_use(version)
    asked: Payload = {"certificateType": wanted if version is Version.V16 else [wanted]}
    nothing = await site.open.call(CP, "GetInstalledCertificateIds", asked)
    assert nothing == {"status": "NotFound"}
    assert await install(site.open, version, "nothing") == "Rejected"
    assert await install(site.open, version, site.root) == "Accepted"
    assert await install(site.open, version, site.root) == "Accepted"
    told = await site.open.call(CP, "GetInstalledCertificateIds", asked)
    if version is Version.V16:
        (held,) = told["certificateHashData"]
    else:
        ((held, kind),) = (each.values() for each in told["certificateHashDataChain"])
        held, kind = (held, kind) if isinstance(held, dict) else (kind, held)
        assert kind == wanted
    (root,) = reading.load(site.root)
    name = reading.hash_of(root, root, HashAlgorithm.SHA256)
    assert held["issuerKeyHash"] == name.issuer_key_hash
    assert held["serialNumber"] == name.serial_number
    gone = {"certificateHashData": {**held, "issuerKeyHash": held["issuerKeyHash"].upper()}}
    assert await site.open.call(CP, "DeleteCertificate", gone) == ACCEPTED
    assert await site.open.call(CP, "DeleteCertificate", gone) == {"status": "NotFound"}
    assert box.vault is not None
    assert not box.vault.has_root()


async def test_the_last_root_stays_where_it_is_needed(
    site: Site, version: Version, box: SimulatedStation
) -> None:
    await at_profile_3(site, version, box)
    (root,) = reading.load(site.root)
    name = reading.hash_of(root, root, HashAlgorithm.SHA256)
    data = {
        "hashAlgorithm": "SHA256", "issuerNameHash": name.issuer_name_hash,
        "issuerKeyHash": name.issuer_key_hash, "serialNumber": name.serial_number,
    }  # fmt: skip
    wanted = {"certificateHashData": data}
    assert await site.secure.call(CP, "DeleteCertificate", wanted) == {"status": "Failed"}
    own = {"certificateHashData": {**data, "serialNumber": "7"}}
    assert await site.secure.call(CP, "DeleteCertificate", own) == {"status": "Failed"}


async def test_a_station_without_a_place_for_certificates_takes_none(
    site: Site, version: Version
) -> None:
    station = SimulatedStation(CP, site.open.url, version, time=QuickTime())
    await station.go_online()
    try:
        with pytest.raises(RemoteProtocolError):
            await install(site.open, version, site.root)
        if version is Version.V16:
            assert await raised(site, site.open, version, 2) == "Rejected"
        else:
            with pytest.raises(RemoteProtocolError):
                await raised(site, site.open, version, 2)
    finally:
        await station.close()


def test_a_certificate_that_is_over_is_not_taken() -> None:
    vault, owner, now = Vault(), made(), SystemClock().now()
    csr = vault.request(SERIAL, "Laddnav")
    chain = issuing.sign(
        csr, issuing=owner.issuing, issuing_key=owner.issuing_key, now=now, days=1, serial=3
    )
    assert not vault.take(chain.pem, now + timedelta(days=2))
    assert vault.take(chain.pem, now)
