"""How certificates are made. What is slow here (RSA) runs off the event loop: see the service."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from laddnav.pki.model.authority import NewAuthority
from laddnav.pki.model.certificate import Chain, KeyKind, KeyPair, Purpose
from laddnav.pki.rules import chains, reading, requests

SERIAL_BYTES: Final = 16
"""Of a serial number: OCPP has room for 20 (40 hex digits)."""

BACKDATED: Final = timedelta(hours=25)
"""A certificate is valid from so long ago: stations' clocks are wrong, and by time zones."""

SigningKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_RSA_BITS: Final = 3072
_CRL_LASTS: Final = timedelta(days=1)
_RSA_LEAF_BITS: Final = 2048
_EXPONENT: Final = 65_537
_TITLES: Final = {
    Purpose.STATION: "stations",
    Purpose.V2G: "V2G",
    Purpose.V2G20: "V2G 20",
    Purpose.SERVER: "servers",
}
_SIGNS: Final = x509.KeyUsage(
    digital_signature=True, key_cert_sign=True, crl_sign=True,
    content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


def make_authority(
    *,
    organization: str,
    purpose: Purpose,
    kind: KeyKind,
    now: datetime,
    root_days: int,
    issuing_days: int,
    serials: tuple[int, int],
) -> NewAuthority:
    """Make a root and, below it, an authority that issues the certificates of one purpose."""
    root_key, issuing_key = _new_key(kind, _RSA_BITS), _new_key(kind, _RSA_BITS)
    title = f"{organization} {_TITLES[purpose]}"
    root_name = _name(organization, f"{title} root")
    root = (
        _builder(root_name, root_key, serials[0], now, timedelta(days=root_days))
        .issuer_name(root_name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_SIGNS, critical=True)
        .sign(root_key, hashes.SHA256())
    )
    issuing = (
        _builder(_name(organization, title), issuing_key, serials[1], now,
                 timedelta(days=min(issuing_days, root_days)))
        .issuer_name(root_name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_SIGNS, critical=True)
        .add_extension(_authority_id(root), critical=False)
        .sign(root_key, hashes.SHA256())
    )  # fmt: skip
    return NewAuthority(
        root_key=_key_pem(root_key),
        root=reading.as_pem(root),
        issuing_key=_key_pem(issuing_key),
        issuing=reading.as_pem(issuing),
    )


def sign(
    csr_pem: str, *, issuing: str, issuing_key: str, now: datetime, days: int, serial: int
) -> Chain:
    """Sign a request that was judged: its subject and key are taken, its extensions are not.

    Nothing is valid longer than what signed it. Extended Key Usage is left out: some stations
    refuse certificates that have it (A00.FR.514).

    Raises:
        ValueError: The request cannot be read.
    """
    csr = requests.load_csr(csr_pem)
    if csr is None:
        message = "no request for a certificate"
        raise ValueError(message)
    above = reading.load(issuing)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(csr.subject)
        .issuer_name(above[0].subject)
        .public_key(csr.public_key())
        .serial_number(serial)
        .not_valid_before(_start(now, above[0]))
        .not_valid_after(_end(now, days, above[0]))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_speaks(csr.public_key()), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(csr.public_key()), critical=False)
        .add_extension(_authority_id(above[0]), critical=False)
        .sign(_load_key(issuing_key), hashes.SHA256())
    )
    return chain_of(leaf, above)


def make_crl(
    *, issuing: str, issuing_key: str, revoked: Iterable[tuple[str, datetime]], now: datetime
) -> str:
    """Return the list of what an authority revoked (RFC 5280), PEM.

    Args:
        issuing: Who signs it, PEM.
        issuing_key: Its key, PEM.
        revoked: Serial numbers (hex), and since when.
        now: From when on it counts; it is to be fetched again after a day.
    """
    above = reading.load(issuing)[0]
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(above.subject)
        .last_update(now)
        .next_update(now + _CRL_LASTS)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(_authority_id(above), critical=False)
    )
    for serial, since in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(int(serial, 16))
        builder = builder.add_revoked_certificate(entry.revocation_date(since).build())
    return builder.sign(_load_key(issuing_key), hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def make_server(
    hosts: Sequence[str],
    *,
    organization: str,
    kind: KeyKind,
    issuing: str,
    issuing_key: str,
    now: datetime,
    days: int,
    serial: int,
) -> KeyPair:
    """Make a key and a certificate for a server with these names and addresses.

    Its CN is the first of them, the name that stations are configured with (A00.FR.510).
    """
    key, above = _new_key(kind, _RSA_LEAF_BITS), reading.load(issuing)
    names = x509.SubjectAlternativeName([_alternative(host) for host in hosts])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    leaf = (
        x509.CertificateBuilder()
        .subject_name(_name(organization, hosts[0]))
        .issuer_name(above[0].subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_start(now, above[0]))
        .not_valid_after(_end(now, days, above[0]))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_speaks(key.public_key()), critical=True)
        .add_extension(names, critical=False)
        .add_extension(usage, critical=False)
        .add_extension(_authority_id(above[0]), critical=False)
        .sign(_load_key(issuing_key), hashes.SHA256())
    )
    return KeyPair(key=_key_pem(key), chain=chain_of(leaf, above).pem)


def chain_of(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> Chain:
    """Return a leaf with what is above it, in order, without the root."""
    return Chain(leaf=reading.told(leaf), pem=reading.as_pem(*chains.ordered(leaf, others)))


def _builder(
    name: x509.Name, key: SigningKey, serial: int, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _start(now: datetime, above: x509.Certificate) -> datetime:
    return max(now - BACKDATED, above.not_valid_before_utc)


def _end(now: datetime, days: int, above: x509.Certificate) -> datetime:
    return min(now + timedelta(days=days), above.not_valid_after_utc)


def _new_key(kind: KeyKind, bits: int) -> SigningKey:
    if kind is KeyKind.RSA:
        return rsa.generate_private_key(_EXPONENT, bits)
    return ec.generate_private_key(ec.SECP256R1())


def _speaks(key: object) -> x509.KeyUsage:
    """Return what a key of its kind may do in TLS (RFC 3279 2.3.1, RFC 5480 3)."""
    is_rsa = isinstance(key, rsa.RSAPublicKey)
    return x509.KeyUsage(
        digital_signature=True, key_encipherment=is_rsa, key_agreement=not is_rsa,
        key_cert_sign=False, crl_sign=False, content_commitment=False, data_encipherment=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _load_key(pem: str) -> SigningKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        message = "a key that is neither RSA nor EC"
        raise TypeError(message)
    return key


def _key_pem(key: SigningKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _name(organization: str, common_name: str) -> x509.Name:
    """Return a name; the standard has room for 64 characters in each part of it."""
    return x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization[:64]),
    ])  # fmt: skip


def _authority_id(above: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    try:
        own = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        public = above.public_key()
        if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            message = "an authority whose key is neither RSA nor EC"
            raise TypeError(message) from None
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
