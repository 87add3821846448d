"""Which tongue a station has: one speaker per version, shared by all stations."""

from typing import Final

from laddnav.ocpp.action import Version
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.speaker import Speaker
from laddnav.simulator.v16.speaker import V16Speaker
from laddnav.simulator.v21.speaker import V21Speaker
from laddnav.simulator.v201.speaker import V201Speaker

_V16: Final = V16Speaker()
_V201: Final = V201Speaker()
_V21: Final = V21Speaker(tells_events=False)
_V21_EVENTS: Final = V21Speaker(tells_events=True)


def speaker_for(version: Version, plan: StationPlan) -> Speaker:
    """Return what speaks `version` for a station with the habits of `plan`."""
    match version:
        case Version.V16:
            return _V16
        case Version.V201:
            return _V201
        case Version.V21:
            return _V21_EVENTS if plan.tells_events else _V21
