"""TLS for stations: what the security whitepaper asks for, and nothing older."""

import ssl
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

CIPHERS: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
)
"""Of the suites of A00.FR.317 those that keep secrets forward, for either kind of certificate."""

OLD_CIPHERS: Final = "AES128-GCM-SHA256:AES256-GCM-SHA384"
"""The other two, with RSA key exchange: who gets hold of the key can read what was recorded.

They are off in OpenSSL unless they are named.
"""

_NO_CHECK_TIME: Final = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME; Python has no name


class Asks(StrEnum):
    """Whether a port asks stations for a certificate of their own (security profile 3)."""

    NEVER = "never"
    OPTIONALLY = "optionally"
    ALWAYS = "always"


class TlsMisconfiguredError(Exception):
    """The certificates cannot be used; the text is one line that says which, and what to do."""


def tls_context(
    certificates: Sequence[str],
    *,
    asks: Asks = Asks.NEVER,
    roots: str = "",
    old_suites: bool = False,
) -> ssl.SSLContext:
    """Return a context that serves the chains and keys in these PEM files.

    One RSA and one ECDSA certificate serve all stations: OpenSSL picks what the peer knows.

    Whether a station's certificate is valid now is judged at admission, not here: there it is
    known whose it is, and one that has expired may be let in to renew it (A00.FR.429). Nothing is
    resumed where certificates are asked for: each link is judged by what is trusted then.

    Args:
        certificates: The files.
        asks: Whether stations are asked for theirs. Where nothing is trusted, a port that asks
            optionally asks nobody: no certificate could be taken.
        roots: What those of stations may come from, PEM.
        old_suites: Whether RSA key exchange is spoken too.

    Raises:
        TlsMisconfiguredError: There are none, or a file is not what it should be.
    """
    if not certificates:
        message = "TLS needs tls_certificates: PEM files, each a private key and its chain"
        raise TlsMisconfiguredError(message)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers(f"{CIPHERS}:{OLD_CIPHERS}" if old_suites else CIPHERS)
    for path in certificates:
        _load(context, path)
    if asks is Asks.ALWAYS or (asks is Asks.OPTIONALLY and roots):
        _ask(context, asks, roots)
    return context


def _ask(context: ssl.SSLContext, asks: Asks, roots: str) -> None:
    context.verify_mode = ssl.CERT_REQUIRED if asks is Asks.ALWAYS else ssl.CERT_OPTIONAL
    context.verify_flags |= _NO_CHECK_TIME
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    if roots:
        try:
            context.load_verify_locations(cadata=roots)
        except (ssl.SSLError, ValueError):
            message = "a trusted root of stations' certificates cannot be used: `laddnav pki`"
            raise TlsMisconfiguredError(message) from None


def _load(context: ssl.SSLContext, path: str) -> None:
    try:
        context.load_cert_chain(path, password="")  # without one, OpenSSL asks on the terminal
    except (ssl.SSLError, ValueError):
        message = f"{path} does not hold a private key (without password) and its certificate chain"
    except OSError as error:
        message = f"the certificate file {path} cannot be read: {error.strerror}"
    else:
        return
    raise TlsMisconfiguredError(message) from None


def presented(connection: ssl.SSLObject | None) -> tuple[bytes, ...]:
    """Return the chain that a station presented (DER, its own certificate first); (): none."""
    leaf = None if connection is None else connection.getpeercert(binary_form=True)
    if connection is None or leaf is None:
        return ()
    return (leaf, *(each for each in _chain(connection) if each != leaf))


def _chain(connection: ssl.SSLObject) -> Sequence[bytes]:
    """Return what was sent along: by a private name until Python 3.13, and none where it has none.

    Without it the certificate is judged by the authorities that are known here.
    """
    public = getattr(connection, "get_unverified_chain", None)
    if public is not None:
        return list(public())
    private = getattr(getattr(connection, "_sslobj", None), "get_unverified_chain", None)
    found = None if private is None else private()
    return [ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in found or ()]
