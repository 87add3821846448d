"""Stations renew certificates: a real server, its command line, charge points that are not ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from laddnav.pki.rules import chains, reading
from tests.pki.making import csr_of, ec_key, name
from tests.system.foreign import Foreign, add, plugged
from tests.system.server import ApiClient, LaddnavServer

pytestmark = pytest.mark.system

PASSWORD = "a password of a station"
TRIGGERS = {
    "1.6": ("ExtendedTriggerMessage", "SignChargePointCertificate"),
    "2.0.1": ("TriggerMessage", "SignChargingStationCertificate"),
    "2.1": ("TriggerMessage", "SignChargingStationCertificate"),
}
MORE: dict[str, dict[str, Any]] = {
    "1.6": {},
    "2.0.1": {"certificate_type": "ChargingStationCertificate"},
    "2.1": {"certificate_type": "ChargingStationCertificate", "request_id": 7},
}


@pytest.mark.ocpp("A02.FR.01")
@pytest.mark.ocpp("A02.FR.11")
@pytest.mark.ocpp("A02.FR.25")
@pytest.mark.parametrize("version", list(TRIGGERS))
async def test_a_station_is_asked_to_renew_asks_and_takes_its_certificate(
    server: LaddnavServer, api: ApiClient, version: str
) -> None:
    root = await server.command("pki", "init", "--organization", "Laddkraft AB")
    await add(api, "RENEW", password=PASSWORD, security_profile=1)
    async with plugged(server.ocpp, "RENEW", version, password=PASSWORD) as point:
        await point.boot()
        action, wanted = TRIGGERS[version]
        point.answers(action, status="Accepted")
        point.answers("CertificateSigned", status="Accepted")
        assert "accepted" in await server.command("pki", "renew", "RENEW")
        assert (await point.told()).fields == {"requested_message": wanted}
        await _wrong_ones(point, version)
        answer = await point.call("SignCertificate", csr=_csr("F-1"), **MORE[version])
        assert answer.status == "Accepted"
        signed = (await point.told()).fields
        chain = reading.load(signed.pop("certificate_chain"))
        assert signed == MORE[version]
        assert chains.flaw(chain, reading.load(root), _now(chain)) is None
        installed = await api.until(
            "certificates/requests", lambda page: page["items"][0]["state"] == "installed"
        )
    assert [each["state"] for each in installed["items"]] == ["installed", "refused"]
    [kept] = json.loads(await server.command("pki", "list", "--station", "RENEW", "--json"))
    assert kept["serial"] == reading.told(chain[0]).serial
    assert "PRIVATE" not in server.log


async def _wrong_ones(point: Foreign, version: str) -> None:
    answer = await point.call("SignCertificate", csr=_csr("RENEW"), **MORE[version])
    assert answer.status == "Rejected", "its serial number is known: that is its name"


def _csr(cn: str) -> str:
    return csr_of(ec_key(), name(cn, "Laddkraft AB"))


def _now(chain: list[Any]) -> Any:
    return chain[0].not_valid_before_utc


@pytest.mark.parametrize("version", list(TRIGGERS))
async def test_roots_are_put_into_a_station_and_taken_out_from_the_command_line(
    server: LaddnavServer, api: ApiClient, tmp_path: Path, version: str
) -> None:
    root = await server.command("pki", "init")
    (tmp_path / "root.pem").write_text(root)
    await add(api, "ROOTS", password=PASSWORD, security_profile=1)
    async with plugged(server.ocpp, "ROOTS", version, password=PASSWORD) as point:
        await point.boot()
        _has(point, version, "A1", "B2")
        point.answers("InstallCertificate", status="Accepted")
        point.answers("DeleteCertificate", status="Accepted")
        await server.command("pki", "install", str(tmp_path / "root.pem"), "ROOTS")
        asked = await point.told()
        assert (asked.action, asked.fields["certificate"]) == ("InstallCertificate", root)
        held = json.loads(await server.command("pki", "installed", "ROOTS", "--json"))
        assert [each["serial_number"] for each in held] == ["A1", "B2"]
        await server.command("pki", "delete", "b2", "ROOTS")
        while (asked := await point.told()).action != "DeleteCertificate":
            assert asked.action == "GetInstalledCertificateIds"
        assert asked.fields["certificate_hash_data"] == _named("B2")


def _named(serial: str) -> dict[str, str]:
    return {
        "hash_algorithm": "SHA256", "issuer_name_hash": "ab" * 32, "issuer_key_hash": "cd" * 32,
        "serial_number": serial,
    }  # fmt: skip


def _has(point: Foreign, version: str, *serials: str) -> None:
    if version == "1.6":
        named = [_named(serial) for serial in serials]
        point.answers_in_turn(
            "GetInstalledCertificateIds",
            {"status": "Accepted", "certificate_hash_data": named},
            {"status": "NotFound"},
        )
        return
    chain = [
        {"certificate_type": "CSMSRootCertificate", "certificate_hash_data": _named(serial)}
        for serial in serials
    ]
    point.answers(
        "GetInstalledCertificateIds", status="Accepted", certificate_hash_data_chain=chain
    )


async def test_a_small_site_makes_its_own_server_certificates(
    server: LaddnavServer, tmp_path: Path
) -> None:
    await server.command("pki", "init", "--purpose", "server")
    folder = tmp_path / "tls"
    told = await server.command("pki", "server", "127.0.0.1", "--folder", str(folder))
    assert told.startswith("--tls-certificates ")
    for kind in ("ec", "rsa"):
        path = folder / f"server-{kind}.pem"
        assert path.stat().st_mode & 0o777 == 0o600
        assert load_pem_private_key(path.read_bytes(), None) is not None
