"""Who signs."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from typing_extensions import override

from laddnav.pki.model.certificate import Certificate, Purpose, RootKind, Use


class AuthorityKind(StrEnum):
    """Where the private key is."""

    BUILT_IN = "built_in"
    """Here, encrypted."""
    EST = "est"
    """At a server that is asked by EST (RFC 7030)."""


class Authority(Struct, frozen=True, kw_only=True):
    """Who signs an operator's certificates of one purpose.

    Attributes:
        root: PEM; what others must trust.
        issuing: PEM of what signs, and of what is between it and the root; "" where only the
            server of EST knows.
        url: The server of EST, without "/.well-known/est"; "" for a built-in authority.
        key_id: Of the secret under which the private keys are encrypted.
        valid_until: When the first of its certificates ends; None: not known here.
    """

    operator: str
    purpose: Purpose
    id: str
    kind: AuthorityKind
    root: str
    issuing: str
    url: str
    key_id: str
    valid_until: datetime | None
    created_at: datetime


class EstServer(Struct, frozen=True, kw_only=True):
    """How an EST server is reached.

    Attributes:
        url: https://HOST[:PORT][/LABEL]; "/.well-known/est" is added where it belongs.
        anchors: PEM of the roots that its own TLS certificate must come from; "": those of the
            system.
        user: For Basic authentication.
        client: PEM of a private key and certificate chain to present in TLS.
    """

    url: str
    anchors: str = ""
    user: str = ""
    password: str = ""
    client: str = ""

    @override
    def __repr__(self) -> str:
        """Show what may be logged: never a password or a key."""
        return f"EstServer({self.url})"


class NewAuthority(Struct, frozen=True, kw_only=True):
    """Two authorities just made, a root and the one that issues; keys and certificates as PEM."""

    root_key: str
    root: str
    issuing_key: str
    issuing: str

    @override
    def __repr__(self) -> str:
        """Show what may be logged: never a key."""
        return "NewAuthority()"


class TrustedRoot(Struct, frozen=True, kw_only=True):
    """A root that stations' certificates may come from."""

    operator: str
    kind: RootKind
    label: str
    certificate: Certificate
    created_at: datetime


class IssuedCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that was signed for an operator.

    Attributes:
        station: Whose it is; "" for the server's own.
        chain: PEM, leaf first.
        revoked_at: From when on it admits nobody any more; None: it was not revoked.
        revoked_for: Why it was, in the operator's words.
    """

    operator: str
    purpose: Purpose
    station: str
    certificate: Certificate
    chain: str
    created_at: datetime
    revoked_at: datetime | None = None
    revoked_for: str = ""


class InstalledCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that a station has, as it last reported.

    Attributes:
        algorithm: With which the station named it: it is deleted by the same (M04.FR.07).
        is_child: It hangs on the one before it (childCertificateHashData).
    """

    use: Use
    algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    serial_number: str
    is_child: bool
    reported_at: datetime
