"""TLS for stations: what the security whitepaper asks for, and nothing older."""

import ssl
from collections.abc import Sequence
from typing import Final

CIPHERS: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
    "AES128-GCM-SHA256:AES256-GCM-SHA384"
)
"""The four suites of A00.FR.317, and for RSA certificates two that keep secrets forward.

Those with RSA key exchange are off in OpenSSL unless they are named.
"""


class TlsMisconfiguredError(Exception):
    """The certificates cannot be used; the text is one line that says which, and what to do."""


def tls_context(certificates: Sequence[str]) -> ssl.SSLContext:
    """Return a context that serves the chains and keys in these PEM files.

    One RSA and one ECDSA certificate serve all stations: OpenSSL picks what the peer knows.

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
    context.set_ciphers(CIPHERS)
    for path in certificates:
        _load(context, path)
    return context


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
