"""Operators and their keys: only over the local socket."""

from typing import Annotated, Final

import msgspec
from litestar import delete, get, patch, post
from litestar.params import Body, PathParameter
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from laddnav.accounts.model import (
    AccountRefusal,
    ApiKey,
    ConcurrentSessions,
    Operator,
    Policies,
    UnknownTokens,
)
from laddnav.web.paging import Paged, onward
from laddnav.web.problems import (
    Flaw,
    ProblemError,
    bad_field,
    conflict,
    documented,
    not_found,
)
from laddnav.web.showing import Time, time, time_or_none
from laddnav.web.visit import Visited

_TAGS: Final = ["Server"]

_KeyId = Annotated[str, PathParameter(description="The key's id.", max_length=100)]
_Slug = Annotated[str, PathParameter(description="The operator's slug.", max_length=100)]


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


class KeyItem(Struct, frozen=True, kw_only=True):
    """What is known of a key; its text was shown once."""

    id: str
    name: str
    prefix: Annotated[str, _says("The key's first characters.", "lnv_1a2b3c")]
    created_at: Time
    last_used_at: Annotated[Time | None, _says("To the hour.")]
    revoked_at: Time | None


class KeyList(Struct, frozen=True, kw_only=True):
    """An operator's keys, oldest first."""

    items: tuple[KeyItem, ...]
    next: str | None


class NewKeyItem(KeyItem, frozen=True, kw_only=True):
    """A key just made."""

    key: Annotated[str, _says("The only time that it is shown.")]


class KeyBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key to be made."""

    name: Annotated[str, _says("What it is for.", "billing")]


class PoliciesItem(Struct, frozen=True, kw_only=True):
    """What an operator has decided for all its stations and tokens."""

    unknown_tokens: UnknownTokens
    concurrent_sessions: ConcurrentSessions
    master_group: str | None
    start_button: bool
    local_tokens: bool
    admit_unknown_stations: bool
    allow_profile_0: bool


class PoliciesPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Policies to be changed; what is left out stays."""

    unknown_tokens: UnknownTokens | UnsetType = UNSET
    concurrent_sessions: ConcurrentSessions | UnsetType = UNSET
    master_group: str | UnsetType | None = UNSET
    start_button: bool | UnsetType = UNSET
    local_tokens: bool | UnsetType = UNSET
    admit_unknown_stations: bool | UnsetType = UNSET
    allow_profile_0: bool | UnsetType = UNSET


class OperatorItem(Struct, frozen=True, kw_only=True):
    """A tenant: everything belongs to one of them."""

    slug: str
    name: str
    policies: PoliciesItem
    created_at: Time


class OperatorList(Struct, frozen=True, kw_only=True):
    """Some operators, in the order of their slugs."""

    items: tuple[OperatorItem, ...]
    next: str | None


class OperatorBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An operator to be added."""

    slug: Annotated[str, _says("Stands in URLs: a to z, digits and hyphens.", "north")]
    name: str
    policies: PoliciesPatch | UnsetType = UNSET


class OperatorPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of an operator; what is left out stays."""

    name: str | None = None
    policies: PoliciesPatch | UnsetType = UNSET


