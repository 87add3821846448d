"""Tokens: what a driver presents, what we know about it, and the answer."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from msgspec import UNSET, Struct, UnsetType
from typing_extensions import override

CENTRAL: Final = "Central"
DIRECT_PAYMENT: Final = "DirectPayment"
ISO14443: Final = "ISO14443"
ISO15693: Final = "ISO15693"
KEY_CODE: Final = "KeyCode"
LOCAL: Final = "Local"
NO_AUTHORIZATION: Final = "NoAuthorization"

Purpose = Literal["authorize", "start", "stop"]


class TokenRef(NamedTuple):
    """A token as it was presented: nothing is known about it yet.

    Attributes:
        uid: As the station sent it; may be empty (free vend, start button). Of a code its digest
            (`Tokens.presented`); the code itself only on its way to a station (a remote start).
        type: As OCPP 2 spells it, unknown words included; None from OCPP 1.6, which has no types.
    """

    uid: str
    type: str | None = None

    @override
    def __repr__(self) -> str:
        """Hide what must never be logged: a KeyCode (C04.FR.04)."""
        shown = "***" if self.type == KEY_CODE else self.uid
        return f"TokenRef(uid={shown!r}, type={self.type!r})"


class TokenStatus(StrEnum):
    """What the operator has decided about a token."""

    ACCEPTED = "accepted"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    INVALID = "invalid"
    NO_CREDIT = "no_credit"


class NewToken(Struct, frozen=True, kw_only=True):
    """A token as an operator describes it.

    Attributes:
        uid: 1 to 255 characters; unique per operator without regard to case and blanks around it.
            Of a code (KeyCode) only the digest is kept.
        type: As OCPP 2 spells it; "ISO14443" is the ordinary card. At most 20 characters.
        status: The operator's decision; the dates may still make it expired.
        group: Tokens of one group may stop each other's sessions (parentIdTag, groupIdToken);
            compared without regard to case.
        valid_from: Before it the token is invalid; None: it always was valid.
        valid_until: From it on the token is expired; None: without end.
        allow_concurrent: May hold several sessions at once; None: the operator's policy decides.
        language: For texts to its driver, RFC 5646, at most 8 characters.
        label: The operator's own words about it.
    """

    uid: str
    type: str = ISO14443
    status: TokenStatus = TokenStatus.ACCEPTED
    group: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    allow_concurrent: bool | None = None
    language: str | None = None
    label: str | None = None


class Token(NewToken, frozen=True, kw_only=True):
    """A token that an operator has registered; the uid of a code is its digest."""

    operator: str
    created_at: datetime
    updated_at: datetime

    @override
    def __repr__(self) -> str:
        """Hide what must never be logged: a KeyCode (C04.FR.04)."""
        return f"Token({TokenRef(self.uid, self.type)!r}, {self.status.value!r})"


class TokenChange(Struct, frozen=True, kw_only=True):
    """What to change about a token; what is UNSET stays as it is."""

    type: str | UnsetType = UNSET
    status: TokenStatus | UnsetType = UNSET
    group: str | UnsetType | None = UNSET
    valid_from: datetime | UnsetType | None = UNSET
    valid_until: datetime | UnsetType | None = UNSET
    allow_concurrent: bool | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    label: str | UnsetType | None = UNSET


class TokenRefusal(StrEnum):
    """Why a token could not be added or changed."""

    EXISTS = "exists"
    NOT_FOUND = "not_found"
    BAD_UID = "bad_uid"
    BAD_TYPE = "bad_type"
    BAD_DATES = "bad_dates"
    BAD_TEXT = "bad_text"
    CODE = "code"
    """A code stays one, and nothing else becomes one: only its digest is known."""


class TokenPage(Struct, frozen=True, kw_only=True):
    """Some tokens in the order of their uids, and the cursor of the next ones."""

    items: tuple[Token, ...]
    next: str | None = None


class LineError(Struct, frozen=True, kw_only=True):
    """What is wrong in one line of an imported file; the first line has number 1."""

    line: int
    text: str


class ImportReport(Struct, frozen=True, kw_only=True):
    """What an import has done: nothing where there are errors and it was not to be partial.

    Attributes:
        added: How many tokens are new.
        changed: How many were there already and are now as the file says.
        errors: At most 100.
        ignored_columns: Columns whose names are not known.
    """

    added: int = 0
    changed: int = 0
    errors: tuple[LineError, ...] = ()
    ignored_columns: tuple[str, ...] = ()


class TokenPolicy(Struct, frozen=True, kw_only=True):
    """What an operator (or one of its stations) has decided about tokens in general.

    Attributes:
        unknown_tokens: What happens to a token that nobody knows.
        free_vend: The station charges without a token: an empty tag is accepted.
        start_button: "NoAuthorization" is accepted (C02.FR.02).
        local_tokens: A token of type Local that nobody knows is accepted: the station itself
            vouches for it (C06.FR.04).
        master_group: Tokens of this group may stop any session and start none (C16.FR.03).
    """

    unknown_tokens: Literal["refuse", "accept"] = "refuse"
    free_vend: bool = False
    start_button: bool = True
    local_tokens: bool = True
    master_group: str | None = None


class Verdict(StrEnum):
    """The answer to a driver."""

    ACCEPTED = "accepted"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    NO_CREDIT = "no_credit"
    CONCURRENT = "concurrent"
    """Has a session elsewhere: decided by sessions, never said in an answer to Authorize."""


class TokenVerdict(Struct, frozen=True, kw_only=True):
    """The answer about one presented token.

    Attributes:
        verdict: May it do what it was presented for?
        group: The token's group, for the station to compare (never with a presented uid).
        valid_until: When the station should ask again at the latest.
        token: What is registered; None for tokens of others, unknown ones and policy.
        master: A master pass: accepted for stopping and for Authorize, refused for starting.
    """

    verdict: Verdict
    group: str | None = None
    valid_until: datetime | None = None
    token: Token | None = None
    master: bool = False
