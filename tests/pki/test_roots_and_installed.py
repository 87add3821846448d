"""What is trusted, and what is put into stations and taken out."""

import asyncio
from datetime import timedelta

import pytest
from cryptography import x509

from laddnav.pki.control import Held, HeldCertificate, Outcome, Said
from laddnav.pki.model.certificate import CertificateHash, HashAlgorithm, RootKind, Use
from laddnav.pki.rules.reading import as_pem
from laddnav.pki.service.authorities import Unfit
from tests.pki.hall import KEY, NO, YES, Hall
from tests.pki.making import NOON, name, rsa_key, self_signed


def root(cn: str = "Root") -> x509.Certificate:
    return self_signed(name(cn), ca=True)


async def test_roots_are_trusted_per_operator_and_no_more_when_they_are_taken_away(
    hall: Hall,
) -> None:
    own, factory = as_pem(root("A")), as_pem(root("B"))
    roots = hall.pki.roots
    added = await roots.trust("default", own, kind=RootKind.OPERATOR, label="Ours")
    assert not isinstance(added, Unfit)
    await roots.trust("default", factory, kind=RootKind.MANUFACTURER)
    trust = await roots.trust_of("default")
    assert (trust.roots, trust.factory_roots) == ((own,), (factory,))
    assert (await roots.trust_of("rival")).roots == ()
    fingerprint = added[0].certificate.fingerprint
    assert not await roots.distrust("rival", fingerprint)
    assert await roots.distrust("default", fingerprint)
    assert [each.certificate.pem for each in await roots.of("default")] == [factory]
    assert await roots.client_roots() == factory


async def test_what_is_no_good_root_is_not_trusted(hall: Hall) -> None:
    for pem in ("nonsense", as_pem(self_signed()), as_pem(self_signed(key=rsa_key(1024), ca=True))):
        refused = await hall.pki.roots.trust("default", pem, kind=RootKind.OPERATOR)
        assert isinstance(refused, Unfit)
        assert refused.field == "certificate"
    assert await hall.pki.roots.of("default") == []


def held(serial: str, use: Use = Use.CSMS_ROOT, *, is_child: bool = False) -> HeldCertificate:
    named = CertificateHash(
        algorithm=HashAlgorithm.SHA384,
        issuer_name_hash="AB" * 48,
        issuer_key_hash="cd" * 48,
        serial_number=serial,
    )
    return HeldCertificate(use=use, name=named, is_child=is_child)


async def test_what_a_station_has_is_kept_as_it_last_reported(hall: Hall) -> None:
    chain = (held("1", Use.V2G_CHAIN), held("2", Use.V2G_CHAIN, is_child=True), held("3"))
    hall.stations.holds = Held(certificates=chain)
    await hall.installed.read(KEY)
    assert [each.serial_number for each in await hall.installed.known(KEY)] == ["1", "2", "3"]
    hall.stations.holds = Held(certificates=chain[2:])
    await hall.installed.read(KEY)
    assert [each.serial_number for each in await hall.installed.known(KEY)] == ["3"]
    hall.stations.holds = Said(outcome=Outcome.TIMED_OUT)
    assert await hall.installed.read(KEY) == Said(outcome=Outcome.TIMED_OUT)
    assert len(await hall.installed.known(KEY)) == 1, "silence takes nothing away"


async def test_a_station_may_be_asked_by_several_at_once(hall: Hall) -> None:
    hall.stations.holds = Held(certificates=(held("1"), held("2")))
    await hall.installed.read(KEY)
    await asyncio.gather(*(hall.installed.read(KEY) for _ in range(8)))
    assert [each.serial_number for each in await hall.installed.known(KEY)] == ["1", "2"]


@pytest.mark.ocpp("M04.FR.07")
async def test_a_certificate_is_deleted_by_the_hashes_that_the_station_reported(hall: Hall) -> None:
    hall.stations.holds = Held(certificates=(held("0A1"), held("B2")))
    assert await hall.installed.delete(KEY, "a1") == YES
    assert hall.stations.told[1] == ("delete", KEY, held("0A1").name)
    unknown = await hall.installed.delete(KEY, "ff")
    assert isinstance(unknown, Said)
    assert unknown.outcome is Outcome.NOT_FOUND


async def test_a_stations_last_root_is_deleted_only_by_who_insists(hall: Hall) -> None:
    hall.stations.holds = Held(certificates=(held("A1"), held("A1", Use.V2G_ROOT)))
    assert isinstance(await hall.installed.delete(KEY, "A1"), Unfit), "which of both"
    last = await hall.installed.delete(KEY, "A1", use=Use.CSMS_ROOT)
    assert isinstance(last, Unfit)
    assert await hall.installed.delete(KEY, "A1", use=Use.V2G_ROOT) == YES
    assert await hall.installed.delete(KEY, "A1", use=Use.CSMS_ROOT, insist=True) == YES


async def test_only_an_authoritys_certificate_is_put_into_a_station(hall: Hall) -> None:
    pem = as_pem(root())
    assert await hall.installed.install(KEY, Use.CSMS_ROOT, pem) == YES
    assert hall.stations.told[0] == ("install", KEY, Use.CSMS_ROOT, pem)
    hall.stations.says = NO
    assert await hall.installed.install(KEY, Use.MO_ROOT, pem) == NO
    for use, text in (
        (Use.CSMS_ROOT, "nonsense"),
        (Use.CSMS_ROOT, as_pem(self_signed())),
        (Use.CSMS_ROOT, pem + pem),
        (Use.V2G_CHAIN, pem),
        (Use.CSMS_ROOT, as_pem(self_signed(ca=True, since=NOON - timedelta(days=31)))),
        (Use.CSMS_ROOT, as_pem(self_signed(ca=True, key=rsa_key(1024)))),
    ):
        assert isinstance(await hall.installed.install(KEY, use, text), Unfit)
