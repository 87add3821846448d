"""What is wrong with a certificate that a station presents."""

from enum import StrEnum

from msgspec import Struct

from laddnav.pki.model.certificate import Certificate


class ClientFlaw(StrEnum):
    """Why a certificate is not this station's."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    WRONG_ORGANIZATION = "wrong_organization"
    WRONG_NAME = "wrong_name"
    WEAK_KEY = "weak_key"
    UNTRUSTED = "untrusted"
    REVOKED = "revoked"


class ClientTrust(Struct, frozen=True, kw_only=True):
    """What an operator's stations must present. Certificates as PEM.

    Attributes:
        organization: The operator's name as an organisation.
        roots: Of the operator's own authorities.
        factory_roots: Of manufacturers that the operator trusts.
        between: Authorities below these roots that need not be presented.
    """

    organization: str
    roots: tuple[str, ...] = ()
    factory_roots: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


class ClientRefused(Struct, frozen=True, kw_only=True):
    """A presented certificate does not admit the station (A00.FR.407).

    Attributes:
        detail: What was seen.
        remedy: What the operator can do about it, in a sentence.
    """

    flaw: ClientFlaw
    detail: str
    remedy: str


class ClientAccepted(Struct, frozen=True, kw_only=True):
    """A presented certificate is this station's.

    Attributes:
        name: The common name that it bears.
        is_factory: It was made by the manufacturer: it should be renewed before the station goes
            on (A00.FR.406).
        has_expired: The operator lets it in nevertheless, to renew it at once (A00.FR.429).
        certificate: What it says.
    """

    name: str = ""
    is_factory: bool = False
    has_expired: bool = False
    certificate: Certificate | None = None
