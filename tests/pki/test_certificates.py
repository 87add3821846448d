"""How certificates are read, named, chained, made and sealed."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from laddnav.pki.model.certificate import HashAlgorithm, KeyKind, Purpose
from laddnav.pki.rules import chains, issuing, reading
from laddnav.pki.rules.sealing import NONCE_BYTES, Seal, UnsealableError, key_id
from tests.pki.making import (
    NOON,
    ORGANIZATION,
    SERIAL,
    authority,
    csr_of,
    ec_key,
    rsa_key,
    self_signed,
)


def signed(key: object = None, kind: KeyKind = KeyKind.EC) -> list[x509.Certificate]:
    """A station's chain: leaf and what signed it."""
    own = authority(kind=kind)
    chain = issuing.sign(
        csr_of(key or ec_key()),
        issuing=own.issuing,
        issuing_key=own.issuing_key,
        now=NOON,
        days=90,
        serial=0x0ABC,
    )
    return reading.load(chain.pem)


@pytest.mark.parametrize("kind", KeyKind)
def test_what_is_signed_leads_to_the_root_and_openssl_agrees(kind: KeyKind, tmp_path: Path) -> None:
    chain = signed(rsa_key() if kind is KeyKind.RSA else None, kind)
    roots = reading.load(authority(kind=kind).root)
    assert chains.flaw(chain, roots, NOON) is None
    (tmp_path / "root.pem").write_text(authority(kind=kind).root)
    (tmp_path / "issuing.pem").write_text(authority(kind=kind).issuing)
    (tmp_path / "leaf.pem").write_text(reading.as_pem(chain[0]))
    moment = str(int(NOON.timestamp()))
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-attime", moment, "-CAfile", "root.pem",
         "-untrusted", "issuing.pem", "leaf.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "leaf.pem: OK", done.stderr


@pytest.mark.ocpp("A00.FR.512")
@pytest.mark.parametrize("kind", KeyKind)
def test_a_certificate_allows_what_its_kind_of_key_can_do_and_nothing_else(kind: KeyKind) -> None:
    own = authority(kind=kind)
    leaves = [
        signed(rsa_key() if kind is KeyKind.RSA else None, kind)[0],
        *reading.load(
            issuing.make_server(
                ["csms.example"], organization=ORGANIZATION, kind=kind, issuing=own.issuing,
                issuing_key=own.issuing_key, now=NOON, days=30, serial=9,
            ).chain
        )[:1],
    ]  # fmt: skip
    for leaf in leaves:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.digital_signature is True
        assert (usage.key_encipherment, usage.key_agreement) == (
            kind is KeyKind.RSA, kind is KeyKind.EC,
        )  # fmt: skip


@pytest.mark.ocpp("A00.FR.505")
@pytest.mark.ocpp("A00.FR.506")
@pytest.mark.ocpp("A00.FR.507")
@pytest.mark.ocpp("A00.FR.508")
@pytest.mark.ocpp("A00.FR.509")
@pytest.mark.ocpp("A00.FR.511")
@pytest.mark.ocpp("A00.FR.512")
@pytest.mark.ocpp("A00.FR.514")
def test_a_stations_certificate_is_made_as_the_profiles_ask() -> None:
    leaf, above = signed()
    assert reading.as_pem(leaf).startswith("-----BEGIN CERTIFICATE-----")
    assert (leaf.serial_number, above.serial_number) == (0x0ABC, 12)
    assert isinstance(leaf.signature_hash_algorithm, hashes.SHA256)
    assert isinstance(above.public_key(), ec.EllipticCurvePublicKey), "it signs by ECDSA"
    told = reading.told(leaf)
    assert (told.common_names, told.organizations) == ((SERIAL,), (ORGANIZATION,))
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    with pytest.raises(x509.ExtensionNotFound):
        leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)


@pytest.mark.ocpp("A02.FR.06")
def test_a_certificate_begins_before_now_and_ends_no_later_than_what_signed_it() -> None:
    leaf, above = signed()
    assert leaf.not_valid_before_utc <= NOON - timedelta(days=1)
    assert leaf.not_valid_after_utc == NOON + timedelta(days=90)
    own = authority()
    longest = issuing.sign(
        csr_of(ec_key()), issuing=own.issuing, issuing_key=own.issuing_key,
        now=NOON, days=36_500, serial=5,
    )  # fmt: skip
    assert longest.leaf.valid_until == above.not_valid_after_utc


