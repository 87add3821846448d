"""Transactions in OCPP 1.6, whose ids are ours."""

from collections.abc import Awaitable
from functools import partial
from typing import Final

from laddnav.gateway.answers.leaves import energy, instant, numbered_connector, word
from laddnav.gateway.answers.metered import tell_metered
from laddnav.gateway.answers.telling import tell
from laddnav.gateway.dispatch import Answer, Desk, answers, apologises
from laddnav.gateway.mending.reading import whole
from laddnav.gateway.v16.authorization import id_tag_info, tag
from laddnav.gateway.v16.metering import sample
from laddnav.metering.model import Reading
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.ocpp.v16.datatypes import IdTagInfo
from laddnav.sessions.live.numbers import HIGHEST
from laddnav.sessions.live.outcome import Outcome
from laddnav.sessions.model import StartReported, StopReported

_NO_TRANSACTION: Final = -1
_NOT_STARTED: Final = IdTagInfo(status="Invalid")


@answers(Version.V16, "StartTransaction")
def start_transaction(
    desk: Desk, request: core.StartTransactionRequest
) -> Answer | Awaitable[Answer]:
    """Begin a session; refused tags get a transaction id too (1.6 errata 3.54)."""
    report = StartReported(
        connector=numbered_connector(desk, request.connector_id),
        token=tag(request.id_tag),
        at=instant(desk, request.timestamp),
        meter_start_wh=energy(request.meter_start),
        reservation_id=request.reservation_id,
    )
    return tell(desk, report, partial(_started, desk))


def _started(desk: Desk, outcome: Outcome) -> core.StartTransactionResponse:
    if outcome.duplicate:
        desk.rooms.stations.violations.count(desk.key, "repeated StartTransaction")
    if outcome.transaction_id is None or outcome.verdict is None:
        message = "a start came to neither a transaction id nor a verdict"
        raise ValueError(message)
    return core.StartTransactionResponse(
        id_tag_info=id_tag_info(outcome.verdict), transaction_id=outcome.transaction_id
    )


@apologises(Version.V16, "StartTransaction")
async def apologise_for_start(desk: Desk) -> core.StartTransactionResponse:
    """Refuse a start that could not be taken, under an id that no session has.

    Such ids count down from the highest; those of sessions count up from 1.
    """
    sequence = f"refused_transaction_id:{desk.key.operator}"
    taken = await desk.rooms.database.take_block(sequence, 1)
    transaction_id = HIGHEST - (taken - 1) % HIGHEST
    return core.StartTransactionResponse(id_tag_info=_NOT_STARTED, transaction_id=transaction_id)


@answers(Version.V16, "StopTransaction")
def stop_transaction(
    desk: Desk, request: core.StopTransactionRequest
) -> Answer | Awaitable[Answer]:
    """End a session: cannot be refused, whatever the id (1.6 errata 3.18; steve#156)."""
    presented = request.id_tag is not None
    transaction_id = whole(request.transaction_id)

    def reported(readings: tuple[Reading, ...]) -> StopReported:
        return StopReported(
            transaction_id=_NO_TRANSACTION if transaction_id is None else transaction_id,
            token=tag(request.id_tag) if presented else None,
            at=instant(desk, request.timestamp),
            meter_stop_wh=energy(request.meter_stop),
            reason=word(request.reason, "Local"),
            readings=readings,
        )

    return tell_metered(desk, reported, request.transaction_data or (), sample, _stopped)


def _stopped(outcome: Outcome) -> core.StopTransactionResponse:
    """Return the answer, which speaks of the tag only where one was sent."""
    if outcome.verdict is None:
        return core.StopTransactionResponse()
    return core.StopTransactionResponse(id_tag_info=id_tag_info(outcome.verdict))
