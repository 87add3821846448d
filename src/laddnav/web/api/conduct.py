"""What stations do wrong, in words: quirks, and a report on each station."""

from collections import Counter
from typing import Annotated, Final

from litestar import get
from litestar.params import HeaderParameter, QueryParameter

from laddnav.kernel.keys import StationKey
from laddnav.sessions.model import SessionFilter
from laddnav.stations.model import StationView
from laddnav.stations.model.conduct import Sign
from laddnav.stations.model.quirk import Language
from laddnav.stations.rules import conduct
from laddnav.stations.service.quirks import traits_of
from laddnav.web.api.conduct_views import (
    QuirkList,
    ReportItem,
    StationQuirkList,
    finding_item,
    quirk_item,
    reason_item,
)
from laddnav.web.paging import Paged, onward
from laddnav.web.problems import documented, not_found
from laddnav.web.visit import Key, Visit, Visited

_TAGS: Final = ["Stations"]
_SESSIONS: Final = 200
_REFUSALS: Final = 100
_SKEW_MS: Final = 60_000
_SUMMARIES: Final = {
    Language.ENGLISH: (
        "Nothing that this station did was wrong.",
        "It does 1 thing wrong.",
        "It does {} things wrong.",
    ),
    Language.SWEDISH: (
        "Inget som stationen gjorde var fel.",
        "Den gör 1 sak fel.",
        "Den gör {} saker fel.",
    ),
}

Spoken = Annotated[
    Language | None, QueryParameter(description="en or sv; else as Accept-Language says.")
]
Accepted = Annotated[
    str | None, HeaderParameter(name="Accept-Language", description="sv for Swedish.")
]


@get(
    "/quirks",
    operation_id="listQuirks",
    summary="List known quirks",
    description="What kinds of stations are known to do wrong; those of your own folder first.",
    tags=_TAGS,
    responses=documented(),
)
async def list_quirks(
    visit: Visited, page: Paged, language: Spoken = None, accept_language: Accepted = None
) -> QuirkList:
    """Return some quirks."""
    known = visit.rooms.quirks.known
    spoken = language or preferred(accept_language)
    behind = page.behind("quirks")
    names = [each.quirk.name for each in known]
    start = names.index(behind) + 1 if behind in names else 0
    part = known[start : start + page.limit]
    more = start + page.limit < len(known)
    return QuirkList(
        items=tuple(quirk_item(each, spoken) for each in part),
        next=onward("quirks", part[-1].quirk.name if more else None),
    )


@get(
    "/stations/{identity:str}/quirks",
    operation_id="listStationQuirks",
    summary="List a station's quirks",
    description="Those of its kind, and those that it has shown; with what they change for it.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_station_quirks(
    visit: Visited, key: Key, language: Spoken = None, accept_language: Accepted = None
) -> StationQuirkList:
    """Return the quirks of one station, and why they are its."""
    view = await _view(visit, key)
    traits = traits_of(view.station, view.life)
    found = conduct.reasons(
        view.station.settings, visit.rooms.quirks.of(traits), traits, await _signs(visit, key)
    )
    spoken = language or preferred(accept_language)
    return StationQuirkList(items=tuple(reason_item(each, spoken) for each in found), next=None)


@get(
    "/stations/{identity:str}/report",
    operation_id="getStationReport",
    summary="Report on a station",
    description=(
        "What it does wrong, how often and since when, which quirk that is, what we do about it "
        "and what its owner can do. Doubts are those of its latest 200 sessions."
    ),
    tags=_TAGS,
    responses=documented(404),
)
async def get_report(
    visit: Visited, key: Key, language: Spoken = None, accept_language: Accepted = None
) -> ReportItem:
    """Return in words what one station does wrong."""
    view = await _view(visit, key)
    spoken = language or preferred(accept_language)
    strict = view.station.settings.strict
    found = conduct.findings(
        await _signs(visit, key),
        visit.rooms.quirks.of(traits_of(view.station, view.life)),
        spoken,
        strict=strict,
    )
    faults = conduct.faults(found)
    return ReportItem(
        identity=key.identity,
        language=spoken,
        vendor=view.life.vendor,
        model=view.life.model,
        firmware=view.life.firmware,
        strict=strict,
        summary=_SUMMARIES[spoken][min(faults, 2)].format(faults),
        findings=tuple(map(finding_item, found)),
    )


def preferred(accepted: str | None) -> Language:
    """Return the language that an Accept-Language header likes best; English where none does."""
    best, most = Language.ENGLISH, 0.0
    for part in (accepted or "")[:200].split(","):
        name, _, quality = part.strip().partition(";q=")
        weight = _weight(quality)
        known = name.partition("-")[0].casefold()
        if known in {each.value for each in Language} and weight > most:
            best, most = Language(known), weight
    return best


def _weight(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


async def _view(visit: Visit, key: StationKey) -> StationView:
    view = await visit.rooms.views.station(key)
    if view is None:
        detail = "There is no station with this identity."
        raise not_found(detail)
    return view


async def _signs(visit: Visit, key: StationKey) -> list[Sign]:
    """Return all that a station did wrong, the most frequent first."""
    rooms = visit.rooms
    signs = [
        Sign(
            kind=each.kind,
            count=each.count,
            first_at=each.first_at,
            last_at=each.last_at,
            example=each.example,
        )
        for each in await rooms.violations.of(key)
    ]
    wanted = SessionFilter(station=key.identity)
    sessions = await rooms.archive.list_sessions(key.operator, wanted, limit=_SESSIONS)
    doubts = Counter(str(code) for session in sessions.items for code in session.doubts)
    view = await rooms.views.station(key)
    skew = None if view is None else view.life.clock_skew_ms
    if skew is not None and abs(skew) > _SKEW_MS:
        signs.append(Sign(kind="clock_off", count=1, example=f"by {skew // 1000} seconds"))
    signs += [Sign(kind=f"doubt {code}", count=count) for code, count in doubts.items()]
    page = await rooms.refusals.refusals(key.operator, identity=key.identity, limit=_REFUSALS)
    for reason in dict.fromkeys(refusal.reason for refusal in page.items):
        lines = [refusal for refusal in page.items if refusal.reason is reason]
        signs.append(
            Sign(
                kind=f"refusal {reason.value}",
                count=sum(line.count for line in lines),
                first_at=min(line.first_at for line in lines),
                last_at=max(line.last_at for line in lines),
            )
        )
    return sorted(signs, key=lambda sign: (-sign.count, sign.kind))


ROUTES: Final = (list_quirks, list_station_quirks, get_report)
