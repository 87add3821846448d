"""Any OCPP action, by its JSON: what the station answered, as it came."""

from typing import Annotated, Final

from litestar import post
from litestar.params import Body
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from laddnav.kernel.keys import StationKey
from laddnav.stations.control import Answered, NotPossible
from laddnav.web.api.outcomes import StationError, station_error
from laddnav.web.api.stations import known_station
from laddnav.web.problems import ProblemError, bad_field, documented
from laddnav.web.visit import Key, Visit, Visited

Seconds = Annotated[float, Meta(gt=0, le=600)]


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


class CallBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OCPP action for a station."""

    action: Annotated[str, _says("In the words of the station's OCPP version.", "Reset")]
    payload: Annotated[Raw | UnsetType, _says("As that version writes it.", {"type": "Soft"})] = (
        UNSET
    )
    timeout_seconds: Annotated[
        Seconds | None, _says("How long the station may take; null: the server's default.")
    ] = None


class CallAnswer(Struct, frozen=True, kw_only=True):
    """What the station answered: either a result or an error."""

    result: Annotated[Raw | UnsetType, _says("As it came.", {"status": "Accepted"})] = UNSET
    error: StationError | UnsetType = UNSET


@post(
    "/stations/{identity:str}/calls",
    operation_id="callStation",
    summary="Send any OCPP action to a station",
    description=(
        "The payload is validated against the action's type first. A call made while the station "
        "settles after connecting is held until it may be sent. The station's own refusal is "
        "no error of this API: it is answered 200 with `error`."
    ),
    tags=["Commands"],
    status_code=200,
    responses=documented(404, 409, 413, 422, 504),
)
async def call_station(visit: Visited, key: Key, data: Annotated[CallBody, Body()]) -> CallAnswer:
    """Send any OCPP action and return what the station answered."""
    await known_station(visit, key)
    payload = b"{}" if isinstance(data.payload, UnsetType) else bytes(data.payload)
    if not payload.startswith(b"{"):
        raise _no_object()
    outcome = await visit.rooms.control.call(key, data.action, payload, data.timeout_seconds)
    if isinstance(outcome, Answered):
        return CallAnswer(result=Raw(outcome.payload))
    if isinstance(outcome, NotPossible):
        await _refuse_unknown(visit, key, data.action)
    return CallAnswer(error=station_error(outcome))


async def _refuse_unknown(visit: Visit, key: StationKey, action: str) -> None:
    """Raise a 422 where a connected station's OCPP version has no such action for us to send."""
    known = {command.name for command in await visit.rooms.control.commands(key)}
    if known and action not in known:
        raise _no_action()


def _no_action() -> ProblemError:
    return bad_field("action", "the station's OCPP version has no such action for us to send")


def _no_object() -> ProblemError:
    return bad_field("payload", "it is a JSON object")


ROUTES: Final = (call_station,)
