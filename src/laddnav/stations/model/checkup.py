"""Why a station does not come in, and what to type into it."""

from datetime import datetime

from msgspec import Struct

from laddnav.journal.model import RefusalReason


class Doors(Struct, frozen=True, kw_only=True):
    """Where stations reach this server, seen from outside.

    Attributes:
        plain: Without TLS: "ws://HOST:PORT", with the word HOST where nobody told the name; "":
            nowhere.
        tls: With TLS: "wss://HOST:PORT"; "": nowhere.
        roots: Names of the authorities of which a station must have the certificate.
    """

    plain: str = ""
    tls: str = ""
    roots: tuple[str, ...] = ()


class Attempt(Struct, frozen=True, kw_only=True):
    """What was tried in vain.

    Attributes:
        is_named: Whether it came under the station's identity; else only from its address.
    """

    first_at: datetime
    last_at: datetime
    count: int
    address: str
    reason: RefusalReason
    detail: str
    remedy: str
    is_named: bool = True


class Prescription(Struct, frozen=True, kw_only=True):
    """One setting of the charger.

    Attributes:
        name: As chargers call it.
        value: What to type; never a secret.
        note: What else must be known for it; "": nothing.
    """

    name: str
    value: str
    note: str = ""


class Checkup(Struct, frozen=True, kw_only=True):
    """One station at the door.

    Attributes:
        is_known: Whether the operator added it.
        verdict: What is wrong, and what to do next, in sentences.
        attempts: What was refused, the latest first.
        links: Its latest connections in words, the latest first.
        settings: What to type into the charger.
    """

    identity: str
    is_known: bool
    is_connected: bool
    verdict: str
    attempts: tuple[Attempt, ...]
    links: tuple[str, ...]
    settings: tuple[Prescription, ...]
