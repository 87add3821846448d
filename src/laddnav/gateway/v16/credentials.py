"""Passwords and security profiles that OCPP 1.6 puts into a station (security whitepaper)."""

from typing import Any, Final

from laddnav.gateway.commands.custody import Entrusted, profile_number
from laddnav.gateway.commands.making import outcome_of
from laddnav.stations.control import Commanded

_PASSWORD: Final = "authorizationkey"  # noqa: S105 - it is the name of a configuration key, no password
_PROFILE: Final = "securityprofile"


def entrusted(name: str, request: Any) -> Entrusted | None:  # noqa: ANN401 - each action has a request type of its own
    """Return what a call entrusts to a station; None: nothing."""
    if name != "ChangeConfiguration":
        return None
    match request.key.casefold():
        case key if key == _PASSWORD:
            return Entrusted(password=request.value)
        case key if key == _PROFILE:
            return Entrusted(profile=profile_number(request.value))
        case _:
            return None


def outcome(name: str, request: Any, answer: Any) -> Commanded:  # noqa: ANN401 - each action has types of its own
    """Return what the station made of it."""
    del name, request
    return outcome_of(answer.status)
