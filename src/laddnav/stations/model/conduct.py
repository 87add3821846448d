"""How a station behaves, as it is told to people."""

from datetime import datetime

from msgspec import Struct

from laddnav.stations.model.quirk import KnownQuirk


class Sign(Struct, frozen=True, kw_only=True):
    """Something that a station did wrong, and how often.

    Attributes:
        kind: A kind of violation, "doubt CODE" of its sessions, or "refusal REASON" at the door.
        first_at: None: not known, for only the latest were looked at.
        example: Where it was seen first; "": nowhere in a message.
    """

    kind: str
    count: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    example: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """A sign in words, in one language.

    Attributes:
        says: What the station does wrong.
        handling: What we do about it.
        remedy: What its owner can do; None: nothing is needed.
        quirk: By which this kind of station is known; None: by none.
    """

    sign: Sign
    says: str
    handling: str
    remedy: str | None
    quirk: KnownQuirk | None


class Reason(Struct, frozen=True, kw_only=True):
    """A quirk that is a station's, and why.

    Attributes:
        patterns: What it said of itself that fits the quirk; None: the quirk may be anybody's.
        signs: What it did that shows the quirk.
        in_force: Which settings the quirk decides for this station.
    """

    known: KnownQuirk
    patterns: str | None
    signs: tuple[Sign, ...]
    in_force: tuple[str, ...]
