"""Requests for certificates, and what becomes of them."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from laddnav.kernel.keys import StationKey
from laddnav.pki.model.certificate import Purpose


class CsrFlaw(StrEnum):
    """Why a request for a certificate is refused."""

    UNREADABLE = "unreadable"
    BAD_SIGNATURE = "bad_signature"
    WEAK_KEY = "weak_key"
    UNKNOWN_KEY = "unknown_key"
    WEAK_HASH = "weak_hash"
    WRONG_NAME = "wrong_name"
    WRONG_ORGANIZATION = "wrong_organization"
    NO_AUTHORITY = "no_authority"
    REJECTED_BEFORE = "rejected_before"
    TOO_MANY = "too_many"
    UNPROVEN = "unproven"


class Refused(Struct, frozen=True, kw_only=True):
    """A request is not signed.

    Attributes:
        detail: What is wrong, in words that may be shown; names what was expected.
    """

    flaw: CsrFlaw
    detail: str


class RequestState(StrEnum):
    """How far a request for a certificate has come."""

    WAITING = "waiting"
    """Accepted; to be signed."""
    SIGNED = "signed"
    """Signed; the station is to be given its certificate."""
    INSTALLED = "installed"
    """The station took its certificate."""
    DECLINED = "declined"
    """The station rejected its certificate, or cannot take one: it is not given it again."""
    REFUSED = "refused"
    """Not signed: see the reason."""
    FAILED = "failed"
    """Not signed, or not delivered, or not in time: see the reason. Made again it is a new one."""


OPEN_STATES = (RequestState.WAITING, RequestState.SIGNED)
"""In these there is still something to do."""


class SigningRequest(Struct, frozen=True, kw_only=True):
    """A request of a station for a certificate, or of the operator for one of its stations.

    Attributes:
        digest: SHA-256 of the request's DER (of its text where that cannot be read), in hex.
        wire_id: What the station numbered it (requestId of OCPP 2.1).
        detail: Why it was refused, declined or failed, in words; what the last attempt met.
        count: How often it was made.
        attempts: How often it was tried to sign or deliver it, and nobody knows whether it was.
        next_at: It is not tried before.
        chain: Its certificate, once it is signed; PEM, leaf first.
        serial: That certificate's serial number.
    """

    key: StationKey
    id: str
    purpose: Purpose
    digest: str
    csr: str
    wire_id: int | None
    state: RequestState
    flaw: CsrFlaw | None = None
    detail: str = ""
    count: int = 1
    attempts: int = 0
    next_at: datetime
    chain: str | None = None
    serial: str | None = None
    created_at: datetime
    updated_at: datetime


class Delivery(Struct, frozen=True, kw_only=True):
    """A certificate for a station that asked for it."""

    purpose: Purpose
    chain: str
    wire_id: int | None = None


class Renewal(Struct, frozen=True, kw_only=True):
    """That a station was asked to renew its certificate.

    Attributes:
        serial: Of the certificate that ends.
        tries: How often it was asked.
        outcome: What it said the last time.
        next_at: It is not asked again before; None: not for this certificate.
        discards: How often in a row it went back to the certificate of before.
        discarded_at: When it last did, and was asked again; None: never.
    """

    key: StationKey
    purpose: Purpose
    serial: str
    tries: int
    outcome: str
    asked_at: datetime
    next_at: datetime | None
    discards: int = 0
    discarded_at: datetime | None = None
