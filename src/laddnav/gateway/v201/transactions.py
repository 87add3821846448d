"""Transactions in OCPP 2.x, whose ids their stations make."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from laddnav.gateway.answers.leaves import instant, word
from laddnav.gateway.answers.metered import tell_metered
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.mending.reading import text, whole
from laddnav.gateway.v201.authorization import id_token_info, token
from laddnav.gateway.v201.extras import Extras
from laddnav.gateway.v201.metering import sample
from laddnav.kernel.keys import ConnectorRef
from laddnav.metering.model import TRANSACTION_BEGIN, TRANSACTION_END, Reading
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import datatypes as types21
from laddnav.ocpp.v21 import transactions as v21
from laddnav.ocpp.v201 import datatypes as types201
from laddnav.ocpp.v201 import transactions as v201
from laddnav.sessions.live.outcome import Outcome
from laddnav.sessions.model import EventKind, TransactionEventReported

_KINDS: Final[Mapping[str, EventKind]] = {
    "Started": "Started",
    "Updated": "Updated",
    "Ended": "Ended",
}
_NO_NUMBER: Final = -1
_TAKEN: Final = v201.TransactionEventResponse()
_OF_EVENT: Final = Extras(
    v201.TransactionEventRequest, "number_of_phases_used", "cable_max_current", "custom_data"
)
_OF_TRANSACTION: Final = Extras(v201.TransactionType, "time_spent_charging", "custom_data")


@answers(Version.V201, "TransactionEvent")
def transaction_event(
    desk: Desk, request: v201.TransactionEventRequest
) -> Answer | Awaitable[Answer]:
    """Take an event of a transaction: never refused, in any order (J02.FR.19)."""
    extras = _OF_TRANSACTION.of(request.transaction_info) | _OF_EVENT.of(request)
    reported = event_reported(desk, request, extras)
    return tell_metered(desk, reported, request.meter_value or (), sample, _respond)


def _respond(outcome: Outcome) -> v201.TransactionEventResponse:
    """Return the answer, which speaks of a token only where one was presented (E01.FR.12)."""
    if outcome.verdict is None:
        return _TAKEN
    return v201.TransactionEventResponse(id_token_info=id_token_info(outcome.verdict))


def event_reported(
    desk: Desk,
    request: v201.TransactionEventRequest | v21.TransactionEventRequest,
    extras: dict[str, Any],
) -> Callable[[tuple[Reading, ...]], TransactionEventReported]:
    """Return what makes, of its readings, an event in words that no version owns.

    An event of no known kind neither begins nor ends anything.
    """
    info, presented = request.transaction_info, request.id_token
    at = instant(desk, request.timestamp)
    if at is not None and not request.offline:
        desk.live.observe_clock(at, desk.now)
    if presented is not None and presented.additional_info:
        extras["additionalInfo"] = msgspec.to_builtins(presented.additional_info)
    number = whole(request.seq_no)
    kind = _KINDS.get(word(request.event_type), "Updated")

    def reported(readings: tuple[Reading, ...]) -> TransactionEventReported:
        return TransactionEventReported(
            transaction_id=text(info.transaction_id) or "",
            kind=kind,
            seq_no=_NO_NUMBER if number is None else number,
            at=at,
            trigger=word(request.trigger_reason),
            offline=bool(request.offline),
            connector=_connector(request.evse),
            token=None if presented is None else token(desk, presented),
            charging_state=_known(info.charging_state),
            stop_reason=_known(info.stopped_reason),
            remote_start_id=info.remote_start_id,
            reservation_id=request.reservation_id,
            readings=_anchored(readings, kind),
            extras=extras or None,
        )

    return reported


def _anchored(readings: tuple[Reading, ...], kind: EventKind) -> tuple[Reading, ...]:
    """Return an event's readings, that of the transaction's begin or end marked as such.

    Some stations leave out the context. Then only the event tells which register is the first and
    which the last: their clock may have been set in between.
    """
    if kind == "Updated" or not readings:
        return readings
    if kind == "Started":
        return (_in_context(readings[0], TRANSACTION_BEGIN), *readings[1:])
    return (*readings[:-1], _in_context(readings[-1], TRANSACTION_END))


def _in_context(reading: Reading, context: str) -> Reading:
    samples = tuple(
        replace(sample, context=context) if sample.context is None else sample
        for sample in reading.samples
    )
    return replace(reading, samples=samples)


def _connector(evse: types201.EVSEType | types21.EVSEType | None) -> ConnectorRef | None:
    """Return where an event is; connector 0 where only the EVSE is named."""
    number = None if evse is None else whole(evse.id)
    if evse is None or number is None:
        return None
    return ConnectorRef(number, evse.connector_id or 0)


def _known(value: str | None) -> str | None:
    return None if value is None else word(value)
