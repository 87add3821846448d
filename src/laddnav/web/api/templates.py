"""Configuration templates, drift, and corrections of it."""

from typing import Annotated, Final

from litestar import delete, get, post, put
from litestar.params import Body, PathParameter

from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import Correction
from laddnav.maintenance.model.template import Template
from laddnav.maintenance.service.correction_work import correction_bulk
from laddnav.stations.model import Problem
from laddnav.stations.service.bulks import MOST_STATIONS
from laddnav.web.api.bulk_views import BulkShown
from laddnav.web.api.bulks import BULK_TEXT, begun_bulk
from laddnav.web.api.stations import known_station, refused
from laddnav.web.api.template_views import (
    BulkCorrectionBody,
    CorrectionBody,
    CorrectionItem,
    CorrectionList,
    DriftList,
    StationDriftItem,
    TemplateBody,
    TemplateChangeBody,
    TemplateItem,
    TemplateList,
    correction_item,
    drift_item,
    new_template,
    template_item,
)
from laddnav.web.paging import Paged, onward, own_cursor
from laddnav.web.problems import documented, not_found
from laddnav.web.visit import Key, Visit, Visited

_TAGS: Final = ["Templates"]
_TEMPLATES: Final = "/templates"
_ONE: Final = "/templates/{template_id:str}"
_CORRECTIONS: Final = "/stations/{identity:str}/corrections"
_NO_TEMPLATE: Final = "There is no such template."
_NO_CORRECTION: Final = "The station has no such correction."
_ORDER: Final = (
    "Of several templates for a station, for each value the one wins that names a firmware; then "
    "one that names a model, a vendor, a site; then the first by name."
)
_Id = Annotated[str, PathParameter(description="The template's id.", max_length=100)]
_CorrectionId = Annotated[
    str, PathParameter(description='Its id; "boot": of the last Boot.', max_length=100)
]


@get(
    _TEMPLATES,
    operation_id="listTemplates",
    summary="List configuration templates",
    description=f"By name. {_ORDER}",
    tags=_TAGS,
    responses=documented(),
)
async def list_templates(visit: Visited, page: Paged) -> TemplateList:
    """Return some of the operator's templates."""
    behind = page.behind("templates") or ""
    known = await visit.rooms.maintenance.templates.all(visit.operator)
    left = sorted((each for each in known if each.name > behind), key=lambda each: each.name)
    shown = left[: page.limit]
    place = shown[-1].name if len(left) > page.limit else None
    return TemplateList(items=tuple(map(template_item, shown)), next=onward("templates", place))


@post(
    _TEMPLATES,
    operation_id="addTemplate",
    summary="Add a configuration template",
    description=(
        "It counts from each station's next Boot on; stations that are connected are corrected on "
        f"request. {_ORDER}"
    ),
    tags=_TAGS,
    responses=documented(409, 413, 422),
)
async def add_template(visit: Visited, data: Annotated[TemplateBody, Body()]) -> TemplateItem:
    """Add a template."""
    added = await visit.rooms.maintenance.templates.add(visit.operator, new_template(data))
    return _done(added)


@get(
    _ONE,
    operation_id="getTemplate",
    summary="Show a configuration template",
    tags=_TAGS,
    responses=documented(404),
)
async def get_template(visit: Visited, template_id: _Id) -> TemplateItem:
    """Return one template."""
    return template_item(await _known(visit, template_id))


@put(
    _ONE,
    operation_id="changeTemplate",
    summary="Change a configuration template",
    description=(
        "The whole template is replaced by the body. What stations refused of it is tried again."
    ),
    tags=_TAGS,
    responses=documented(404, 409, 413, 422),
)
async def change_template(
    visit: Visited, template_id: _Id, data: Annotated[TemplateChangeBody, Body()]
) -> TemplateItem:
    """Change a template."""
    await _known(visit, template_id)
    changed = await visit.rooms.maintenance.templates.change(
        visit.operator, template_id, new_template(data), data.version
    )
    return _done(changed)


@delete(
    _ONE,
    operation_id="removeTemplate",
    summary="Remove a configuration template",
    description="Stations keep what they were told.",
    tags=_TAGS,
    responses=documented(404),
)
async def remove_template(visit: Visited, template_id: _Id) -> None:
    """Remove a template."""
    if not await visit.rooms.maintenance.templates.remove(visit.operator, template_id):
        raise not_found(_NO_TEMPLATE)


@get(
    f"{_ONE}/drift",
    operation_id="listTemplateDrift",
    summary="List how the stations of a template stand",
    description=(
        "In the order of their identities, with what this template decides there. A page may be "
        "short, or empty, although others follow."
    ),
    tags=_TAGS,
    responses=documented(404),
)
async def list_template_drift(visit: Visited, template_id: _Id, page: Paged) -> DriftList:
    """Return how some of its stations stand."""
    template = await _known(visit, template_id)
    with own_cursor():
        found = await visit.rooms.maintenance.drift.page(
            template, limit=page.limit, cursor=page.behind("template-drift")
        )
    items = tuple(map(drift_item, found.items))
    return DriftList(items=items, next=onward("template-drift", found.next))


