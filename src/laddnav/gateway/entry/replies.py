"""What is said to a connection that is refused: short and fixed, nothing of what went wrong."""

from collections.abc import Mapping
from ssl import SSLCertVerificationError, SSLError
from typing import Final

from aiohttp.web import Response

from laddnav.journal.model import RefusalReason
from laddnav.journal.rules.verdicts import VERDICTS

SERVER_NAME: Final = "laddnav"
_WELCOME: Final = "Charging stations connect here: OCPP over WebSocket at /ocpp/IDENTITY."
_BODIES: Final = {
    400: "This is no request that a station makes.",
    401: "The user name or the password is wrong.",
    403: "This station may not connect like this.",
    404: "There is no such station.",
    408: "The request did not arrive in time.",
    426: _WELCOME,
    429: "Too many attempts: try again in a minute.",
    500: "Something is wrong here.",
    503: "Try again later.",
}
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": 'Basic realm="charging stations", charset="UTF-8"'},
    426: {"Upgrade": "websocket", "Connection": "Upgrade, close", "Sec-WebSocket-Version": "13"},
    429: {"Retry-After": "60"},
    503: {"Retry-After": "10"},
}

_TLS: Final = {
    "HTTP_REQUEST": (RefusalReason.PLAIN_ON_TLS, "an HTTP request came instead of TLS"),
    "WRONG_VERSION_NUMBER": (RefusalReason.TLS_FAILED, "what came is no TLS"),
    "UNSUPPORTED_PROTOCOL": (RefusalReason.TLS_TOO_OLD, "no TLS version from 1.2 on is offered"),
    "VERSION_TOO_LOW": (RefusalReason.TLS_TOO_OLD, "no TLS version from 1.2 on is offered"),
    "TLSV1_ALERT_PROTOCOL_VERSION": (RefusalReason.TLS_TOO_OLD, "another version is wanted"),
    "NO_SHARED_CIPHER": (
        RefusalReason.TLS_TOO_OLD,
        "no cipher suite in common: is there both an RSA and an ECDSA certificate?",
    ),
    "TLSV1_ALERT_UNKNOWN_CA": (
        RefusalReason.TLS_FAILED,
        "the station does not know who signed our certificate",
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": (
        RefusalReason.TLS_FAILED,
        "the station takes our certificate for a bad one (its host name?)",
    ),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": (
        RefusalReason.TLS_FAILED,
        "the station does not accept our certificate",
    ),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (
        RefusalReason.TLS_FAILED,
        "our certificate has expired by the station's clock",
    ),
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": (
        RefusalReason.TLS_FAILED,
        "the station cannot use our kind of certificate",
    ),
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": (
        RefusalReason.CERTIFICATE_MISSING,
        "this port is for security profile 3 only, and no certificate came",
    ),
}
_UNTRUSTED: Final = {
    18: "the station signed its certificate itself",
    19: "the chain leads to a root that is not trusted here",
    20: "who signed it is not trusted here, or was not sent along",
    21: "who signed it is not trusted here, or was not sent along",
}
_UNFIT: Final = {
    7: "a signature in the chain is wrong",
    26: "it is not made for clients",
    66: "its key is too short",
    67: "the key of who signed it is too short",
    68: "its chain has a signature of a kind that is too weak",
}
"""By OpenSSL's numbers (X509_V_ERR_...) of what is wrong with a certificate."""


def tls_failure(error: SSLError) -> tuple[RefusalReason, str]:
    """Return why TLS failed, and what was seen, in our own words."""
    if isinstance(error, SSLCertVerificationError):
        return _distrusted(error.verify_code)
    return _TLS.get(error.reason or "", (RefusalReason.TLS_FAILED, "the handshake failed"))


def _distrusted(code: int) -> tuple[RefusalReason, str]:
    if code in _UNFIT:
        return RefusalReason.CERTIFICATE_UNFIT, _UNFIT[code]
    detail = _UNTRUSTED.get(code, "its chain cannot be followed to a trusted root")
    return RefusalReason.CERTIFICATE_UNTRUSTED, detail


def reply(reason: RefusalReason) -> Response:
    """Return the answer to a request that is refused; the connection ends after it."""
    status = VERDICTS[reason].status
    response = Response(status=status, text=_text(status), headers=_HEADERS.get(status))
    response.headers["Server"] = SERVER_NAME
    response.force_close()
    return response


def bare_reply(reason: RefusalReason) -> bytes:
    """Return the same where there is no request to answer; nothing where HTTP is not spoken."""
    status = VERDICTS[reason].status
    if not status:
        return b""
    body = _text(status).encode()
    head = (
        f"HTTP/1.1 {status} Refused\r\nServer: {SERVER_NAME}\r\nConnection: close\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _text(status: int) -> str:
    return f"{_BODIES[status]}\n"
