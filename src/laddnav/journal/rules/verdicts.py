"""What refusals are answered with."""

from collections.abc import Mapping
from typing import NamedTuple

from laddnav.journal.model import RefusalReason


class Verdict(NamedTuple):
    """How a refusal looks from outside.

    Attributes:
        status: HTTP status; 0: the failure comes before or after any HTTP answer.
        remedy: What the operator can do about it.
    """

    status: int
    remedy: str


VERDICTS: Mapping[RefusalReason, Verdict] = {
    RefusalReason.BAD_PATH: Verdict(
        404, "Set the station's backend URL to ws(s)://HOST:PORT/ocpp/IDENTITY."
    ),
    RefusalReason.BAD_IDENTITY: Verdict(
        404, "Give the station an identity of 1 to 48 printable characters without a colon."
    ),
    RefusalReason.UNKNOWN_OPERATOR: Verdict(
        404, "Correct the operator in the URL /ocpp/OPERATOR/IDENTITY, or add that operator."
    ),
    RefusalReason.UNKNOWN_STATION: Verdict(
        404, "Add the station, or admit it from the list of knocking stations."
    ),
    RefusalReason.CREDENTIALS_MISSING: Verdict(
        401, "Set the station's password (AuthorizationKey, BasicAuthPassword) and its profile."
    ),
    RefusalReason.PASSWORD_NOT_SET: Verdict(
        401, "Set a password for this station here, and the same one in the station."
    ),
    RefusalReason.WRONG_USER: Verdict(
        401, "Set the user name in the station to its identity, or correct the identity in its URL."
    ),
    RefusalReason.WRONG_PASSWORD: Verdict(401, "Set the same password here and in the station."),
    RefusalReason.TOO_MANY_ATTEMPTS: Verdict(
        429, "Correct the identity or password in the station; it is heard again within a minute."
    ),
    RefusalReason.TLS_REQUIRED: Verdict(
        403,
        "Set the station's URL to wss://; one that never came with TLS may have profile 1 here.",
    ),
    RefusalReason.TLS_UNEXPECTED: Verdict(
        403,
        "It came with TLS: set its security profile here to 2, with its password, or its URL to "
        "ws://.",
    ),
    RefusalReason.PASSWORD_UNEXPECTED: Verdict(
        403,
        "It came with a password: set that and security profile 1 here, or take it out of the "
        "station.",
    ),
    RefusalReason.CERTIFICATE_REQUIRED: Verdict(
        403, "Install a client certificate in the station: it came without, and its profile is 3."
    ),
    RefusalReason.CERTIFICATE_UNEXPECTED: Verdict(
        403,
        "It came with its client certificate: set its security profile here to 3, or take the "
        "certificate out of the station.",
    ),
    RefusalReason.PROFILE_0_FORBIDDEN: Verdict(
        403, "Set a password and security profile 1 or 2, or allow profile 0 for the operator."
    ),
    RefusalReason.IDENTITY_IN_USE: Verdict(
        403,
        "Give each station an identity of its own; if it is the same station, set a password and "
        "security profile 1 or 2: then its newest link is kept.",
    ),
    RefusalReason.NO_SUBPROTOCOL: Verdict(
        101, "The station names no OCPP version: switch on `assume_ocpp16` if it speaks 1.6."
    ),
    RefusalReason.NO_COMMON_SUBPROTOCOL: Verdict(
        101, "Set the station to OCPP 1.6, 2.0.1 or 2.1 (JSON), and allow that version here."
    ),
    RefusalReason.NOT_A_WEBSOCKET: Verdict(
        426, "Point only charging stations here; let a reverse proxy pass the Upgrade header on."
    ),
    RefusalReason.BAD_HTTP: Verdict(
        400, "Check the station's URL for blanks and special characters, and what is in between."
    ),
    RefusalReason.TLS_FAILED: Verdict(
        0, "Install the root certificate of this server in the station, and check its clock."
    ),
    RefusalReason.TLS_TOO_OLD: Verdict(
        0, "Update the station's firmware: TLS 1.2 with an AES-GCM suite is the least it needs."
    ),
    RefusalReason.PLAIN_ON_TLS: Verdict(
        0, "Set the station's URL to wss://, or to the port without TLS."
    ),
    RefusalReason.TLS_ON_PLAIN: Verdict(
        0, "Set the station's URL to ws://, or to the port with TLS."
    ),
    RefusalReason.CERTIFICATE_MISSING: Verdict(
        0, "Install a client certificate in the station, or set its URL to a port for profile 2."
    ),
    RefusalReason.CERTIFICATE_UNTRUSTED: Verdict(
        403,
        "Trust the root that the station's certificate comes from, or renew the certificate with "
        "one of this operator's authority.",
    ),
    RefusalReason.CERTIFICATE_EXPIRED: Verdict(
        403,
        "Set `allow_expired_certificate` for the station, which lets it in to renew it, or install "
        "a new certificate on site.",
    ),
    RefusalReason.CERTIFICATE_FOREIGN: Verdict(
        403,
        "Set OrganizationName (CpoName in OCPP 1.6) in the station and renew its certificate, or "
        "trust its manufacturer's root.",
    ),
    RefusalReason.CERTIFICATE_MISNAMED: Verdict(
        403,
        "Set the station's `serial` here to the number on its plate, or give the station a "
        "certificate of its own.",
    ),
    RefusalReason.CERTIFICATE_REVOKED: Verdict(
        403,
        "Install another certificate on site (`laddnav pki sign`), or remove the station here and "
        "add it anew with a password.",
    ),
    RefusalReason.CERTIFICATE_UNFIT: Verdict(
        403,
        "Give the station a new certificate (RSA of 2048 bits or EC of 256), and check the clocks.",
    ),
    RefusalReason.OTHER_PORT: Verdict(
        403,
        "Set the station's URL to the port for its security profile, or its profile here to one "
        "that this port is for.",
    ),
    RefusalReason.HANDSHAKE_TIMEOUT: Verdict(
        408, "Check the network: the request did not arrive in full."
    ),
    RefusalReason.DATABASE_AWAY: Verdict(
        503, "Bring the database back: the station comes again by itself."
    ),
    RefusalReason.SHUTTING_DOWN: Verdict(
        503, "None needed: the server is stopping, and the station comes again by itself."
    ),
    RefusalReason.INTERNAL: Verdict(
        500, "Read the server's log at this time, and report what it says."
    ),
}
"""One verdict for every reason."""
