"""Certificates over the API: authorities, requests, roots, and what stations have."""

import asyncio
from typing import Any

import httpx
import pytest

from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Held, HeldCertificate, Outcome, Said
from laddnav.pki.model.certificate import CertificateHash, HashAlgorithm, Purpose, Use
from laddnav.pki.rules import chains, reading
from tests.pki.making import ORGANIZATION, csr, name, self_signed
from tests.web.asking import everything, problem
from tests.web.charging import Charging
from tests.web.house import House

V1 = "/api/v1/certificates"
ROOT = reading.as_pem(self_signed(name("Root"), ca=True))
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


async def test_a_request_with_a_wrong_name_is_refused_in_words(api: httpx.AsyncClient) -> None:
    await made(api, "authorities", {"organization": ORGANIZATION})
    refused = problem(await api.post(f"{V1}/sign", json={"station": "CP1", "csr": csr()}), 422)
    assert refused["errors"] == [{"message": "its CN is SN-4711, expected CP1", "field": "csr"}]


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


async def finished(client: httpx.AsyncClient, job: str, state: str) -> Any:
    async with asyncio.timeout(20):
        while (found := (await client.get(f"{V1}/bulk/{job}")).json())["state"] != state:  # noqa: ASYNC110 - the other side of HTTP raises no event here
            await asyncio.sleep(0.01)
    return found


async def test_many_stations_are_asked_at_a_pace_and_each_has_its_result(
    house: House, api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    await Charging(house).add_station("CP2")
    wanted = {"stations": ["CP1", "CP2", "CP1"], "install": {"certificate": ROOT}}
    job = await made(api, "bulk", {**wanted, "per_minute": 6000}, 202)
    done = await finished(api, job["id"], "done")
    assert [(each["station"], each["outcome"]) for each in done["results"]] == [
        ("CP1", "accepted"), ("CP2", "accepted"),
    ]  # fmt: skip
    problem(await rival.get(f"{V1}/bulk/{job['id']}"), 404)
    problem(await rival.post(f"{V1}/bulk/{job['id']}/stop"), 404)
    assert [each["id"] for each in (await api.get(f"{V1}/bulk")).json()["items"]] == [job["id"]]


async def test_a_job_that_is_stopped_asks_nobody_else(house: House, api: httpx.AsyncClient) -> None:
    await Charging(house).add_station("CP2")
    body = {"stations": ["CP1", "CP2"], "renew": True, "per_minute": 1}
    job = await made(api, "bulk", body, 202)
    async with asyncio.timeout(20):
        while not (await api.get(f"{V1}/bulk/{job['id']}")).json()["results"]:  # noqa: ASYNC110 - the other side of HTTP raises no event here
            await asyncio.sleep(0.01)
    stopped = await made(api, f"bulk/{job['id']}/stop", None, 200)
    assert (stopped["state"], stopped["waiting"]) == ("stopped", 1)
    assert [told[1] for told in house.certificates.told] == [CP1]


async def test_a_job_names_one_thing_for_stations_that_are_there(api: httpx.AsyncClient) -> None:
    for body, status in (
        ({"stations": ["CP1"]}, 422),
        ({"stations": ["CP1"], "renew": True, "read": True}, 422),
        ({"stations": ["CP1"], "install": {"certificate": "x"}}, 422),
        ({"stations": ["GONE"], "renew": True}, 404),
    ):
        problem(await api.post(f"{V1}/bulk", json=body), status)
