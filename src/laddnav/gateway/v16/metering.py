"""Meter values in OCPP 1.6."""

from collections.abc import Awaitable
from typing import Final

from laddnav.gateway.answers.leaves import numbered_connector
from laddnav.gateway.answers.metered import tell_metered
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.metering.model import Reading, Sample
from laddnav.metering.rules import normalise
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.sessions.model import MeterReported

_TAKEN: Final = core.MeterValuesResponse()


@answers(Version.V16, "MeterValues")
def meter_values(desk: Desk, request: core.MeterValuesRequest) -> Answer | Awaitable[Answer]:
    """Take meter values, with or without a transaction id, stale ones too (lbbrhzn#1069)."""

    def reported(readings: tuple[Reading, ...]) -> MeterReported:
        return MeterReported(
            connector=numbered_connector(desk, request.connector_id),
            transaction_id=request.transaction_id,
            readings=readings,
        )

    return tell_metered(desk, reported, request.meter_value, sample, lambda _: _TAKEN)


def sample(sent: core.SampledValue) -> Sample:
    """Return one sampled value in words that no version owns."""
    return normalise(
        sent.measurand,
        sent.value,
        unit=sent.unit,
        phase=sent.phase,
        location=sent.location,
        context=sent.context,
        data_format=sent.format,
    )
