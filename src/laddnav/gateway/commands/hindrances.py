"""Calls that a station is known to refuse, by what its own variables say."""

from typing import Any, Final

from msgspec import Struct

from laddnav.kernel.keys import StationKey
from laddnav.stations.rules import behaviour
from laddnav.stations.service.variables import Variables
from laddnav.storage.errors import StorageError

_A_SLOT: Final = "networkconfiguration"
_RESUMES: Final = "ImmediateAndResume"


async def hindrance(
    variables: Variables, key: StationKey, name: str, request: Struct
) -> str | None:
    """Return why a call is not sent; None: it may be, or nobody knows."""
    try:
        match name:
            case "Reset":
                return await _of_reset(variables, key, request)
            case "SetVariables":
                return await _of_slots(variables, key, request)
            case _:
                return None
    except StorageError:
        return None  # the station will say itself what it makes of it


async def _of_reset(variables: Variables, key: StationKey, request: Any) -> str | None:  # noqa: ANN401 - each version has a request type of its own
    """An EVSE by itself where that is allowed (B11, B12), and resumed where time is given (B13)."""
    evse = getattr(request, "evse_id", None)
    if evse is not None:
        allows = behaviour.allows_reset(evse)
        if allows.of(await variables.values(key, allows)) is False:
            return f"EVSE {evse} is not restarted by itself: its AllowReset is false"
    if request.type == _RESUMES:
        seconds = behaviour.RESUMPTION_SECONDS
        if seconds.of(await variables.values(key, seconds)) == 0:
            return "the station resumes no session: its TxCtrlr.ResumptionTimeout is 0"
    return None


async def _of_slots(variables: Variables, key: StationKey, request: Any) -> str | None:  # noqa: ANN401 - each version has a request type of its own
    """Nothing is written into a slot for a network profile that the station tries (B09.FR.21)."""
    parts = (each.component for each in request.set_variable_data)
    wanted = {part.instance for part in parts if part.name.casefold() == _A_SLOT}
    if not wanted:
        return None
    priority = behaviour.NETWORK_PRIORITY
    tried = wanted.intersection(priority.of(await variables.values(key, priority)) or ())
    if not tried:
        return None
    return f"the station tries slot {min(tried)}: take it out of NetworkConfigurationPriority first"
