"""Commands in words that no OCPP version owns: start, stop, reset, unlock and their like."""

from typing import Annotated, Final

from litestar import get, post
from litestar.params import Body

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.control import (
    Commanded,
    CommandResult,
    ConfigurationRead,
    ConfigurationWritten,
    InvalidPayload,
    NotConnected,
    NotPossible,
)
from laddnav.tokens.model import ISO14443, KEY_CODE, TokenRef
from laddnav.tokens.rules import is_code_uid, spelt
from laddnav.web.api.command_views import (
    AvailabilityBody,
    CommandAnswer,
    CommandItem,
    CommandList,
    ConfigurationAnswer,
    GetConfigurationBody,
    ResetBody,
    SetConfigurationBody,
    StartAnswer,
    StartBody,
    StopBody,
    TriggerBody,
    UnlockBody,
    VariableItem,
    WriteAnswer,
    WriteResult,
)
from laddnav.web.api.outcomes import station_error
from laddnav.web.api.sessions import known_session
from laddnav.web.api.stations import known_station
from laddnav.web.problems import bad_field, documented, not_found
from laddnav.web.visit import Key, Visit, Visited

_TAGS: Final = ["Commands"]
_ERRORS: Final = documented(404, 409, 413, 422, 504)
_PATH: Final = "/stations/{identity:str}/commands"
_HIGHEST: Final = 2**31 - 1
_HELD: Final = (
    " Held while the station settles after connecting; its own refusal is answered 200, in "
    "`status` or `error`."
)


@get(
    _PATH,
    operation_id="listCommands",
    summary="List what a station can be told",
    description="The actions of its OCPP version with the JSON Schema of their payloads.",
    tags=_TAGS,
    responses=documented(404),
)
async def list_commands(visit: Visited, key: Key) -> CommandList:
    """Return the actions that a connected station knows."""
    await known_station(visit, key)
    known = await visit.rooms.control.commands(key)
    return CommandList(
        items=tuple(
            CommandItem(name=each.name, schema=each.schema, obstacle=each.obstacle)
            for each in known
        )
    )


