"""How certificates are read, and named as OCPP names them."""

from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from laddnav.pki.model.certificate import Certificate, CertificateHash, HashAlgorithm

LONGEST_PEM: Final = 100_000
"""Characters of PEM that are read at most."""

_MOST: Final = 10
_HASHES: Final[dict[HashAlgorithm, type[hashes.HashAlgorithm]]] = {
    HashAlgorithm.SHA256: hashes.SHA256,
    HashAlgorithm.SHA384: hashes.SHA384,
    HashAlgorithm.SHA512: hashes.SHA512,
}


class UnreadableError(ValueError):
    """What should be a certificate is none; the text says why, in words that may be shown."""


def load(pem: str) -> list[x509.Certificate]:
    """Return the certificates in a PEM text, in its order.

    Raises:
        UnreadableError: There are none, too many, or one that cannot be read.
    """
    if len(pem) > LONGEST_PEM:
        message = f"longer than {LONGEST_PEM} characters"
        raise UnreadableError(message)
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        message = "not a certificate in PEM (-----BEGIN CERTIFICATE-----)"
        raise UnreadableError(message) from None
    if len(found) > _MOST:
        message = f"more than {_MOST} certificates"
        raise UnreadableError(message)
    return found


def read(pem: str) -> list[Certificate]:
    """Return what the certificates in a PEM text say.

    Raises:
        UnreadableError: There are none, or one that cannot be read.
    """
    return [told(each) for each in load(pem)]


def read_der(der: bytes) -> Certificate:
    """Return what a certificate says, from its DER.

    Raises:
        UnreadableError: It cannot be read.
    """
    try:
        return told(x509.load_der_x509_certificate(der))
    except (ValueError, UnsupportedAlgorithm):
        message = "not a certificate in DER"
        raise UnreadableError(message) from None


def told(certificate: x509.Certificate) -> Certificate:
    """Return what a certificate says.

    Raises:
        UnreadableError: A part of it cannot be read.
    """
    try:
        return Certificate(
            serial=f"{certificate.serial_number:x}",
            common_names=names(certificate.subject, NameOID.COMMON_NAME),
            organizations=names(certificate.subject, NameOID.ORGANIZATION_NAME),
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
            fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
            key=key_words(certificate.public_key()),
            is_authority=is_authority(certificate),
            pem=as_pem(certificate),
        )
    except (ValueError, UnsupportedAlgorithm):
        message = "a certificate that does not keep to X.509"
        raise UnreadableError(message) from None


def names(name: x509.Name, oid: x509.ObjectIdentifier) -> tuple[str, ...]:
    """Return the attributes of one kind in a name, as text."""
    return tuple(str(each.value) for each in name.get_attributes_for_oid(oid))


def key_words(key: object) -> str:
    """Return what a public key is, in words."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.key_size}"
    return type(key).__name__.removesuffix("PublicKey")


def is_authority(certificate: x509.Certificate) -> bool:
    """Return whether a certificate may sign others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def as_pem(*certificates: x509.Certificate) -> str:
    """Return certificates as PEM."""
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in certificates)


def hash_of(
    certificate: x509.Certificate, issuer: x509.Certificate, algorithm: HashAlgorithm
) -> CertificateHash:
    """Return how OCPP names a certificate (M03, as in OCSP: RFC 6960 4.1.1)."""
    kind = _HASHES[algorithm]
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, kind())
    request = builder.build()
    return CertificateHash(
        algorithm=algorithm,
        issuer_name_hash=request.issuer_name_hash.hex(),
        issuer_key_hash=request.issuer_key_hash.hex(),
        serial_number=f"{certificate.serial_number:x}",
    )


def is_named(root: x509.Certificate, name: CertificateHash) -> bool:
    """Return whether a name means a root: zeros before its number and case are no matter."""
    own = hash_of(root, root, name.algorithm)
    told = (name.serial_number.lstrip("0").casefold(), name.issuer_key_hash.casefold())
    return told == (own.serial_number, own.issuer_key_hash)
