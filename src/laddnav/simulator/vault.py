"""What a station keeps of certificates: the roots it trusts, and its own key and chain.

Keys are of P-256, made in less than a millisecond. They protect nothing but tests.
"""

import ssl
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

RootUse = Literal["csms", "manufacturer"]
Installed = Literal["Accepted", "Rejected", "Failed"]
Deleted = Literal["Accepted", "Failed", "NotFound"]

MOST_ROOTS: Final = 20


class Hashes(NamedTuple):
    """A certificate as OCPP names it, by SHA-256 (RFC 6960 4.1.1)."""

    issuer_name: str
    issuer_key: str
    serial: str


class Own(NamedTuple):
    """A key and the certificate chain to it, both PEM; the chain begins with its own."""

    key: bytes
    chain: bytes


class Vault:
    """The certificates of one station.

    Args:
        roots: PEM of what its server's certificate may come from.
        own: With which it comes at security profile 3; None: it has none yet.

    Attributes:
        own: What it shows of itself.
        requested: How often it has asked for a certificate.
    """

    __slots__ = ("_former", "_pending", "_roots", "own", "requested")

    def __init__(self, roots: Sequence[bytes] = (), own: Own | None = None) -> None:
        self._roots: list[tuple[RootUse, x509.Certificate]] = [
            ("csms", each) for pem in roots for each in x509.load_pem_x509_certificates(pem)
        ]
        self.own = own
        self._former: Own | None = None
        self._pending: ec.EllipticCurvePrivateKey | None = None
        self.requested = 0

    # ---- roots ------------------------------------------------------------------------------

    def has_root(self) -> bool:
        """Return whether it can verify a server."""
        return any(use == "csms" for use, _ in self._roots)

    def install(self, use: RootUse, pem: str) -> Installed:
        """Trust one more root (M05)."""
        try:
            found = x509.load_pem_x509_certificates(pem.encode())
        except (ValueError, UnsupportedAlgorithm):
            return "Rejected"
        if len(found) != 1 or not _is_authority(found[0]):
            return "Rejected"
        if (use, found[0]) in self._roots:
            return "Accepted"
        if len(self._roots) >= MOST_ROOTS:
            return "Failed"
        self._roots.append((use, found[0]))
        return "Accepted"

    def held(self, use: RootUse) -> list[Hashes]:
        """Return the roots of one kind (M03)."""
        return [_hashes(each) for kind, each in self._roots if kind == use]

    def delete(self, name: Hashes, *, needs_root: bool) -> Deleted:
        """Distrust a root (M04); with `needs_root` never the last one for the server."""
        wanted = _folded(name)
        found = next(
            (each for each in self._roots if _folded(_hashes(each[1])) == wanted),
            None,
        )
        if found is None:
            return "Failed" if self._is_own(wanted) else "NotFound"
        last = [each for each in self._roots if each[0] == "csms"] == [found]
        if needs_root and last:
            return "Failed"
        self._roots.remove(found)
        return "Accepted"

    def _is_own(self, wanted: Hashes) -> bool:
        """Return whether its own certificate is meant, which is never deleted (M04.FR.06)."""
        if self.own is None:
            return False
        serial = x509.load_pem_x509_certificate(self.own.chain).serial_number
        return f"{serial:x}" == wanted.serial.lstrip("0")

    # ---- its own certificate ----------------------------------------------------------------

    def request(self, name: str, organization: str) -> str:
        """Make a new key, and return the request for its certificate (PEM, A02.FR.02)."""
        key = self._pending = ec.generate_private_key(ec.SECP256R1())
        self.requested += 1
        subject = x509.Name([
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
        ])  # fmt: skip
        built = x509.CertificateSigningRequestBuilder().subject_name(subject)
        return built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    def abandon(self) -> None:
        """Forget the request that was refused."""
        self._pending = None

    def take(self, chain: str, now: datetime) -> bool:
        """Take the certificate that was asked for (A02.FR.05); False: it is another's, or over."""
        key = self._pending
        if self.own is not None and chain.encode() == self.own.chain:
            return True  # the answer was lost, and it is given it once more
        try:
            found = x509.load_pem_x509_certificates(chain.encode())
        except (ValueError, UnsupportedAlgorithm):
            return False
        if key is None or _spki(found[0].public_key()) != _spki(key.public_key()):
            return False
        if not found[0].not_valid_before_utc <= now <= found[0].not_valid_after_utc:
            return False
        octets = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._former, self.own = self.own, Own(octets, chain.encode())
        self._pending = None
        return True

    def discard(self) -> bool:
        """Go back to the certificate of before, if there is one (A02.FR.29)."""
        if self._former is None:
            return False
        self.own, self._former = self._former, None
        return True

    @property
    def is_unproven(self) -> bool:
        """Whether it can go back to the certificate of before."""
        return self._former is not None

    def proven(self) -> None:
        """Note that the server was reached with the present certificate."""
        self._former = None

    def context(self, *, shows_own: bool) -> ssl.SSLContext:
        """Return what verifies the server by the roots; slow, and not for the event loop."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        roots = b"".join(
            each.public_bytes(Encoding.PEM) for use, each in self._roots if use == "csms"
        )
        if roots:
            context.load_verify_locations(cadata=roots.decode())
        if shows_own and self.own is not None:
            with TemporaryDirectory() as folder:  # OpenSSL reads keys from files only
                path = Path(folder, "own.pem")
                path.write_bytes(self.own.key + self.own.chain)
                context.load_cert_chain(path)
        return context


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _spki(key: object) -> bytes:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return b""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _hashes(root: x509.Certificate) -> Hashes:
    """Return how OCPP names a root: it is its own issuer."""
    request = ocsp.OCSPRequestBuilder().add_certificate(root, root, hashes.SHA256()).build()
    return Hashes(
        request.issuer_name_hash.hex(), request.issuer_key_hash.hex(), f"{root.serial_number:x}"
    )


def _folded(name: Hashes) -> Hashes:
    return Hashes(
        name.issuer_name.casefold(), name.issuer_key.casefold(), name.serial.lstrip("0").casefold()
    )
