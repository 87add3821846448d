"""Transactions in OCPP 2.1: more to keep with their story."""

from collections.abc import Awaitable
from typing import Final

from laddnav.gateway.answers.metered import tell_metered
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.v21.authorization import id_token_info
from laddnav.gateway.v201.extras import Extras
from laddnav.gateway.v201.metering import sample
from laddnav.gateway.v201.transactions import event_reported
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import transactions as v21
from laddnav.sessions.live.outcome import Outcome

_TAKEN: Final = v21.TransactionEventResponse()
_OF_EVENT: Final = Extras(
    v21.TransactionEventRequest,
    "number_of_phases_used",
    "cable_max_current",
    "cost_details",
    "preconditioning_status",
    "evse_sleep",
    "custom_data",
)
_OF_TRANSACTION: Final = Extras(
    v21.TransactionType,
    "time_spent_charging",
    "operation_mode",
    "tariff_id",
    "transaction_limit",
    "custom_data",
)


@answers(Version.V21, "TransactionEvent")
def transaction_event(
    desk: Desk, request: v21.TransactionEventRequest
) -> Answer | Awaitable[Answer]:
    """Take an event of a transaction: never refused, in any order (J02.FR.19)."""
    extras = _OF_TRANSACTION.of(request.transaction_info) | _OF_EVENT.of(request)
    reported = event_reported(desk, request, extras)
    return tell_metered(desk, reported, request.meter_value or (), sample, _respond)


def _respond(outcome: Outcome) -> v21.TransactionEventResponse:
    """Return the answer, which speaks of a token only where one was presented (E01.FR.12)."""
    if outcome.verdict is None:
        return _TAKEN
    return v21.TransactionEventResponse(id_token_info=id_token_info(outcome.verdict))
