"""Sites: places where stations stand."""

from typing import Annotated, Final

from litestar import delete, get, post, put
from litestar.params import Body, PathParameter
from msgspec import Meta, Struct

from laddnav.stations.model import NewSite, Problem, ProblemKind, Site
from laddnav.web.paging import Paged, onward
from laddnav.web.problems import ProblemError, bad_field, documented, not_found
from laddnav.web.showing import Time, time
from laddnav.web.visit import Visited

_TAGS: Final = ["Sites"]
_NO_SITE: Final = "There is no site with this id."

_Id = Annotated[str, PathParameter(description="The site's id.", max_length=100)]
_Zone = Annotated[str, Meta(extra_json_schema={"examples": ["Europe/Stockholm"]})]


class SiteItem(Struct, frozen=True, kw_only=True):
    """A place where stations stand."""

    id: str
    name: str
    time_zone: _Zone
    address: str | None
    city: str | None
    postal_code: str | None
    country: str | None
    created_at: Time


class SiteList(Struct, frozen=True, kw_only=True):
    """Some sites, by name."""

    items: tuple[SiteItem, ...]
    next: str | None


@get(
    "/sites",
    operation_id="listSites",
    summary="List sites",
    description="By name.",
    tags=_TAGS,
    responses=documented(),
)
async def list_sites(visit: Visited, page: Paged) -> SiteList:
    """Return some of the operator's sites."""
    known = sorted(
        await visit.rooms.register.sites(visit.operator), key=lambda site: (site.name, site.id)
    )
    behind = page.behind("sites")
    left = [site for site in known if behind is None or f"{site.name}\n{site.id}" > behind]
    shown = left[: page.limit]
    more = len(left) > page.limit
    place = f"{shown[-1].name}\n{shown[-1].id}" if more else None
    return SiteList(items=tuple(site_item(site) for site in shown), next=onward("sites", place))


@post(
    "/sites",
    operation_id="addSite",
    summary="Add a site",
    tags=_TAGS,
    responses=documented(413, 422),
)
async def add_site(visit: Visited, data: Annotated[NewSite, Body()]) -> SiteItem:
    """Add a site."""
    return _done(await visit.rooms.register.put_site(visit.operator, data))


@get(
    "/sites/{site_id:str}",
    operation_id="getSite",
    summary="Show a site",
    tags=_TAGS,
    responses=documented(404),
)
async def get_site(visit: Visited, site_id: _Id) -> SiteItem:
    """Return one site."""
    site = await visit.rooms.register.site(visit.operator, site_id)
    if site is None:
        raise not_found(_NO_SITE)
    return site_item(site)


@put(
    "/sites/{site_id:str}",
    operation_id="changeSite",
    summary="Change a site",
    description="The whole site is replaced by the body.",
    tags=_TAGS,
    responses=documented(404, 413, 422),
)
async def change_site(visit: Visited, site_id: _Id, data: Annotated[NewSite, Body()]) -> SiteItem:
    """Change a site."""
    return _done(await visit.rooms.register.put_site(visit.operator, data, site_id=site_id))


@delete(
    "/sites/{site_id:str}",
    operation_id="removeSite",
    summary="Remove a site",
    description="Its stations have none then.",
    tags=_TAGS,
    responses=documented(404),
)
async def remove_site(visit: Visited, site_id: _Id) -> None:
    """Remove a site."""
    if not await visit.rooms.register.remove_site(visit.operator, site_id):
        raise not_found(_NO_SITE)


def site_item(site: Site) -> SiteItem:
    """Return a site as the API shows it."""
    return SiteItem(
        id=site.id,
        name=site.name,
        time_zone=site.time_zone,
        address=site.address,
        city=site.city,
        postal_code=site.postal_code,
        country=site.country,
        created_at=time(site.created_at),
    )


def _done(outcome: Site | Problem) -> SiteItem:
    if isinstance(outcome, Problem):
        raise _refused(outcome)
    return site_item(outcome)


def _refused(problem: Problem) -> ProblemError:
    if problem.kind is ProblemKind.UNKNOWN:
        return not_found(_NO_SITE)
    return bad_field(problem.field, problem.text)


ROUTES: Final = (list_sites, add_site, get_site, change_site, remove_site)
