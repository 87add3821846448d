"""Requests and certificates as stations and authorities of others make them."""

import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from laddnav.pki.model.authority import NewAuthority
from laddnav.pki.model.certificate import KeyKind, Purpose
from laddnav.pki.rules import issuing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ORGANIZATION = "Laddkraft AB"
SERIAL = "SN-4711"


def name(cn: str | None = SERIAL, o: str | None = ORGANIZATION) -> x509.Name:
    """A subject."""
    parts = [(NameOID.COMMON_NAME, cn), (NameOID.ORGANIZATION_NAME, o)]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text is not None])


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key, made once."""
    return rsa.generate_private_key(65537, bits)


def ec_key(curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    """A new key."""
    return ec.generate_private_key(curve or ec.SECP256R1())


def csr_of(key: Any, subject: x509.Name | None = None, algorithm: Any = None) -> str:
    """A request, PEM."""
    chosen = None if isinstance(key, ed25519.Ed25519PrivateKey) else algorithm or hashes.SHA256()
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject or name())
    return builder.sign(key, chosen).public_bytes(Encoding.PEM).decode()


def csr(cn: str | None = SERIAL, o: str | None = ORGANIZATION) -> str:
    """A good request of a new key, unless its names say otherwise."""
    return csr_of(ec_key(), name(cn, o))


def key_pem(key: Any) -> str:
    """A private key, PEM."""
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


@cache
def authority(purpose: Purpose = Purpose.STATION, kind: KeyKind = KeyKind.EC) -> NewAuthority:
    """Two authorities of ours, made once."""
    return issuing.make_authority(
        organization=ORGANIZATION,
        purpose=purpose,
        kind=kind,
        now=NOON,
        root_days=3650,
        issuing_days=1825,
        serials=(11, 12),
    )


def self_signed(
    subject: x509.Name | None = None,
    *,
    key: Any = None,
    lasts: timedelta = timedelta(days=30),
    since: datetime | None = None,
    ca: bool = False,
) -> x509.Certificate:
    """A certificate of nobody's but its own."""
    own = key or ec_key()
    begins = since or NOON - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject or name())
        .issuer_name(subject or name())
        .public_key(own.public_key())
        .serial_number(int.from_bytes(secrets.token_bytes(8)) + 1)
        .not_valid_before(begins)
        .not_valid_after(begins + lasts)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(own, hashes.SHA256())
    )


def der(certificate: x509.Certificate) -> bytes:
    """A certificate, DER."""
    return certificate.public_bytes(Encoding.DER)