@post(
    f"{_PATH}/start",
    operation_id="startSession",
    summary="Start a session",
    description="Accepted means only that the station will try." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def start(visit: Visited, key: Key, data: Annotated[StartBody, Body()]) -> StartAnswer:
    """Ask a station to start a session."""
    await known_station(visit, key)
    if data.evse is None and data.connector is not None:
        raise _no_evse()
    token = await _token(visit, data)
    number = await _remote_start_id(visit)
    connector = None if data.evse is None else ConnectorRef(data.evse, data.connector or 1)
    outcome = await visit.rooms.control.start(
        key, token=token, connector=connector, remote_start_id=number
    )
    if data.token is None and isinstance(outcome, NotConnected | NotPossible | InvalidPayload):
        await visit.rooms.tokens.delete(visit.operator, token.uid)
    said = _answer(outcome)
    return StartAnswer(
        token=visit.rooms.tokens.presented(visit.operator, token.uid, token.type).uid,
        remote_start_id=number,
        status=said.status,
        wire_status=said.wire_status,
        reason=said.reason,
        error=said.error,
    )


@post(
    f"{_PATH}/stop",
    operation_id="stopSession",
    summary="End a session",
    description="Name the session by its id, or by the station's transaction id." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def stop(visit: Visited, key: Key, data: Annotated[StopBody, Body()]) -> CommandAnswer:
    """Ask a station to end a session."""
    await known_station(visit, key)
    transaction_id = await _transaction(visit, key, data)
    return _answer(await visit.rooms.control.stop(key, transaction_id=transaction_id))


@post(
    f"{_PATH}/reset",
    operation_id="resetStation",
    summary="Restart a station",
    description="At once, or once its sessions have ended." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def reset(visit: Visited, key: Key, data: Annotated[ResetBody, Body()]) -> CommandAnswer:
    """Ask a station to restart."""
    await known_station(visit, key)
    return _answer(await visit.rooms.control.reset(key, data.kind, evse=data.evse))


@post(
    f"{_PATH}/unlock",
    operation_id="unlockConnector",
    summary="Release a plug",
    description="Unlocks a connector." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def unlock(visit: Visited, key: Key, data: Annotated[UnlockBody, Body()]) -> CommandAnswer:
    """Ask a station to release a plug."""
    await known_station(visit, key)
    connector = ConnectorRef(data.evse, data.connector)
    return _answer(await visit.rooms.control.unlock(key, connector))


@post(
    f"{_PATH}/change-availability",
    operation_id="changeAvailability",
    summary="Take a station or a part of it in or out of service",
    description="A connector, an EVSE or the whole station." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def change_availability(
    visit: Visited, key: Key, data: Annotated[AvailabilityBody, Body()]
) -> CommandAnswer:
    """Ask a station to take something in or out of service."""
    await known_station(visit, key)
    ref = _place(data.evse, data.connector)
    outcome = await visit.rooms.control.change_availability(key, operative=data.operative, ref=ref)
    return _answer(outcome)


@post(
    f"{_PATH}/trigger",
    operation_id="triggerMessage",
    summary="Ask a station to send something now",
    description="Its status, meter values, boot and the like." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def trigger(visit: Visited, key: Key, data: Annotated[TriggerBody, Body()]) -> CommandAnswer:
    """Ask a station to send a message."""
    await known_station(visit, key)
    ref = _place(data.evse, data.connector)
    return _answer(await visit.rooms.control.trigger(key, data.message, ref=ref))


@post(
    f"{_PATH}/get-configuration",
    operation_id="getConfiguration",
    summary="Read a station's configuration",
    description="Configuration keys (OCPP 1.6) or variables (OCPP 2)." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def get_configuration(
    visit: Visited, key: Key, data: Annotated[GetConfigurationBody, Body()]
) -> ConfigurationAnswer:
    """Read a station's configuration."""
    await known_station(visit, key)
    outcome = await visit.rooms.control.get_configuration(key, data.names)
    if not isinstance(outcome, ConfigurationRead):
        return ConfigurationAnswer(error=station_error(outcome))
    variables = tuple(
        VariableItem(name=each.name, value=each.value, read_only=each.read_only)
        for each in outcome.variables
    )
    return ConfigurationAnswer(variables=variables, unknown=outcome.unknown)


@post(
    f"{_PATH}/set-configuration",
    operation_id="setConfiguration",
    summary="Change a station's configuration",
    description="Each value has its own outcome." + _HELD,
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def set_configuration(
    visit: Visited, key: Key, data: Annotated[SetConfigurationBody, Body()]
) -> WriteAnswer:
    """Change a station's configuration."""
    await known_station(visit, key)
    outcome = await visit.rooms.control.set_configuration(key, data.values)
    if not isinstance(outcome, ConfigurationWritten):
        return WriteAnswer(error=station_error(outcome))
    return WriteAnswer(results={name: _result(each) for name, each in outcome.results.items()})


async def _token(visit: Visit, body: StartBody) -> TokenRef:
    """Return the token that a session shall bear: the one named, or a new one of our own.

    A code goes to the station as it was given: here only its digest is known.
    """
    if body.token is None:
        issued = await visit.rooms.tokens.issue(visit.operator)
        return TokenRef(issued.uid, issued.type)
    if is_code_uid(body.token):
        raise _only_a_digest()
    if body.token_type is not None:
        return TokenRef(body.token, spelt(body.token_type))
    known = await visit.rooms.tokens.get(visit.operator, body.token)
    if known is None:
        return TokenRef(body.token, ISO14443)
    return TokenRef(body.token if known.type == KEY_CODE else known.uid, known.type)


async def _remote_start_id(visit: Visit) -> int:
    """Return a number that no other start of this operator bears, but for very old ones."""
    taken = await visit.rooms.database.take_block(f"remote_start_id:{visit.operator}", 1)
    return (taken - 1) % _HIGHEST + 1


async def _transaction(visit: Visit, key: StationKey, body: StopBody) -> str:
    match body.session, body.transaction_id:
        case None, str(transaction_id):
            return transaction_id
        case str(session_id), None:
            session = await known_session(visit, session_id)
            if session.station == key.identity:
                return session.transaction_id
            raise not_found(_OTHER_STATION)
        case _:
            raise bad_field(None, _EITHER)


_EITHER: Final = "name either session or transaction_id"
_OTHER_STATION: Final = "This session is at another station."


def _place(evse: int | None, connector: int | None) -> ConnectorRef | None:
    """Return what is meant: a connector, an EVSE (connector 0), or (None) the station."""
    if evse is None:
        if connector is not None:
            raise _no_evse()
        return None
    return ConnectorRef(evse, connector or 0)


def _no_evse() -> Exception:
    return bad_field("evse", "a connector is named by its EVSE too")


def _only_a_digest() -> Exception:
    return bad_field("token", "this is what a code is known by here: give the code itself")


def _answer(outcome: CommandResult) -> CommandAnswer:
    if isinstance(outcome, Commanded):
        return CommandAnswer(
            status=outcome.status, wire_status=outcome.wire_status, reason=outcome.reason
        )
    return CommandAnswer(error=station_error(outcome))


def _result(outcome: Commanded) -> WriteResult:
    return WriteResult(
        status=outcome.status, wire_status=outcome.wire_status, reason=outcome.reason
    )


ROUTES: Final = (
    list_commands,
    start,
    stop,
    reset,
    unlock,
    change_availability,
    trigger,
    get_configuration,
    set_configuration,
)
