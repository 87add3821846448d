"""The device model of a station: variables (OCPP 2) and configuration keys (OCPP 1.6)."""

from typing import Annotated, Final

from litestar import get, post
from litestar.params import Body, QueryParameter

from laddnav.stations.control import Commanded, CommandResult
from laddnav.stations.model.variables import Mutability, VariableFilter
from laddnav.web.api.command_views import CommandAnswer
from laddnav.web.api.outcomes import station_error
from laddnav.web.api.stations import known_station
from laddnav.web.api.variable_views import (
    BaseReportBody,
    NetworkProfileBody,
    ReportBody,
    VariableList,
    inventory_item,
    network_profile,
    variable_item,
)
from laddnav.web.paging import Paged, onward, own_cursor
from laddnav.web.problems import documented
from laddnav.web.visit import Key, Visited

_TAGS: Final = ["Variables"]
_ERRORS: Final = documented(404, 409, 413, 422, 504)
_COMMANDS: Final = "/stations/{identity:str}/commands"
_HIGHEST_EVSE: Final = 99_999


@get(
    "/stations/{identity:str}/variables",
    operation_id="listVariables",
    summary="List a station's variables",
    description=(
        "As the station last told them, by component: they are read when it first boots, when its "
        "firmware changes and on request, and kept true by what it answers and tells. Values of "
        "secrets are never stored. `inventory` says how the last reading of all of them went."
    ),
    tags=_TAGS,
    responses=documented(404),
)
async def list_variables(
    *,
    visit: Visited,
    key: Key,
    page: Paged,
    component: Annotated[
        str | None,
        QueryParameter(description="Only of this component, in any case.", max_length=100),
    ] = None,
    variable: Annotated[
        str | None, QueryParameter(description="Only so named, in any case.", max_length=100)
    ] = None,
    evse: Annotated[
        int | None, QueryParameter(description="Only of this EVSE.", ge=0, le=_HIGHEST_EVSE)
    ] = None,
    mutability: Annotated[
        Mutability | None, QueryParameter(description="Only what can be so used.")
    ] = None,
    needs_reboot: Annotated[
        bool | None, QueryParameter(description="Only what takes effect after a restart, or not.")
    ] = None,
) -> VariableList:
    """Return some of a station's variables."""
    await known_station(visit, key)
    wanted = VariableFilter(
        component=component,
        variable=variable,
        evse=evse,
        mutability=mutability,
        needs_reboot=needs_reboot,
    )
    with own_cursor():
        found = await visit.rooms.variables.list_variables(
            key, wanted, limit=page.limit, cursor=page.behind("variables")
        )
    inventory = await visit.rooms.inventories.inventory(key)
    return VariableList(
        items=tuple(variable_item(each) for each in found.items),
        next=onward("variables", found.next),
        inventory=None if inventory is None else inventory_item(inventory),
    )


@post(
    "/stations/{identity:str}/variables/refresh",
    operation_id="refreshVariables",
    summary="Read all variables of a station anew",
    description=(
        "Accepted: they are stored (OCPP 1.6), or will be once the station has reported them "
        "(OCPP 2): see `inventory` of the list. A complete report replaces what was stored."
    ),
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def refresh_variables(visit: Visited, key: Key) -> CommandAnswer:
    """Ask a station for all that its device model holds."""
    await known_station(visit, key)
    return _answer(await visit.rooms.control.refresh(key))


@post(
    f"{_COMMANDS}/base-report",
    operation_id="getBaseReport",
    summary="Ask a station for a standard report",
    description="OCPP 2 only. What it tells is stored; a complete full one replaces all else.",
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def get_base_report(
    visit: Visited, key: Key, data: Annotated[BaseReportBody, Body()]
) -> CommandAnswer:
    """Ask a station for a standard report."""
    await known_station(visit, key)
    return _answer(await visit.rooms.control.get_base_report(key, data.base))


@post(
    f"{_COMMANDS}/report",
    operation_id="getReport",
    summary="Ask a station for a report on some components",
    description="OCPP 2 only. What it tells is stored.",
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def get_report(
    visit: Visited, key: Key, data: Annotated[ReportBody, Body()]
) -> CommandAnswer:
    """Ask a station for a report on some components or variables."""
    await known_station(visit, key)
    outcome = await visit.rooms.control.get_report(key, names=data.names, criteria=data.criteria)
    return _answer(outcome)


@post(
    f"{_COMMANDS}/set-network-profile",
    operation_id="setNetworkProfile",
    summary="Store a way to connect in a station",
    description=(
        "OCPP 2 only. It is used once the slot stands in the variable "
        "OCPPCommCtrlr.NetworkConfigurationPriority and the station has restarted."
    ),
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def set_network_profile(
    visit: Visited, key: Key, data: Annotated[NetworkProfileBody, Body()]
) -> CommandAnswer:
    """Store a way to connect in one of a station's slots."""
    await known_station(visit, key)
    profile = network_profile(data)
    return _answer(await visit.rooms.control.set_network_profile(key, data.slot, profile))


def _answer(outcome: CommandResult) -> CommandAnswer:
    if isinstance(outcome, Commanded):
        return CommandAnswer(
            status=outcome.status, wire_status=outcome.wire_status, reason=outcome.reason
        )
    return CommandAnswer(error=station_error(outcome))


ROUTES: Final = (
    list_variables,
    refresh_variables,
    get_base_report,
    get_report,
    set_network_profile,
)
