"""Who was refused at the door, why, and what to do about it."""

from typing import Annotated, Final

from litestar import get
from msgspec import Meta, Struct

from laddnav.journal.model import Knocking, Refusal, RefusalReason
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.web.paging import Paged, onward, own_cursor
from laddnav.web.problems import documented
from laddnav.web.showing import Time, time
from laddnav.web.visit import Visited

_TAGS: Final = ["Refusals"]


def _says(text: str) -> Meta:
    return Meta(extra_json_schema={"description": text})


_Remedy = Annotated[str, _says("What to do about it, in a sentence.")]


class RefusalItem(Struct, frozen=True, kw_only=True):
    """Refusals alike within an hour, as one; or different ones of a flood."""

    id: str
    identity: Annotated[str, _says("Empty where it failed before any was known, and for a flood.")]
    address: Annotated[str, _says("Of a flood: the first of many.")]
    addresses: Annotated[
        int, _says("From how many addresses they came; many are counted within two percent.")
    ]
    reason: RefusalReason
    remedy: _Remedy
    detail: Annotated[str, _says("What was seen.")]
    count: Annotated[int, _says("How many there were between `first_at` and `last_at`.")]
    first_at: Time
    last_at: Time


class RefusalList(Struct, frozen=True, kw_only=True):
    """Some refusals, the latest first."""

    items: tuple[RefusalItem, ...]
    next: str | None


class KnockingItem(Struct, frozen=True, kw_only=True):
    """A station that nobody added and that wants in: `POST /stations` lets it."""

    identity: str
    address: str
    reason: RefusalReason
    remedy: _Remedy
    offered: Annotated[tuple[str, ...], _says("The subprotocols that it offered.")]
    user_agent: str | None
    tls: bool
    count: int
    first_at: Time
    last_at: Time


class KnockingList(Struct, frozen=True, kw_only=True):
    """Some knocking stations, the latest first."""

    items: tuple[KnockingItem, ...]
    next: str | None


@get(
    "/refusals",
    operation_id="listRefusals",
    summary="List refused connections",
    description=(
        "With reason and remedy, the latest first; failures of TLS and HTTP included. Refusals "
        "with the same reason, identity and address within an hour are one line with their count. "
        "Where a flood brings more different ones than 100 in half a second or 2,000 in an hour, "
        "the rest is one line for each reason, with their count and the number of addresses."
    ),
    tags=_TAGS,
    responses=documented(),
)
async def list_refusals(visit: Visited, page: Paged) -> RefusalList:
    """Return some of the operator's refusals."""
    with own_cursor():
        found = await visit.rooms.refusals.refusals(
            visit.operator, limit=page.limit, cursor=page.behind("refusals")
        )
    items = tuple(refusal_item(refusal) for refusal in found.items)
    return RefusalList(items=items, next=onward("refusals", found.next))


@get(
    "/knocking",
    operation_id="listKnocking",
    summary="List unknown stations that want in",
    description="The latest first; adding a station takes it off this list.",
    tags=_TAGS,
    responses=documented(),
)
async def list_knocking(visit: Visited, page: Paged) -> KnockingList:
    """Return some of the stations that knock at the operator's door."""
    with own_cursor():
        found = await visit.rooms.refusals.knocking(
            visit.operator, limit=page.limit, cursor=page.behind("knocking")
        )
    items = tuple(knocking_item(knocking) for knocking in found.items)
    return KnockingList(items=items, next=onward("knocking", found.next))


def refusal_item(refusal: Refusal) -> RefusalItem:
    """Return a refusal as the API shows it."""
    return RefusalItem(
        id=refusal.id,
        identity=refusal.identity,
        address=refusal.address,
        addresses=refusal.addresses,
        reason=refusal.reason,
        remedy=refusal.remedy,
        detail=refusal.detail,
        count=refusal.count,
        first_at=time(refusal.first_at),
        last_at=time(refusal.last_at),
    )


def knocking_item(knocking: Knocking) -> KnockingItem:
    """Return a knocking station as the API shows it."""
    return KnockingItem(
        identity=knocking.identity,
        address=knocking.address,
        reason=knocking.reason,
        remedy=VERDICTS[knocking.reason].remedy,
        offered=knocking.offered,
        user_agent=knocking.user_agent,
        tls=knocking.tls,
        count=knocking.count,
        first_at=time(knocking.first_at),
        last_at=time(knocking.last_at),
    )


ROUTES: Final = (list_refusals, list_knocking)