@get(
    "/api-keys",
    operation_id="listApiKeys",
    summary="List the operator's keys",
    description="Oldest first, revoked ones included.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_keys(visit: Visited, page: Paged) -> KeyList:
    """Return some of the operator's keys."""
    known = await visit.rooms.accounts.list_api_keys(visit.operator)
    behind = page.behind("api-keys")
    left = [key for key in known if behind is None or _place(key) > behind]
    shown = left[: page.limit]
    place = _place(shown[-1]) if len(left) > page.limit else None
    return KeyList(items=tuple(key_item(key) for key in shown), next=onward("api-keys", place))


@post(
    "/api-keys",
    operation_id="createApiKey",
    summary="Make a key",
    description="Its text is in this answer and nowhere else.",
    tags=_TAGS,
    responses=documented(404, 413, 422),
)
async def create_key(visit: Visited, data: Annotated[KeyBody, Body()]) -> NewKeyItem:
    """Make a key."""
    made = await visit.rooms.accounts.create_api_key(visit.operator, data.name)
    if isinstance(made, AccountRefusal):
        raise refused(made)
    return NewKeyItem(key=made.key, **asdict(key_item(made.about)))


@delete(
    "/api-keys/{key_id:str}",
    operation_id="revokeApiKey",
    summary="Revoke a key",
    description="At once on this node, within 10 seconds on others.",
    tags=_TAGS,
    responses=documented(404),
)
async def revoke_key(visit: Visited, key_id: _KeyId) -> None:
    """Make a key worthless."""
    if not await visit.rooms.accounts.revoke_api_key(visit.operator, key_id):
        raise not_found(_NO_KEY)


@get(
    "/operators",
    operation_id="listOperators",
    summary="List operators",
    description="In the order of their slugs.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_operators(visit: Visited, page: Paged) -> OperatorList:
    """Return some operators."""
    behind = page.behind("operators") or ""
    found = await visit.rooms.accounts.operators(after=behind, limit=page.limit + 1)
    shown = found[: page.limit]
    place = shown[-1].slug if len(found) > page.limit else None
    items = tuple(operator_item(operator) for operator in shown)
    return OperatorList(items=items, next=onward("operators", place))


@post(
    "/operators",
    operation_id="addOperator",
    summary="Add an operator",
    description="Its stations connect to /ocpp/SLUG/IDENTITY.",
    tags=_TAGS,
    responses=documented(404, 409, 413, 422),
)
async def add_operator(visit: Visited, data: Annotated[OperatorBody, Body()]) -> OperatorItem:
    """Add an operator."""
    policies = _merged(Policies(), data.policies)
    return _done(await visit.rooms.accounts.add_operator(data.slug, data.name, policies))


@patch(
    "/operators/{slug:str}",
    operation_id="changeOperator",
    summary="Change an operator's name or policies",
    description="What is left out stays, policies one by one too.",
    tags=_TAGS,
    responses=documented(404, 413, 422),
)
async def change_operator(
    visit: Visited, slug: _Slug, data: Annotated[OperatorPatch, Body()]
) -> OperatorItem:
    """Change an operator."""
    known = await visit.rooms.accounts.operator(slug)
    if known is None:
        raise not_found(_NO_OPERATOR)
    policies = _merged(known.policies, data.policies)
    changed = await visit.rooms.accounts.change_operator(slug, name=data.name, policies=policies)
    return _done(changed)


_NO_KEY: Final = "The operator has no such key, or it was revoked already."
_NO_OPERATOR: Final = "There is no operator with this slug."


def key_item(key: ApiKey) -> KeyItem:
    """Return a key as the API shows it."""
    return KeyItem(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        created_at=time(key.created_at),
        last_used_at=time_or_none(key.last_used_at),
        revoked_at=time_or_none(key.revoked_at),
    )


def operator_item(operator: Operator) -> OperatorItem:
    """Return an operator as the API shows it."""
    return OperatorItem(
        slug=operator.slug,
        name=operator.name,
        policies=PoliciesItem(**asdict(operator.policies)),
        created_at=time(operator.created_at),
    )


def refused(refusal: AccountRefusal) -> ProblemError:
    """Return a refusal of the accounts' room as a problem."""
    match refusal:
        case AccountRefusal.BAD_SLUG:
            return bad_field("slug", "1 to 63 of a to z, 0 to 9 and inner hyphens")
        case AccountRefusal.BAD_NAME:
            return bad_field("name", "1 to 200 printable characters, not all blank")
        case AccountRefusal.EXISTS:
            flaw = Flaw(field="slug", message="it is taken")
            return conflict("An operator has this slug already: change that one.", flaw)
        case AccountRefusal.UNKNOWN_OPERATOR:
            return not_found(_NO_OPERATOR)


def _done(outcome: Operator | AccountRefusal) -> OperatorItem:
    if isinstance(outcome, AccountRefusal):
        raise refused(outcome)
    return operator_item(outcome)


def _merged(before: Policies, change: PoliciesPatch | UnsetType) -> Policies:
    if isinstance(change, UnsetType):
        return before
    told = {name: value for name, value in asdict(change).items() if value is not UNSET}
    try:
        return msgspec.convert({**asdict(before), **told}, Policies)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        field = "policies" + place.strip("`").removeprefix("$")
        raise bad_field(field, what[:1].lower() + what[1:]) from None


def _place(key: ApiKey) -> str:
    return f"{time(key.created_at)} {key.id}"


ROUTES: Final = (
    list_keys,
    create_key,
    revoke_key,
    list_operators,
    add_operator,
    change_operator,
)