@post(
    f"{_ONE}/corrections",
    operation_id="correctTemplateStations",
    summary="Correct all stations that drift under a template",
    description=f"In what it decides, at {MOST_STATIONS} stations at most. {BULK_TEXT}",
    tags=_TAGS,
    responses=documented(404, 413, 422),
)
async def correct_stations(
    visit: Visited, template_id: _Id, data: Annotated[BulkCorrectionBody, Body()]
) -> BulkShown:
    """Begin to correct its stations."""
    template = await _known(visit, template_id)
    identities: list[str] = []
    async for identity in visit.rooms.maintenance.drift.drifting(template):
        identities.append(identity)
        if len(identities) == MOST_STATIONS:
            break
    new = correction_bulk(
        template,
        data.reboot,
        per_minute=data.per_minute,
        deadline_seconds=data.deadline_seconds,
    )
    return await begun_bulk(visit, identities, new)


@get(
    "/stations/{identity:str}/drift",
    operation_id="getStationDrift",
    summary="Show how a station stands beside what is wanted of it",
    description=(
        "What templates want, beside what the station last told: how it writes a value does not "
        "matter. What it refused is not tried again until value, firmware or template change, or "
        "somebody asks."
    ),
    tags=_TAGS,
    responses=documented(404),
)
async def get_drift(visit: Visited, key: Key) -> StationDriftItem:
    """Return how one station stands."""
    await known_station(visit, key)
    found = await visit.rooms.maintenance.drift.station(key)
    if found is None:
        raise not_found(_NO_TEMPLATE)
    return drift_item(found)


@post(
    _CORRECTIONS,
    operation_id="correctStation",
    summary="Correct a station",
    description=(
        "It is told what differs once it is connected, also what it refused before. It is never "
        "restarted unless that is asked for."
    ),
    tags=_TAGS,
    responses=documented(404, 409, 413, 422),
)
async def correct_station(
    visit: Visited, key: Key, data: Annotated[CorrectionBody, Body()]
) -> CorrectionItem:
    """Begin to correct one station."""
    begun = await visit.rooms.maintenance.corrections.plan(key, data.reboot)
    if isinstance(begun, Problem):
        raise refused(begun)
    return correction_item(begun)


@get(
    _CORRECTIONS,
    operation_id="listCorrections",
    summary="List a station's corrections",
    description="That of its last Boot, then the newest first.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_corrections(visit: Visited, key: Key, page: Paged) -> CorrectionList:
    """Return some of a station's corrections."""
    await known_station(visit, key)
    found = await visit.rooms.maintenance.corrections.page(
        key, limit=page.limit, cursor=page.behind("corrections")
    )
    items = tuple(map(correction_item, found.items))
    return CorrectionList(items=items, next=onward("corrections", found.next))


@get(
    f"{_CORRECTIONS}/{{correction_id:str}}",
    operation_id="getCorrection",
    summary="Show a correction",
    description="How far it is, and what became of each value.",
    tags=_TAGS,
    responses=documented(404),
)
async def get_correction(visit: Visited, key: Key, correction_id: _CorrectionId) -> CorrectionItem:
    """Return one correction."""
    return correction_item(await _correction(visit, key, correction_id))


@delete(
    f"{_CORRECTIONS}/{{correction_id:str}}",
    operation_id="cancelCorrection",
    summary="Cancel a correction",
    description="What was set already stays; one that has ended, or is being sent, is a conflict.",
    tags=_TAGS,
    status_code=200,
    responses=documented(404, 409),
)
async def cancel_correction(
    visit: Visited, key: Key, correction_id: _CorrectionId
) -> CorrectionItem:
    """Stop one correction."""
    await _correction(visit, key, correction_id)
    after = await visit.rooms.maintenance.corrections.cancel(key, correction_id)
    if isinstance(after, Problem):
        raise refused(after)
    return correction_item(after)


async def _known(visit: Visit, template_id: str) -> Template:
    found = await visit.rooms.maintenance.templates.one(visit.operator, template_id)
    if found is None:
        raise not_found(_NO_TEMPLATE)
    return found


async def _correction(visit: Visit, key: StationKey, correction_id: str) -> Correction:
    found = await visit.rooms.maintenance.corrections.one(key, correction_id)
    if found is None:
        raise not_found(_NO_CORRECTION)
    return found


def _done(outcome: Template | Problem) -> TemplateItem:
    if isinstance(outcome, Problem):
        raise refused(outcome)
    return template_item(outcome)


ROUTES: Final = (
    list_templates,
    add_template,
    get_template,
    change_template,
    remove_template,
    list_template_drift,
    correct_stations,
    get_drift,
    correct_station,
    list_corrections,
    get_correction,
    cancel_correction,
)
