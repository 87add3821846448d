"""What a kind of station is known to do wrong, and what we do about it."""

from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

_Text = Annotated[str, Meta(min_length=8, max_length=600)]
_Glob = Annotated[str, Meta(min_length=1, max_length=100)]
_Sign = Annotated[str, Meta(min_length=3, max_length=120)]
_Seconds = Annotated[int, Meta(ge=0, le=604_800)]
_Settling = Annotated[int, Meta(ge=0, le=15)]
_Few = Annotated[int, Meta(ge=0, le=3)]
_Times = Annotated[int, Meta(ge=0, le=100)]
_Keys = Annotated[int, Meta(ge=1, le=1_000)]
_Command = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,50}(:[A-Za-z0-9.]{1,50})?$")]


class Language(StrEnum):
    """A language in which stations are described to people."""

    ENGLISH = "en"
    SWEDISH = "sv"


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text in every language."""

    en: _Text
    sv: _Text

    def spoken(self, language: Language) -> str:
        """Return the text in a language."""
        return self.sv if language is Language.SWEDISH else self.en


class Manners(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How we speak with a station, as far as its quirks may say so; None: nobody does.

    Attributes:
        assume_ocpp16: Whether a connection without any subprotocol header is taken as OCPP 1.6.
        deflate: Whether compression may be agreed with this station (2.x only); None: it may.
        ping_seconds: Between our WebSocket pings; 0: never; None: the server's default.
        heartbeat_seconds: The interval given at Boot; None: the server's default.
        free_vend: Whether it charges without a token: an empty tag is accepted there.
        settle_seconds: From its connection (without a first Boot: 10 at least) to our first
            command; None: 5.
        triggers_at_connect: How many statuses we ask it for once it has settled, until one comes;
            None: none.
        deaf_after: The link is closed after so many commands in a row without an answer; 0: never;
            None: 4.
        max_keys: The most configuration keys in one question of ours (1.6); None: no limit.
        charging_rate_unit: The only unit of charging limits that it takes; None: both.
        never_ask: Commands that it refuses for ever, and that it is not sent: "TriggerMessage", or
            "TriggerMessage:BootNotification" for one kind of request.
    """

    assume_ocpp16: bool | None = None
    deflate: bool | None = None
    ping_seconds: _Seconds | None = None
    heartbeat_seconds: _Seconds | None = None
    free_vend: bool | None = None
    settle_seconds: _Settling | None = None
    triggers_at_connect: _Few | None = None
    deaf_after: _Times | None = None
    max_keys: _Keys | None = None
    charging_rate_unit: Literal["A", "W"] | None = None
    never_ask: tuple[_Command, ...] | None = None


class Typed(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is typed into such a charger, where makers differ; None: not known.

    Attributes:
        url: "base": it appends the identity itself; "whole": the identity is typed with the URL.
        password: "text": it presents what is typed; "hex": it presents the bytes of hex digits.
    """

    url: Literal["base", "whole"] | None = None
    password: Literal["text", "hex"] | None = None


class Quirk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One quirk, as its file tells it.

    Attributes:
        name: Of the file, too. An operator's quirk stands in for a shipped one of its name.
        vendor: Which stations have it, by what their Boot says; "*" stands for any text.
        model: Likewise.
        firmware: Likewise.
        identity: Likewise, by the identity with which they connect: known before any Boot.
        says: What the station does.
        does: Whether we mend its messages, tolerate it, or speak with it in another manner.
        place: Where in the code, or which setting.
        handling: What we do about it.
        remedy: What its owner can do; None: nothing is needed.
        sources: Where it was seen in public.
        signs: How it shows: kinds of violations, "doubt CODE" of its sessions, "refusal REASON"
            at the door; "*" stands for any text.
        implies: How such a station is spoken with, unless its own settings say otherwise.
        types: What is typed into it.
        transcripts: The recorded dialogues that prove it.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.-]{1,58}[a-z0-9]$")]
    says: Words
    does: Literal["mended", "tolerated", "setting"]
    handling: Words
    place: Annotated[str, Meta(max_length=100)] = ""
    remedy: Words | None = None
    vendor: _Glob = "*"
    model: _Glob = "*"
    firmware: _Glob = "*"
    identity: _Glob = "*"
    sources: tuple[str, ...] = ()
    signs: tuple[_Sign, ...] = ()
    implies: Manners = Manners()
    types: Typed = Typed()
    transcripts: tuple[str, ...] = ()


class Origin(StrEnum):
    """Whose a quirk is."""

    OPERATOR = "operator"
    SHIPPED = "shipped"


class Traits(NamedTuple):
    """By what a station's quirks are known; None: it never said."""

    identity: str
    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None


class KnownQuirk(Struct, frozen=True, kw_only=True):
    """A quirk, and whose it is."""

    quirk: Quirk
    origin: Origin
