"""Who asks: nobody gets behind the door without being one of these."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter, SkipValidation

from laddnav.kernel.keys import StationKey
from laddnav.web.rooms import WebRooms


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One request of a known operator.

    Attributes:
        operator: Whose data it may see and change; everything else is not there.
    """

    rooms: WebRooms
    operator: str


Visited = SkipValidation[NamedDependency[Visit]]
Key = SkipValidation[NamedDependency[StationKey]]
Uid = SkipValidation[NamedDependency[str]]


def current_visit(request: Request[Any, Any, Any]) -> Visit:
    """Return who asks; an error of ours where the door let somebody in unseen."""
    visit: Visit = request.scope["state"]["visit"]
    return visit


def station_key(
    visit: Visited,
    identity: Annotated[
        str,
        PathParameter(
            description="The station's OCPP identity, percent-encoded (a slash as %2F).",
            max_length=1000,
        ),
    ],
) -> StationKey:
    """Return which station of the operator's a path names."""
    return StationKey(visit.operator, unquote(identity))


def token_uid(
    uid: Annotated[
        str,
        PathParameter(
            description="The token's uid, percent-encoded (a slash as %2F), in any case.",
            max_length=4000,
        ),
    ],
) -> str:
    """Return which token a path names."""
    return unquote(uid)


DEPENDENCIES = {
    "visit": Provide(current_visit, sync_to_thread=False),
    "key": Provide(station_key, sync_to_thread=False),
    "token_uid": Provide(token_uid, sync_to_thread=False),
}
