"""Stations ask for certificates over the wire of every version."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from laddnav.gateway.certificates import hash_fields
from laddnav.kernel.keys import StationKey
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import HashAlgorithm, Purpose
from laddnav.pki.model.signing import CsrFlaw, RequestState, SigningRequest
from laddnav.pki.rules import chains, reading
from laddnav.stations.control import CommandStatus
from laddnav.stations.model.variables import VariableName, VariableRead
from laddnav.stations.rules.variables import key_name, read_variable_name
from tests.gateway.hub import Charger, Hub
from tests.gateway.notary import (
    EVERY,
    HASH,
    SERIAL,
    certifying,
    ready,
)
from tests.official import OverheardConnection
from tests.pki.making import ORGANIZATION, csr


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with certifying(sqlite_url) as opened:
        yield opened


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


@pytest.mark.parametrize("algorithm", HashAlgorithm)
async def test_a_request_under_a_root_is_signed_under_that_or_not_at_all(
    running: Hub, algorithm: HashAlgorithm
) -> None:
    [authority] = await running.rooms.pki.authorities.of("default")
    [root] = reading.load(authority.root)
    own = hash_fields(reading.hash_of(root, root, algorithm))
    own["serialNumber"] = f"00{own['serialNumber'].upper()}"
    async with running.charger(version="ocpp2.1") as charger:
        await ready(running, charger, "ocpp2.1")
        for other in (HASH, {**HASH, "hashAlgorithm": "MD5"}):
            refused = await asked(charger, csr(), hashRootCertificate=other)
            assert refused["statusInfo"]["reasonCode"] == "NotEnabled"
        assert await asked(charger, csr(), hashRootCertificate=own) == {"status": "Accepted"}
        [(action, _)] = await charger.answers({"status": "Accepted"})
        assert action == "CertificateSigned"


async def test_a_certificate_for_cars_bears_the_name_that_the_station_has_for_them(
    running: Hub,
) -> None:
    await running.rooms.pki.authorities.init("default", Purpose.V2G)
    kind = {"certificateType": "V2GCertificate"}
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await ready(running, charger, "ocpp2.0.1")
        assert (await asked(charger, csr("SEABC1"), **kind))["status"] == "Rejected"
        await tells(running, key, read_variable_name("ISO15118Ctrlr.SeccId"), "SEABC1")
        for cn in ("SEABC1", "CP1"):
            assert (await asked(charger, csr(cn), **kind))["status"] == "Accepted"
            [(_, payload)] = await charger.answers({"status": "Accepted"})
            assert payload["certificateType"] == "V2GCertificate"


@pytest.mark.ocpp("A03.FR.12")
async def test_a_number_or_a_type_that_is_none_does_no_harm(running: Hub) -> None:
    async with running.charger(version="ocpp2.1") as charger:
        await ready(running, charger, "ocpp2.1")
        odd = await asked(charger, csr(), certificateType="OddCertificate")
        assert odd["statusInfo"]["reasonCode"] == "NotEnabled"
        unsigned = await asked(charger, csr("CP1"), certificateType="V2GCertificate")
        assert unsigned["statusInfo"]["reasonCode"] == "NotEnabled"
