"""Which requests for certificates are signed, and which are refused, in words."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from laddnav.kernel.keys import StationKey
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.signing import CsrFlaw, Refused, RequestState, SigningRequest
from laddnav.pki.rules import requests
from tests.pki.making import NOON, ORGANIZATION, SERIAL, csr, csr_of, ec_key, rsa_key


def judged(text: str) -> CsrFlaw | None:
    refused = requests.judge(text, common_names={SERIAL}, organization=ORGANIZATION)
    if refused is not None:
        assert refused.detail.isprintable()
    return None if refused is None else refused.flaw


@pytest.mark.ocpp("A02.FR.11")
@pytest.mark.ocpp("A00.FR.501")
def test_a_request_with_a_strong_key_of_either_kind_may_be_signed() -> None:
    assert judged(csr_of(ec_key())) is None
    assert judged(csr_of(ec_key(ec.SECP384R1()), algorithm=hashes.SHA384())) is None
    assert judged(csr_of(rsa_key())) is None


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN CERTIFICATE REQUEST-----", "y" * 20_000])
def test_what_is_no_request_is_refused(text: str) -> None:
    assert judged(text) is CsrFlaw.UNREADABLE


def test_a_request_that_was_changed_after_it_was_signed_is_refused() -> None:
    assert judged(_with_signature_of_another()) is CsrFlaw.BAD_SIGNATURE


def _with_signature_of_another() -> str:
    """A request whose last octet, within its signature, is another."""
    der = bytearray(x509.load_pem_x509_csr(csr_of(rsa_key()).encode()).public_bytes(Encoding.DER))
    der[-1] ^= 1
    forged = x509.load_der_x509_csr(bytes(der))
    return forged.public_bytes(Encoding.PEM).decode()


@pytest.mark.ocpp("A00.FR.502")
@pytest.mark.ocpp("A00.FR.503")
@pytest.mark.ocpp("A00.FR.504")
@pytest.mark.ocpp("A00.FR.506")
def test_weak_keys_and_weak_hashes_are_refused() -> None:
    assert judged(csr_of(rsa_key(1024))) is CsrFlaw.WEAK_KEY
    assert judged(csr_of(ec_key(ec.SECP192R1()))) is CsrFlaw.WEAK_KEY
    assert judged(csr_of(ec_key(ec.SECP224R1()))) is None
    assert judged(csr_of(ed25519.Ed25519PrivateKey.generate())) is CsrFlaw.UNKNOWN_KEY


@pytest.mark.ocpp("A00.FR.405")
def test_the_name_is_the_stations_serial_number_to_the_letter() -> None:
    assert judged(csr(cn="SN-47110")) is CsrFlaw.WRONG_NAME
    assert judged(csr(cn=None)) is CsrFlaw.WRONG_NAME
    refused = requests.judge(csr(cn="X\nY"), common_names={SERIAL}, organization=ORGANIZATION)
    assert refused == Refused(flaw=CsrFlaw.WRONG_NAME, detail="its CN is X?Y, expected SN-4711")


@pytest.mark.ocpp("A00.FR.404")
def test_the_organisation_is_the_operators_whatever_the_case() -> None:
    assert judged(csr(o="LADDKRAFT  ab")) is None
    assert judged(csr(o="Laddkraft")) is CsrFlaw.WRONG_ORGANIZATION
    assert judged(csr(o=None)) is CsrFlaw.WRONG_ORGANIZATION


def known(text: str, state: RequestState, minutes: float = 5) -> SigningRequest:
    at = NOON - timedelta(minutes=minutes)
    return SigningRequest(
        key=StationKey("default", "CP1"),
        id="1",
        purpose=Purpose.STATION,
        digest=requests.digest_of(text),
        csr=text,
        wire_id=None,
        state=state,
        next_at=at,
        created_at=at,
        updated_at=at,
    )


@pytest.mark.ocpp("A02.FR.17")
def test_a_repeated_request_is_recognised_by_what_it_holds() -> None:
    text = csr()
    first = known(text, RequestState.SIGNED)
    other_breaks = text.replace("\n", "\r\n")
    digest = requests.digest_of(other_breaks)
    assert requests.recognise([first], digest=digest, now=NOON) is first
    assert requests.recognise([first], digest=requests.digest_of(csr()), now=NOON) is None


def test_a_request_is_not_signed_again_once_the_station_rejected_its_certificate() -> None:
    text = csr()
    declined = known(text, RequestState.DECLINED)
    again = requests.recognise([declined], digest=declined.digest, now=NOON)
    assert isinstance(again, Refused)
    assert again.flaw is CsrFlaw.REJECTED_BEFORE
    failed = replace(declined, state=RequestState.FAILED)
    assert requests.recognise([failed], digest=declined.digest, now=NOON) is None


def test_a_station_that_floods_is_refused_until_the_hour_is_over() -> None:
    many = [known(csr(), RequestState.INSTALLED) for _ in range(requests.MOST_IN_AN_HOUR)]
    digest = requests.digest_of(csr())
    refused = requests.recognise(many, digest=digest, now=NOON)
    assert isinstance(refused, Refused)
    assert refused.flaw is CsrFlaw.TOO_MANY
    later = NOON + timedelta(hours=1)
    assert requests.recognise(many, digest=digest, now=later) is None
