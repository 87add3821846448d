"""Certificates, what they are for, and how OCPP names them."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from typing_extensions import override


class Purpose(StrEnum):
    """What a certificate is issued for."""

    STATION = "station"
    """The station's own, with which it connects (security profile 3)."""
    V2G = "v2g"
    """What the station shows to cars, ISO 15118-2."""
    V2G20 = "v2g20"
    """What the station shows to cars, ISO 15118-20."""
    SERVER = "server"
    """What this server shows to stations."""


class Use(StrEnum):
    """What a certificate that is installed in a station is there for."""

    CSMS_ROOT = "csms_root"
    MANUFACTURER_ROOT = "manufacturer_root"
    V2G_ROOT = "v2g_root"
    MO_ROOT = "mo_root"
    OEM_ROOT = "oem_root"
    V2G_CHAIN = "v2g_chain"


class HashAlgorithm(StrEnum):
    """How `CertificateHash` is made, in the words of the wire."""

    SHA256 = "SHA256"
    SHA384 = "SHA384"
    SHA512 = "SHA512"


class CertificateHash(Struct, frozen=True, kw_only=True):
    """A certificate as OCPP names it (certificateHashData, after RFC 6960).

    Attributes:
        issuer_name_hash: Hex of the digest of the issuer's name (DER).
        issuer_key_hash: Hex of the digest of the issuer's public key (the bits alone).
        serial_number: Hex without leading zeros.
    """

    algorithm: HashAlgorithm
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str


class Certificate(Struct, frozen=True, kw_only=True):
    """What a certificate says.

    Attributes:
        serial: Hex without leading zeros, in lower case.
        common_names: Of its subject; a well-made one has one.
        organizations: Of its subject.
        subject: The whole name (RFC 4514), as is `issuer`.
        fingerprint: SHA-256 of its DER, in hex.
        key: Its public key in words, for example "EC 256" or "RSA 2048".
        is_authority: Whether it may sign others.
        pem: Itself.
    """

    serial: str
    common_names: tuple[str, ...]
    organizations: tuple[str, ...]
    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    fingerprint: str
    key: str
    is_authority: bool
    pem: str


class KeyKind(StrEnum):
    """What a private key is made of."""

    EC = "ec"
    RSA = "rsa"


class RootKind(StrEnum):
    """Whose authority a trusted root is."""

    OPERATOR = "operator"
    """The operator's own: stations with its certificates are the operator's."""
    MANUFACTURER = "manufacturer"
    """A manufacturer's: its stations bear certificates made in the factory (A00.FR.406)."""


class Chain(Struct, frozen=True, kw_only=True):
    """A certificate and the authorities between it and its root, leaf first.

    Attributes:
        pem: All of them, as they are sent to a station; without the root.
    """

    leaf: Certificate
    pem: str


class KeyPair(Struct, frozen=True, kw_only=True):
    """A private key with its certificate chain, both PEM."""

    key: str
    chain: str

    @override
    def __repr__(self) -> str:
        """Show what may be logged: never a key."""
        return "KeyPair()"
