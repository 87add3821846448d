"""Tokens: list, add, show, change, remove."""

from typing import Annotated, Any, Final

from litestar import delete, get, patch, post
from litestar.params import Body
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from laddnav.tokens.model import NewToken, Token, TokenChange, TokenRefusal, TokenStatus
from laddnav.tokens.rules.validity import ends_at, starts_at
from laddnav.web.paging import Paged, onward, own_cursor
from laddnav.web.problems import (
    Flaw,
    ProblemError,
    bad_field,
    conflict,
    documented,
    not_found,
)
from laddnav.web.showing import Time, time, time_or_none
from laddnav.web.visit import Uid, Visited

_TAGS: Final = ["Tokens"]
_NO_TOKEN: Final = "There is no token with this uid."  # noqa: S105 - it is a sentence about tokens, no password


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


_Type = Annotated[str, _says("As OCPP 2 spells it.", "ISO14443")]
_Group = Annotated[str, _says("Tokens of one group may stop each other's sessions.", "fleet")]
_Concurrent = Annotated[
    bool | None, _says("May hold several sessions at once; null: the operator's policy decides.")
]
_Start = Annotated[
    str, _says("An instant, in UTC unless it says otherwise; a bare date: its start.", "2027-01-01")
]
_End = Annotated[
    str, _says("An instant, in UTC unless it says otherwise; a bare date: its end.", "2027-12-31")
]


class TokenItem(Struct, frozen=True, kw_only=True):
    """A token that may be presented to charge."""

    uid: Annotated[
        str, _says("Unique without regard to case; of a KeyCode its digest.", "04E1B2C3D4")
    ]
    type: _Type
    status: TokenStatus
    group: _Group | None
    valid_from: Time | None
    valid_until: Time | None
    allow_concurrent: _Concurrent
    language: str | None
    label: str | None
    created_at: Time
    updated_at: Time


class TokenList(Struct, frozen=True, kw_only=True):
    """Some tokens, in the order of their uids."""

    items: tuple[TokenItem, ...]
    next: str | None


class TokenBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to be added."""

    uid: Annotated[
        str, _says("1 to 255 characters. A KeyCode is kept as a digest only.", "04E1B2C3D4")
    ]
    type: _Type = "ISO14443"
    status: TokenStatus = TokenStatus.ACCEPTED
    group: _Group | None = None
    valid_from: _Start | None = None
    valid_until: _End | None = None
    allow_concurrent: bool | None = None
    language: str | None = None
    label: str | None = None


class TokenPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a token; what is left out stays, null removes."""

    type: str | UnsetType = UNSET
    status: TokenStatus | UnsetType = UNSET
    group: str | UnsetType | None = UNSET
    valid_from: _Start | UnsetType | None = UNSET
    valid_until: _End | UnsetType | None = UNSET
    allow_concurrent: bool | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    label: str | UnsetType | None = UNSET


@get(
    "/tokens",
    operation_id="listTokens",
    summary="List tokens",
    description="In the order of their uids.",
    tags=_TAGS,
    responses=documented(),
)
async def list_tokens(visit: Visited, page: Paged) -> TokenList:
    """Return some of the operator's tokens."""
    with own_cursor():
        found = await visit.rooms.tokens.page(
            visit.operator, limit=page.limit, cursor=page.behind("tokens")
        )
    items = tuple(token_item(token) for token in found.items)
    return TokenList(items=items, next=onward("tokens", found.next))


@post(
    "/tokens",
    operation_id="addToken",
    summary="Add a token",
    description="From now on it may charge. Answers 409 where the uid is taken.",
    tags=_TAGS,
    responses=documented(409, 413, 422),
)
async def add_token(visit: Visited, data: Annotated[TokenBody, Body()]) -> TokenItem:
    """Add a token."""
    return _done(await visit.rooms.tokens.add(visit.operator, NewToken(**_told(data))))


@get(
    "/tokens/{uid:str}",
    operation_id="getToken",
    summary="Show a token",
    tags=_TAGS,
    responses=documented(404),
)
async def get_token(visit: Visited, token_uid: Uid) -> TokenItem:
    """Return one token."""
    token = await visit.rooms.tokens.get(visit.operator, token_uid)
    if token is None:
        raise not_found(_NO_TOKEN)
    return token_item(token)


@patch(
    "/tokens/{uid:str}",
    operation_id="changeToken",
    summary="Change a token",
    description="What is left out stays.",
    tags=_TAGS,
    responses=documented(404, 413, 422),
)
async def change_token(
    visit: Visited, token_uid: Uid, data: Annotated[TokenPatch, Body()]
) -> TokenItem:
    """Change a token."""
    change = TokenChange(**_told(data))
    return _done(await visit.rooms.tokens.change(visit.operator, token_uid, change))


@delete(
    "/tokens/{uid:str}",
    operation_id="removeToken",
    summary="Remove a token",
    description="Its sessions stay.",
    tags=_TAGS,
    responses=documented(404),
)
async def remove_token(visit: Visited, token_uid: Uid) -> None:
    """Remove a token."""
    if not await visit.rooms.tokens.delete(visit.operator, token_uid):
        raise not_found(_NO_TOKEN)


def token_item(token: Token) -> TokenItem:
    """Return a token as the API shows it."""
    return TokenItem(
        uid=token.uid,
        type=token.type,
        status=token.status,
        group=token.group,
        valid_from=time_or_none(token.valid_from),
        valid_until=time_or_none(token.valid_until),
        allow_concurrent=token.allow_concurrent,
        language=token.language,
        label=token.label,
        created_at=time(token.created_at),
        updated_at=time(token.updated_at),
    )


_FLAWS: Final = {
    TokenRefusal.BAD_UID: ("uid", "a uid has 1 to 255 printable characters"),
    TokenRefusal.BAD_TYPE: ("type", "a type has 1 to 20 printable characters"),
    TokenRefusal.BAD_DATES: ("valid_until", "it must come after valid_from"),
    TokenRefusal.CODE: ("type", "a code stays one, nothing else becomes one: add it anew"),
    TokenRefusal.BAD_TEXT: (None, "group, language or label is too long or not printable"),
}


_DATES: Final = {"valid_from": starts_at, "valid_until": ends_at}


def _told(body: TokenBody | TokenPatch) -> dict[str, Any]:
    """Return what a body tells, with its dates as instants; raise a 422 where one is none."""
    fields = asdict(body)
    for name, read in _DATES.items():
        if isinstance(fields[name], str):
            try:
                fields[name] = read(fields[name])
            except ValueError as error:
                raise bad_field(name, str(error)) from None
    return fields


def _done(outcome: Token | TokenRefusal) -> TokenItem:
    if isinstance(outcome, TokenRefusal):
        raise _refused(outcome)
    return token_item(outcome)


def _refused(refusal: TokenRefusal) -> ProblemError:
    match refusal:
        case TokenRefusal.EXISTS:
            flaw = Flaw(field="uid", message="it is taken (case does not matter)")
            return conflict("A token has this uid already: change that one.", flaw)
        case TokenRefusal.NOT_FOUND:
            return not_found(_NO_TOKEN)
        case _:
            return bad_field(*_FLAWS[refusal])


ROUTES: Final = (list_tokens, add_token, get_token, change_token, remove_token)
