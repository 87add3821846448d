"""Certificates over the API: authorities, requests, roots, and what stations have."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Held, HeldCertificate, Outcome, Said
from laddnav.pki.model.certificate import CertificateHash, HashAlgorithm, Purpose, Use
from laddnav.pki.rules import chains, reading
from laddnav.stations.service.bulks import MOST_AT_ONCE
from tests.pki.making import ORGANIZATION, csr, name, self_signed
from tests.web.asking import everything, problem
from tests.web.charging import Charging
from tests.web.house import House

V1 = "/api/v1/certificates"
ROOT = reading.as_pem(self_signed(name("Root"), ca=True, lasts=timedelta(days=20_000)))
CP1 = StationKey("default", "CP1")


@pytest.fixture(autouse=True)
async def charging(house: House) -> Charging:
    charging = Charging(house)
    await charging.add_station()
    return charging


async def made(client: httpx.AsyncClient, path: str, body: Any, status: int = 201) -> Any:
    answer = await client.post(f"{V1}/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_an_authority_signs_for_its_operator_only(
    api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    own = await made(api, "authorities", {"organization": ORGANIZATION})
    assert "PRIVATE" not in str(own)
    problem(await api.post(f"{V1}/authorities", json={}), 409)
    listed = (await api.get(f"{V1}/authorities")).json()
    assert (listed["organization"], listed["items"]) == (ORGANIZATION, [own])
    assert (await rival.get(f"{V1}/authorities")).json()["items"] == []
    signed = await made(api, "sign", {"station": "CP1", "csr": csr("CP1")})
    leaf_first = reading.load(signed["chain"])
    now = leaf_first[0].not_valid_before_utc
    assert chains.flaw(leaf_first, reading.load(own["root"]), now) is None
    assert await everything(api, "certificates", 1) == [signed]
    assert (await api.get(f"{V1}/{signed['serial']}")).json() == signed
    problem(await rival.get(f"{V1}/{signed['serial']}"), 404)
    problem(await rival.post(f"{V1}/sign", json={"station": "CP1", "csr": csr("CP1")}), 404)


async def test_a_certificate_is_revoked_by_its_operator_only_and_shown_in_a_signed_list(
    api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    own = await made(api, "authorities", {"organization": ORGANIZATION})
    signed = await made(api, "sign", {"station": "CP1", "csr": csr("CP1")})
    path = f"{signed['serial']}/revocation"
    problem(await rival.post(f"{V1}/{path}", json={}), 404)
    problem(await rival.get(f"{V1}/crl/station"), 404)
    problem(await api.get(f"{V1}/crl/v2g"), 404)
    problem(await api.get(f"{V1}/crl/nothing"), 404)
    assert len(await revoked(api)) == 0
    done = await made(api, path, {"reason": "it was stolen"}, status=200)
    assert (done["revoked_for"], done["revoked_at"] is not None) == ("it was stolen", True)
    listed = await revoked(api)
    (entry,) = listed
    assert f"{entry.serial_number:x}" == signed["serial"]
    (issuer,) = (each for each in reading.load(own["issuing"]) if not chains.is_root(each))
    key = issuer.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert listed.is_signature_valid(key)


async def revoked(api: httpx.AsyncClient) -> x509.CertificateRevocationList:
    answer = await api.get(f"{V1}/crl/station")
    return x509.load_pem_x509_crl(answer.json()["pem"].encode())


async def test_a_request_with_a_wrong_name_is_refused_in_words(api: httpx.AsyncClient) -> None:
    await made(api, "authorities", {"organization": ORGANIZATION})
    refused = problem(await api.post(f"{V1}/sign", json={"station": "CP1", "csr": csr()}), 422)
    assert refused["errors"] == [{"message": "its CN is SN-4711, expected CP1", "field": "csr"}]


async def test_no_stations_request_makes_a_servers_certificate(api: httpx.AsyncClient) -> None:
    await made(api, "authorities", {"organization": ORGANIZATION, "purpose": "server"})
    body = {"station": "CP1", "csr": csr("CP1"), "purpose": "server"}
    refused = problem(await api.post(f"{V1}/sign", json=body), 422)
    assert "laddnav pki server" in refused["errors"][0]["message"]


async def test_what_is_for_the_servers_owner_is_not_on_the_public_api(
    api: httpx.AsyncClient, local: httpx.AsyncClient
) -> None:
    for path in ("authorities/est", "server"):
        answer = await api.post(f"{V1}/{path}", json={})
        assert answer.status_code in {404, 405}
    problem(await local.post(f"{V1}/server", json={"hosts": ["csms.example"]}), 422)
    await made(local, "authorities", {"purpose": "server"})
    pairs = await made(local, "server", {"hosts": ["csms.example", "192.0.2.7"]})
    assert [each["key"] for each in pairs["items"]] == ["ec", "rsa"]
    for each in pairs["items"]:
        assert each["pem"].startswith("-----BEGIN PRIVATE KEY-----")
    kept = await everything(local, "certificates", 10)
    assert [(each["purpose"], each["station"]) for each in kept] == [("server", "")] * 2
    assert "PRIVATE" not in str(kept)
    plain = {"url": "http://est.example"}
    refused = problem(await local.post(f"{V1}/authorities/est", json=plain), 422)
    assert refused["errors"][0]["field"] == "url"


async def test_roots_are_trusted_and_no_more(
    api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    [root] = (await made(api, "roots", {"certificate": ROOT, "kind": "manufacturer"}))["items"]
    assert (await api.get(f"{V1}/roots")).json()["items"] == [root]
    problem(await rival.delete(f"{V1}/roots/{root['fingerprint']}"), 404)
    assert (await api.delete(f"{V1}/roots/{root['fingerprint']}")).status_code == 204
    problem(await api.delete(f"{V1}/roots/{root['fingerprint']}"), 404)
    problem(await api.post(f"{V1}/roots", json={"certificate": "nonsense"}), 422)


async def test_what_a_station_has_is_asked_put_in_and_taken_out(
    house: House, api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    named = CertificateHash(
        algorithm=HashAlgorithm.SHA256, issuer_name_hash="ab", issuer_key_hash="cd",
        serial_number="A1",
    )  # fmt: skip
    house.certificates.holds = Held(certificates=(HeldCertificate(use=Use.CSMS_ROOT, name=named),))
    assert (await api.get(f"{V1}/installed/CP1")).json()["items"] == []
    [item] = (await made(api, "installed/CP1/read", None, 200))["items"]
    assert (item["use"], item["serial_number"], item["hash_algorithm"]) == (
        "csms_root", "A1", "SHA256",
    )  # fmt: skip
    assert (await api.get(f"{V1}/installed/CP1")).json()["items"] == [item]
    said = await made(api, "installed/CP1/install", {"certificate": ROOT}, 200)
    assert said == {"outcome": "accepted", "wire_status": "Accepted", "reason": ""}
    problem(await api.post(f"{V1}/installed/CP1/delete", json={"serial_number": "A1"}), 422)
    insisting = {"serial_number": "a1", "insist": True}
    assert (await made(api, "installed/CP1/delete", insisting, 200))["outcome"] == "accepted"
    assert ("delete", CP1, named) in house.certificates.told
    assert (await made(api, "installed/CP1/renew", None, 200))["outcome"] == "accepted"
    assert house.certificates.told[-1] == ("ask", CP1, Purpose.STATION)
    for path in ("read", "renew"):
        problem(await rival.post(f"{V1}/installed/CP1/{path}"), 404)
    problem(await rival.get(f"{V1}/installed/CP1"), 404)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(Outcome.NOT_CONNECTED, 409), (Outcome.TIMED_OUT, 504), (Outcome.NOT_POSSIBLE, 409)],
)
async def test_a_station_that_was_not_reached_is_a_problem(
    house: House, api: httpx.AsyncClient, outcome: Outcome, status: int
) -> None:
    house.certificates.says = Said(outcome=outcome, reason="OCPP 1.6 has no words for it")
    problem(await api.post(f"{V1}/installed/CP1/renew"), status)


async def test_many_stations_are_asked_at_a_pace_and_each_has_its_result(
    house: House, charging: Charging, api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    await charging.add_station("CP2")
    await charging.connect(CP1)
    wanted = {"stations": ["CP1", "CP2", "CP1", "GONE"], "install": {"certificate": ROOT}}
    bulk = await made(api, "bulk", wanted)
    assert (bulk["kind"], bulk["what"]) == ("certificates", "install csms_root")
    await house.bulk_operations_go_on()
    path = f"bulk-operations/{bulk['id']}"
    assert [
        (each["station"], each["state"]) for each in await everything(api, f"{path}/items", 2)
    ] == [("CP1", "done"), ("CP2", "waiting"), ("GONE", "failed")]
    assert [told[:2] for told in house.certificates.told if told[0] == "install"] == [
        ("install", CP1)
    ]
    for asked in (rival.get(f"/api/v1/{path}"), rival.delete(f"/api/v1/{path}")):
        problem(await asked, 404)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.ACCEPTED, "done"), (Outcome.REJECTED, "failed"), (Outcome.ERROR, "failed"),
        (Outcome.NOT_SUPPORTED, "failed"), (Outcome.TIMED_OUT, "waiting"),
        (Outcome.NOT_CONNECTED, "waiting"),
    ],
)  # fmt: skip
async def test_what_a_station_says_decides_whether_it_is_asked_again(
    house: House, charging: Charging, api: httpx.AsyncClient, outcome: Outcome, state: str
) -> None:
    await charging.connect(CP1)
    house.certificates.says = Said(outcome=outcome, wire_status="Word", reason="why")
    bulk = await made(api, "bulk", {"stations": ["CP1"], "renew": True})
    await house.bulk_operations_go_on()
    (item,) = await everything(api, f"bulk-operations/{bulk['id']}/items", 1)
    assert (item["state"], "why" in item["reason"], item["attempts"]) == (state, True, 1)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"read": True}, ("done", "1 certificates")),
        ({"delete": {"serial_number": "B2"}}, ("done", "not found")),
        ({"delete": {"serial_number": "A1"}}, ("failed", "it is the station's last root")),
    ],
)
async def test_many_are_read_and_rid_of_a_certificate(
    house: House,
    charging: Charging,
    api: httpx.AsyncClient,
    wanted: dict[str, Any],
    said: tuple[str, str],
) -> None:
    named = CertificateHash(
        algorithm=HashAlgorithm.SHA256, issuer_name_hash="ab", issuer_key_hash="cd",
        serial_number="A1",
    )  # fmt: skip
    house.certificates.holds = Held(certificates=(HeldCertificate(use=Use.CSMS_ROOT, name=named),))
    await charging.connect(CP1)
    bulk = await made(api, "bulk", {"stations": ["CP1"], **wanted})
    await house.bulk_operations_go_on()
    (item,) = await everything(api, f"bulk-operations/{bulk['id']}/items", 1)
    assert (item["state"], item["reason"][: len(said[1])]) == said


async def test_so_many_bulk_operations_go_on_and_no_more(
    api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    body = {"stations": ["CP1"], "read": True}
    for _ in range(MOST_AT_ONCE):
        await made(api, "bulk", body)
    problem(await api.post(f"{V1}/bulk", json=body), 409)
    assert (await made(rival, "bulk", body))["state"] == "running"


async def test_a_bulk_operation_does_one_thing_that_can_be_done(api: httpx.AsyncClient) -> None:
    for body in (
        {"stations": ["CP1"]},
        {"stations": ["CP1"], "renew": True, "read": True},
        {"stations": ["CP1"], "install": {"certificate": "x"}},
        {"stations": [], "renew": True},
    ):
        problem(await api.post(f"{V1}/bulk", json=body), 422)
