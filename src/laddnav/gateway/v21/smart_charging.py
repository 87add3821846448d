"""What cars ask for, in OCPP 2.1."""

from typing import Final

from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import smart_charging as v21

_NONE_WILL_COME: Final = Answer(
    response=v21.NotifyEVChargingNeedsResponse(status="NoChargingProfile")
)
_REJECTED: Final = Answer(response=v21.NotifyEVChargingNeedsResponse(status="Rejected"))


@answers(Version.V21, "NotifyEVChargingNeeds")
def notify_ev_charging_needs(_desk: Desk, request: v21.NotifyEVChargingNeedsRequest) -> Answer:
    """Tell a station that no charging profile will come.

    To a car of ISO 15118-20 that is NoChargingProfile (K18.FR.04, K19.FR.04), for Rejected would
    end its session (K18.FR.22); to one of ISO 15118-2 it is Rejected (K15.FR.04, K17.FR.04).
    """
    if _is_of_2022(request.charging_needs):
        return _NONE_WILL_COME
    return _REJECTED


def _is_of_2022(needs: v21.ChargingNeedsType) -> bool:
    """Whether needs hold what only a car of ISO 15118-20, which came out in 2022, tells."""
    told = (
        needs.control_mode,
        needs.mobility_needs_mode,
        needs.available_energy_transfer,
        needs.v2x_charging_parameters,
        needs.der_charging_parameters,
        needs.ev_energy_offer,
    )
    return any(one is not None for one in told)
