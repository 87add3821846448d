"""Operators, their policies and their API keys."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from typing_extensions import override

SLUG_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"
"""What an operator may be called: it stands in URLs."""

Slug = Annotated[str, Meta(pattern=SLUG_PATTERN, max_length=63)]


class UnknownTokens(StrEnum):
    """What a token that nobody knows may do."""

    REFUSE = "refuse"
    ACCEPT = "accept"


class ConcurrentSessions(StrEnum):
    """Whether one token may run two sessions at once."""

    REFUSE = "refuse"
    ALLOW = "allow"


class Policies(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an operator has decided for all its stations and tokens.

    Attributes:
        unknown_tokens: Whether a token that nobody knows may charge.
        concurrent_sessions: Whether one token may run two sessions at once, unless the token
            itself says otherwise.
        master_group: The group whose tokens stop any session and start none (C16), if any.
        start_button: Whether NoAuthorization may charge (C02.FR.02).
        local_tokens: Whether tokens of type Local, for which the station itself vouches, may charge
            (C06.FR.04); otherwise they are looked up like any other.
        admit_unknown_stations: Whether a station that nobody added is added at its first knock.
        allow_profile_0: Whether single stations may be set to security profile 0 (no password).
    """

    unknown_tokens: UnknownTokens = UnknownTokens.REFUSE
    concurrent_sessions: ConcurrentSessions = ConcurrentSessions.REFUSE
    master_group: Annotated[str, Meta(min_length=1, max_length=36)] | None = None
    start_button: bool = True
    local_tokens: bool = True
    admit_unknown_stations: bool = False
    allow_profile_0: bool = True


class Operator(Struct, frozen=True, kw_only=True):
    """A tenant: everything in the house belongs to one of them."""

    slug: str
    name: str
    policies: Policies
    created_at: datetime


class ApiKey(Struct, frozen=True, kw_only=True):
    """What is known of an API key; the key itself was shown once and is not kept.

    Attributes:
        prefix: The first characters of the key, to recognise it by.
        last_used_at: To the hour, at best.
    """

    id: str
    operator: str
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class NewApiKey(Struct, frozen=True, kw_only=True):
    """A key just made: the only time that its text exists."""

    key: str
    about: ApiKey

    @override
    def __repr__(self) -> str:
        """Show what may be logged: never the key."""
        return f"NewApiKey({self.about!r})"


class AccountRefusal(StrEnum):
    """Why an operator or a key could not be made or changed."""

    BAD_SLUG = "bad_slug"
    BAD_NAME = "bad_name"
    EXISTS = "exists"
    UNKNOWN_OPERATOR = "unknown_operator"
