"""Passwords and security profiles that OCPP 2.0.1 and 2.1 put into a station (A01, A05, B09)."""

from typing import Any, Final

from laddnav.gateway.commands.custody import Entrusted, profile_number
from laddnav.gateway.commands.making import commanded, outcome_of
from laddnav.gateway.v201.naming import name_of
from laddnav.stations.control import Commanded, CommandStatus

_PASSWORD: Final = "basicauthpassword"  # noqa: S105 - it is the name of a variable, no password
_PROFILE: Final = "securityprofile"
_OF_THE_STATION: Final = "securityctrlr"
_OF_A_SLOT: Final = "networkconfiguration"
_TAKEN: Final = frozenset({CommandStatus.ACCEPTED, CommandStatus.REBOOT_REQUIRED})


def entrusted(name: str, request: Any) -> Entrusted | None:  # noqa: ANN401 - each action has a request type of its own
    """Return what a call entrusts to a station; None: nothing."""
    match name:
        case "SetVariables":
            found = [_of_variable(entry) for entry in request.set_variable_data]
            return _together([each for each in found if each is not None])
        case "SetNetworkProfile":
            data = request.connection_data
            password = getattr(data, "basic_auth_password", None)
            profile = profile_number(str(data.security_profile))
            return Entrusted(password=password, profile=profile, is_stored=True)
        case _:
            return None


def outcome(name: str, request: Any, answer: Any) -> Commanded:  # noqa: ANN401 - each action has types of its own
    """Return what the station made of it; of several variables, of one that it took, if any.

    What it took in part it may come with.
    """
    if name == "SetNetworkProfile":
        return commanded(answer)
    asked = {name_of(each) for each in request.set_variable_data if _of_variable(each) is not None}
    outcomes = [
        outcome_of(each.attribute_status, each.attribute_status_info)
        for each in answer.set_variable_result
        if name_of(each) in asked
    ]
    taken = [each for each in outcomes if each.status in _TAKEN]
    unheard = Commanded(status=CommandStatus.REJECTED, wire_status="", reason="not answered")
    return next(iter((*taken, *outcomes)), unheard)


def _of_variable(entry: Any) -> Entrusted | None:  # noqa: ANN401 - 2.0.1 and 2.1 have types of their own
    name = name_of(entry)
    component, variable = name.component.casefold(), name.variable.casefold()
    if component not in {_OF_THE_STATION, _OF_A_SLOT}:
        return None
    is_stored = component == _OF_A_SLOT
    if variable == _PASSWORD:
        return Entrusted(password=entry.attribute_value, is_stored=is_stored)
    if variable == _PROFILE:
        return Entrusted(profile=profile_number(entry.attribute_value), is_stored=is_stored)
    return None


def _together(found: list[Entrusted]) -> Entrusted | None:
    if not found:
        return None
    passwords = {each.password for each in found if each.password is not None}
    profiles = {each.profile for each in found if each.profile is not None}
    return Entrusted(
        password=next(iter(passwords), None),
        profile=min(profiles, default=None),
        is_stored=any(each.is_stored for each in found),
        is_ambiguous=len(passwords) > 1 or len(profiles) > 1,
    )