def test_nothing_of_what_a_request_asks_beside_its_name_and_key_is_granted() -> None:
    leaf = signed()[0]
    told = reading.told(leaf)
    assert (told.common_names, told.organizations) == ((SERIAL,), (ORGANIZATION,))
    assert (told.serial, told.is_authority, told.key) == ("abc", False, "EC 256")


def test_a_chain_that_does_not_hold_is_told_where() -> None:
    chain, roots = signed(), reading.load(authority().root)
    stranger = self_signed(ca=True)
    assert chains.flaw([chain[0], stranger], roots, NOON) is not None
    assert chains.flaw([chain[0]], roots, NOON) is not None, "what is between is missing"
    assert chains.flaw(chain, [stranger], NOON) is not None
    assert "not valid" in (chains.flaw(chain, roots, NOON + timedelta(days=91)) or "")
    assert chains.flaw([], roots, NOON) == "it is empty"
    # a leaf is no authority, however well it signs
    leafless = self_signed(ca=False)
    assert chains.flaw([leafless], [self_signed(ca=False)], NOON) is not None


def test_a_chain_is_put_in_order_and_its_root_left_out() -> None:
    leaf, above = signed()
    (root,) = reading.load(authority().root)
    assert chains.ordered(leaf, [root, self_signed(ca=True), above]) == [leaf, above]
    assert chains.is_root(root)
    assert not chains.is_root(above)


@pytest.mark.ocpp("M04.FR.07")
@pytest.mark.parametrize("algorithm", HashAlgorithm)
def test_a_certificate_is_named_as_ocsp_names_it(algorithm: HashAlgorithm) -> None:
    leaf, above = signed()
    named = reading.hash_of(leaf, above, algorithm)
    size = {"SHA256": 64, "SHA384": 96, "SHA512": 128}[algorithm.value]
    assert (len(named.issuer_name_hash), len(named.issuer_key_hash)) == (size, size)
    assert named.serial_number == "abc", "hex without leading zeros"
    kind = {"SHA256": hashes.SHA256(), "SHA384": hashes.SHA384(), "SHA512": hashes.SHA512()}
    digest = hashes.Hash(kind[algorithm.value])
    digest.update(leaf.issuer.public_bytes())
    assert named.issuer_name_hash == digest.finalize().hex()


@pytest.mark.parametrize(
    "pem", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n", "x" * 200_000]
)
def test_what_is_no_certificate_is_told_in_words(pem: str) -> None:
    with pytest.raises(reading.UnreadableError) as error:
        reading.read(pem)
    assert str(error.value)


@pytest.mark.ocpp("A00.FR.510")
def test_a_server_certificate_bears_all_its_names() -> None:
    own = authority(Purpose.SERVER)
    pair = issuing.make_server(
        ["csms.example", "192.0.2.7"], organization=ORGANIZATION, kind=KeyKind.RSA,
        issuing=own.issuing, issuing_key=own.issuing_key, now=NOON, days=30, serial=9,
    )  # fmt: skip
    leaf = reading.load(pair.chain)[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["csms.example"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7"]
    assert reading.told(leaf).common_names == ("csms.example",)
    assert "PRIVATE" not in repr(pair)


def test_what_is_sealed_is_opened_where_it_belongs_and_nowhere_else() -> None:
    seal = Seal(b"one secret")
    sealed = seal.seal("a key", place="default/station", nonce=b"n" * NONCE_BYTES)
    assert "a key" not in sealed
    assert seal.open(sealed, place="default/station") == "a key"
    assert seal.is_current(sealed)
    with pytest.raises(UnsealableError):
        seal.open(sealed, place="other/station")
    with pytest.raises(UnsealableError):
        seal.open(sealed[:-6] + "AAAA==", place="default/station")


def test_a_former_secret_opens_what_it_sealed_and_a_stranger_says_which_is_missing() -> None:
    old, new = Seal(b"old"), Seal(b"new", [b"old"])
    sealed = old.seal("a key", place="p", nonce=b"n" * NONCE_BYTES)
    assert new.open(sealed, place="p") == "a key"
    assert not new.is_current(sealed)
    with pytest.raises(UnsealableError, match=key_id(b"old")):
        Seal(b"new").open(sealed, place="p")
