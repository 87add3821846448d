"""Meter values in OCPP 1.6."""

from collections.abc import Awaitable, Iterable
from typing import Final

from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.leaves import numbered_connector
from laddnav.gateway.telling import tell
from laddnav.metering.model import Reading, Sample
from laddnav.metering.rules import normalise
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core
from laddnav.sessions.model import MeterReported

_TAKEN: Final = core.MeterValuesResponse()


@answers(Version.V16, "MeterValues")
def meter_values(desk: Desk, request: core.MeterValuesRequest) -> Answer | Awaitable[Answer]:
    """Take meter values, with or without a transaction id, stale ones too (lbbrhzn#1069)."""
    report = MeterReported(
        connector=numbered_connector(desk, request.connector_id),
        transaction_id=request.transaction_id,
        readings=readings(request.meter_value),
    )
    return tell(desk, report, lambda _: _TAKEN)


def readings(values: Iterable[core.MeterValue]) -> tuple[Reading, ...]:
    """Return meter values as readings; a time that could not be used is that of an unset clock."""
    return tuple(
        [
            Reading(at=value.timestamp, samples=tuple([*map(_sample, value.sampled_value)]))
            for value in values
        ]
    )


def _sample(sent: core.SampledValue) -> Sample:
    return normalise(
        sent.measurand,
        sent.value,
        unit=sent.unit,
        phase=sent.phase,
        location=sent.location,
        context=sent.context,
        data_format=sent.format,
    )
