"""The handshake doctor: why a station does not come in, and what to type into it."""

from typing import Annotated, Final

from litestar import get
from msgspec import Meta, Struct

from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import StationKey
from laddnav.stations.model.checkup import Checkup
from laddnav.stations.model.quirk import Traits, Typed
from laddnav.stations.model.register import StationView
from laddnav.stations.rules import checkup as rules
from laddnav.stations.rules.quirks import is_specific, shown_by, typed_into
from laddnav.stations.service.quirks import traits_of
from laddnav.web.problems import documented
from laddnav.web.showing import Time, time
from laddnav.web.visit import Key, Visit, Visited

_KNOCKING: Final = 1_000
_REFUSALS: Final = 50
_PERIODS: Final = 20


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


class AttemptItem(Struct, frozen=True, kw_only=True):
    """What was tried in vain."""

    reason: RefusalReason
    address: str
    detail: Annotated[str, _says("What was seen.")]
    remedy: Annotated[str, _says("What to do about it, in a sentence.")]
    count: int
    first_at: Time
    last_at: Time


class PrescriptionItem(Struct, frozen=True, kw_only=True):
    """One setting of the charger."""

    name: Annotated[str, _says("As chargers call it.", "URL")]
    value: Annotated[str, _says("What to type; never a secret.")]
    note: str


class CheckupItem(Struct, frozen=True, kw_only=True):
    """One station at the door, known or not."""

    identity: str
    known: Annotated[bool, _says("Whether it was added.")]
    connected: bool
    verdict: Annotated[str, _says("What is wrong, and what to do next.")]
    attempts: Annotated[tuple[AttemptItem, ...], _says("What was refused, the latest first.")]
    links: Annotated[tuple[str, ...], _says("Its latest connections.")]
    settings: Annotated[tuple[PrescriptionItem, ...], _says("What to type into the charger.")]


@get(
    "/stations/{identity:str}/doctor",
    operation_id="getStationDoctor",
    summary="Say why a station does not come in",
    description=(
        "What was tried and refused, from where and why, and the exact settings to type into the "
        "charger. For an identity that nobody added too. It never shows a secret."
    ),
    tags=["Refusals"],
    responses=documented(404),
)
async def get_checkup(visit: Visited, key: Key) -> CheckupItem:
    """Return what keeps one station outside."""
    rooms = visit.rooms
    view = await rooms.views.station(key)
    knocking = (await rooms.refusals.knocking(key.operator, limit=_KNOCKING)).items
    periods = (await rooms.journal.periods(key, limit=_PERIODS)).items
    refusals = await rooms.refusals.refusals(
        key.operator,
        identity=key.identity,
        addresses=rules.addresses_of(key, view, knocking, periods),
        limit=_REFUSALS,
    )
    open_one = None if view is None else view.station.handover
    found = rules.examine(
        key,
        view,
        refusals=refusals.items,
        knocking=knocking,
        periods=periods,
        doors=rooms.doors(),
        has_password=await rooms.register.has_password(key),
        typed=await _typed(visit, key, view),
        organization=await rooms.pki.authorities.organization(key.operator),
        handover=None if open_one is None else await rooms.handovers.one(key, open_one),
    )
    return _item(found)


async def _typed(visit: Visit, key: StationKey, view: StationView | None) -> Typed:
    """Return what is known of how a charger wants its settings, by its kind and its conduct."""
    book = visit.rooms.quirks
    traits = Traits(key.identity) if view is None else traits_of(view.station, view.life)
    known = book.of(traits)
    signs = [each.kind for each in await visit.rooms.violations.of(key)]
    shown = filter(None, (shown_by(sign, known) for sign in signs))
    own = (each for each in known if is_specific(each.quirk))
    return typed_into(each.quirk for each in (*shown, *own))


def _item(found: Checkup) -> CheckupItem:
    return CheckupItem(
        identity=found.identity,
        known=found.is_known,
        connected=found.is_connected,
        verdict=found.verdict,
        attempts=tuple(
            AttemptItem(
                reason=each.reason,
                address=each.address,
                detail=each.detail,
                remedy=each.remedy,
                count=each.count,
                first_at=time(each.first_at),
                last_at=time(each.last_at),
            )
            for each in found.attempts
        ),
        links=found.links,
        settings=tuple(
            PrescriptionItem(name=each.name, value=each.value, note=each.note)
            for each in found.settings
        ),
    )


ROUTES: Final = (get_checkup,)
