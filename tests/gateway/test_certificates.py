"""Certificates over the wire of every version: requests of stations, and questions to them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from laddnav.gateway.certificate_words import certificates_here
from laddnav.gateway.control import Control
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Version
from laddnav.pki.control import Held, HeldCertificate, LocalCertificateControl, Outcome, Said
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import CertificateHash, HashAlgorithm, Purpose, Use
from laddnav.pki.model.signing import CsrFlaw, Delivery, RequestState, SigningRequest
from laddnav.pki.rules import chains, reading
from laddnav.pki.service.installed import Installed
from laddnav.stations.control import CommandStatus
from laddnav.stations.model.variables import VariableName, VariableRead
from laddnav.stations.rules.variables import key_name, read_variable_name
from tests.gateway.hub import Charger, Hub, hub
from tests.official import OverheardConnection
from tests.pki.making import ORGANIZATION, csr

VERSIONS = {"ocpp1.6": Version.V16, "ocpp2.0.1": Version.V201, "ocpp2.1": Version.V21}
EVERY = pytest.mark.parametrize("version", list(VERSIONS))
SERIAL = "SN-4711"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
NAME = CertificateHash(
    algorithm=HashAlgorithm.SHA384,
    issuer_name_hash="ab" * 48,
    issuer_key_hash="cd" * 48,
    serial_number="A1",
)
HASH = {
    "hashAlgorithm": "SHA384",
    "issuerNameHash": "ab" * 48,
    "issuerKeyHash": "cd" * 48,
    "serialNumber": "A1",
}


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=5.0) as opened:
        await opened.add()
        made = await opened.rooms.pki.authorities.init(
            "default", Purpose.STATION, organization=ORGANIZATION
        )
        assert isinstance(made, Authority)
        opened.rooms.pki.attach(asking(opened))
        yield opened
        await opened.rooms.pki.close()


def asking(running: Hub) -> LocalCertificateControl:
    registry = running.links.registry
    return certificates_here(Control(registry), registry, running.rooms.stations.variables)


async def boot(charger: Charger, version: str) -> None:
    """Tell the serial number."""
    if version == "ocpp1.6":
        fields: dict[str, Any] = {
            "chargePointVendor": "V",
            "chargePointModel": "M",
            "chargePointSerialNumber": SERIAL,
        }
    else:
        station = {"vendorName": "V", "model": "M", "serialNumber": SERIAL}
        fields = {"chargingStation": station, "reason": "PowerUp"}
    assert (await charger.ask("BootNotification", fields))[2]["status"] == "Accepted"


async def ready(running: Hub, charger: Charger, version: str) -> StationKey:
    await boot(charger, version)
    return await running.settled(charger)


async def asked(charger: Charger, text: str, **more: Any) -> dict[str, Any]:
    """Ask for a certificate; return the answer."""
    answer: dict[str, Any] = (await charger.ask("SignCertificate", {"csr": text, **more}))[2]
    return answer


async def newest(running: Hub, holds: Callable[[SigningRequest], object]) -> SigningRequest:
    async with asyncio.timeout(20):
        while True:
            found = await running.rooms.pki.requests("default")
            if found and holds(found[0]):
                return found[0]
            await asyncio.sleep(0.01)


MORE: dict[str, dict[str, Any]] = {
    "ocpp1.6": {},
    "ocpp2.0.1": {"certificateType": "ChargingStationCertificate"},
    "ocpp2.1": {"certificateType": "ChargingStationCertificate", "requestId": 42},
}


@EVERY
@pytest.mark.ocpp("A02.FR.11")
@pytest.mark.ocpp("A02.FR.14")
@pytest.mark.ocpp("A02.FR.25")
async def test_a_request_is_accepted_at_once_and_its_certificate_comes_after(
    running: Hub, version: str
) -> None:
    async with running.charger(version=version) as charger:
        await ready(running, charger, version)
        assert await asked(charger, csr(), **MORE[version]) == {"status": "Accepted"}
        [(action, payload)] = await charger.answers({"status": "Accepted"})
        assert action == "CertificateSigned"
        chain = reading.load(payload.pop("certificateChain"))
        assert payload == MORE[version], "the type and the number come back"
        trust = await running.rooms.pki.roots.trust_of("default")
        roots = [each for pem in trust.roots for each in reading.load(pem)]
        assert chains.flaw(chain, roots, running.rooms.clock.now()) is None
        assert reading.told(chain[0]).common_names == (SERIAL,)
        await newest(running, lambda each: each.state is RequestState.INSTALLED)


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
@pytest.mark.ocpp("A03.FR.11")
@pytest.mark.ocpp("A03.FR.14")
@pytest.mark.ocpp("A03.FR.21")
async def test_a_certificate_for_iso_15118_comes_where_somebody_signs_it(
    running: Hub, version: str
) -> None:
    made = await running.rooms.pki.authorities.init(
        "default", Purpose.V2G, organization=ORGANIZATION
    )
    assert isinstance(made, Authority)
    more = MORE[version] | {"certificateType": "V2GCertificate"}
    async with running.charger(version=version) as charger:
        await ready(running, charger, version)
        assert await asked(charger, csr("CP1"), **more) == {"status": "Accepted"}
        [(action, payload)] = await charger.answers({"status": "Accepted"})
        assert action == "CertificateSigned"
        assert reading.load(payload.pop("certificateChain"))
        assert payload == more, "the type and the number come back"


@EVERY
@pytest.mark.ocpp("A02.FR.12")
async def test_a_bad_request_is_rejected_and_the_reason_kept(running: Hub, version: str) -> None:
    async with running.charger(version=version) as charger:
        await ready(running, charger, version)
        answer = await asked(charger, csr(cn="CP1"), **MORE[version])
        assert answer["status"] == "Rejected"
        if version != "ocpp1.6":
            assert answer["statusInfo"]["reasonCode"] == "InvalidCSR"
            assert SERIAL in answer["statusInfo"]["additionalInfo"]
        assert (await asked(charger, "nonsense"))["status"] == "Rejected"
        kept = await running.rooms.pki.requests("default")
        assert [each.flaw for each in kept] == [CsrFlaw.UNREADABLE, CsrFlaw.WRONG_NAME]


@EVERY
async def test_a_station_that_rejects_its_certificate_is_not_given_it_again(
    running: Hub, version: str
) -> None:
    async with running.charger(version=version) as charger:
        await ready(running, charger, version)
        text = csr()
        await asked(charger, text)
        await charger.answers({"status": "Rejected"})
        await newest(running, lambda each: each.state is RequestState.DECLINED)
        await running.rooms.pki.signing.resume()
        assert (await asked(charger, text))["status"] == "Rejected"
        assert (await charger.ask("Heartbeat", {}))[0] == 3, "nothing else was sent before it"


async def again_and_again(running: Hub) -> None:
    """Do as the chore does."""
    while True:
        await running.rooms.pki.signing.resume()
        await asyncio.sleep(0.05)


@EVERY
async def test_a_station_that_leaves_before_its_certificate_gets_it_when_it_is_back(
    running: Hub, version: str
) -> None:
    async with running.charger(version=version) as charger:
        await ready(running, charger, version)
        await asked(charger, csr())
        await charger.hear()  # CertificateSigned, which it never answers
    await newest(running, lambda each: each.state is RequestState.SIGNED)
    async with running.charger(version=version) as charger:
        await running.settled(charger)
        chore = asyncio.create_task(again_and_again(running))
        [(action, _)] = await charger.answers({"status": "Accepted"})
        chore.cancel()
        assert action == "CertificateSigned"
        await newest(running, lambda each: each.state is RequestState.INSTALLED)


async def test_a_station_that_proves_nothing_is_given_no_certificate(running: Hub) -> None:
    await running.add("OPEN", security_profile=0)
    url = f"ws://127.0.0.1:{running.listener.address[1]}/ocpp/OPEN"
    async with connect(
        url, subprotocols=[Subprotocol("ocpp1.6")], create_connection=OverheardConnection
    ) as socket:
        charger = Charger(socket)
        assert (await asked(charger, csr("OPEN")))["status"] == "Rejected"
    (kept,) = await running.rooms.pki.requests("default")
    assert (kept.key.identity, kept.flaw) == ("OPEN", CsrFlaw.UNPROVEN)


LIMITS = {
    "ocpp1.6": key_name("CertificateSignedMaxChainSize"),
    "ocpp2.0.1": read_variable_name("SecurityCtrlr.MaxCertificateChainSize"),
    "ocpp2.1": read_variable_name("SecurityCtrlr.MaxCertificateChainSize"),
}


async def tells(running: Hub, key: StationKey, name: VariableName | None, value: str) -> None:
    """Let a station tell the value of a variable."""
    stations = running.rooms.stations
    live = stations.live(key)
    assert live is not None
    assert name is not None
    told = VariableRead(name=name, status=CommandStatus.ACCEPTED, value=value)
    write = stations.variables.told(live, [told], running.rooms.clock.now())
    assert write is not None
    await running.rooms.database.commit(write)


@pytest.mark.parametrize(("room", "certificates"), [(10_000, 2), (1_000, 1), (100, 0)])
@EVERY
async def test_no_chain_is_longer_than_the_station_takes(
    running: Hub, version: str, room: int, certificates: int
) -> None:
    async with running.charger(version=version) as charger:
        key = await ready(running, charger, version)
        await tells(running, key, LIMITS[version], str(room))
        assert (await asked(charger, csr(), **MORE[version]))["status"] == "Accepted"
        if not certificates:
            kept = await newest(running, lambda each: each.detail)
            assert "longer than the 100 characters" in kept.detail
            return
        [(_, payload)] = await charger.answers({"status": "Accepted"})
        assert len(payload["certificateChain"]) <= room
        assert len(reading.load(payload["certificateChain"])) == certificates


@pytest.mark.ocpp("A03.FR.12")
async def test_a_number_or_a_type_that_is_none_does_no_harm(running: Hub) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        await ready(running, charger, "ocpp2.1")
        odd = await asked(charger, csr(), certificateType="OddCertificate")
        assert odd["statusInfo"]["reasonCode"] == "NotEnabled"
        unsigned = await asked(charger, csr("CP1"), certificateType="V2GCertificate")
        assert unsigned["statusInfo"]["reasonCode"] == "NotEnabled"


QUESTIONS = {
    ("ocpp1.6", "ask"): (
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
    ),
    ("ocpp2.0.1", "ask"): (
        "TriggerMessage",
        {"requestedMessage": "SignChargingStationCertificate"},
    ),
    ("ocpp2.1", "ask"): ("TriggerMessage", {"requestedMessage": "SignChargingStationCertificate"}),
    ("ocpp1.6", "install"): (
        "InstallCertificate",
        {"certificateType": "CentralSystemRootCertificate", "certificate": PEM},
    ),
    ("ocpp2.0.1", "install"): (
        "InstallCertificate",
        {"certificateType": "CSMSRootCertificate", "certificate": PEM},
    ),
    ("ocpp2.1", "install"): (
        "InstallCertificate",
        {"certificateType": "CSMSRootCertificate", "certificate": PEM},
    ),
    **{
        (version, "delete"): ("DeleteCertificate", {"certificateHashData": HASH})
        for version in VERSIONS
    },
}


@pytest.mark.parametrize(("version", "verb"), list(QUESTIONS))
async def test_each_question_is_asked_in_the_words_of_its_version(
    running: Hub, version: str, verb: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await ready(running, charger, version)
        control = asking(running)
        verbs = {
            "ask": lambda: control.ask_for_request(key, Purpose.STATION),
            "install": lambda: control.install_certificate(key, Use.CSMS_ROOT, PEM),
            "delete": lambda: control.delete_certificate(key, NAME),
        }
        said = asyncio.create_task(verbs[verb]())
        [(action, payload)] = await charger.answers({"status": "Accepted"})
        assert (action, payload) == QUESTIONS[version, verb]
        assert await said == Said(outcome=Outcome.ACCEPTED, wire_status="Accepted")


@pytest.mark.ocpp("M03.FR.01")
async def test_what_a_station_of_1_6_has_takes_two_questions(running: Hub) -> None:
    async with running.charger() as charger:
        key = await ready(running, charger, "ocpp1.6")
        held = asyncio.create_task(asking(running).installed_certificates(key))
        answers: list[dict[str, Any]] = [
            {"status": "Accepted", "certificateHashData": [HASH]},
            {"status": "NotFound"},
        ]
        calls = await charger.answers(*answers)
        kinds = ["CentralSystemRootCertificate", "ManufacturerRootCertificate"]
        assert [payload["certificateType"] for _, payload in calls] == kinds
        assert await held == Held(certificates=(HeldCertificate(use=Use.CSMS_ROOT, name=NAME),))


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
@pytest.mark.ocpp("M03.FR.01")
@pytest.mark.ocpp("M03.FR.05")
async def test_what_a_station_of_2_has_comes_with_its_children(running: Hub, version: str) -> None:
    async with running.charger(version=version) as charger:
        key = await ready(running, charger, version)
        installed = Installed(running.rooms.database, running.rooms.clock, asking(running))
        reading_it = asyncio.create_task(installed.read(key))
        child = {**HASH, "serialNumber": "B2"}
        chain = {
            "certificateType": "V2GCertificateChain",
            "certificateHashData": HASH,
            "childCertificateHashData": [child],
        }
        root = {"certificateType": "CSMSRootCertificate", "certificateHashData": HASH}
        answer = {"status": "Accepted", "certificateHashDataChain": [chain, root]}
        [(action, payload)] = await charger.answers(answer)
        assert (action, payload) == ("GetInstalledCertificateIds", {})
        await reading_it
        kept = [
            (each.use, each.serial_number, each.is_child) for each in await installed.known(key)
        ]
        assert kept == [
            (Use.V2G_CHAIN, "A1", False),
            (Use.V2G_CHAIN, "B2", True),
            (Use.CSMS_ROOT, "A1", False),
        ]


async def test_what_a_version_has_no_words_for_is_not_sent(running: Hub) -> None:
    async with running.charger() as charger:
        key = await ready(running, charger, "ocpp1.6")
        control = asking(running)
        for said in (
            await control.install_certificate(key, Use.V2G_ROOT, PEM),
            await control.ask_for_request(key, Purpose.V2G),
            await control.install_certificate(key, Use.CSMS_ROOT, "x" * 6000),
        ):
            assert said.outcome is Outcome.NOT_POSSIBLE
            assert said.reason
        gone = StationKey("default", "GONE")
        assert (await control.delete_certificate(gone, NAME)).outcome is Outcome.NOT_CONNECTED
        assert await control.installed_certificates(gone) == Said(outcome=Outcome.NOT_CONNECTED)


async def test_what_goes_wrong_with_a_question_is_told_as_what_it_is(running: Hub) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await ready(running, charger, "ocpp2.0.1")

        async def said(*answer: object) -> Said:
            delivery = Delivery(purpose=Purpose.STATION, chain=PEM)
            asked = asyncio.create_task(asking(running).deliver_certificate(key, delivery))
            call = await charger.hear()
            await charger.tell(answer[0], call[1], *answer[1:])
            return await asked

        unknown = await said(4, "NotImplemented", "what?", {})
        assert unknown.outcome is Outcome.NOT_SUPPORTED
        broken = await said(4, "InternalError", "oh", {})
        assert (broken.outcome, broken.reason) == (Outcome.ERROR, "oh")
        info = {"reasonCode": "InvalidCertificate", "additionalInfo": "why"}
        rejected = await said(3, {"status": "Rejected", "statusInfo": info})
        assert rejected == Said(
            outcome=Outcome.REJECTED, wire_status="Rejected", reason="InvalidCertificate: why"
        )
        assert (await said(3, {})).outcome in {Outcome.ERROR, Outcome.REJECTED}
