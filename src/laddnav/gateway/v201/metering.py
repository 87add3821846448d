"""Meter values in OCPP 2.x."""

from collections.abc import Awaitable, Mapping
from typing import Final

from msgspec import Struct

from laddnav.gateway.answers.metered import tell_metered
from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.mending.reading import whole
from laddnav.kernel.keys import ConnectorRef
from laddnav.metering.model import Reading, Sample, SignedValue
from laddnav.metering.rules import normalise
from laddnav.ocpp.action import Version
from laddnav.ocpp.v21 import datatypes as types21
from laddnav.ocpp.v21 import metering as v21
from laddnav.ocpp.v201 import datatypes as types201
from laddnav.ocpp.v201 import metering as v201
from laddnav.sessions.model import MeterReported

_TAKEN: Final[Mapping[Version, Struct]] = {
    Version.V201: v201.MeterValuesResponse(),
    Version.V21: v21.MeterValuesResponse(),
}


@answers(Version.V201, "MeterValues")
def meter_values(
    desk: Desk, request: v201.MeterValuesRequest | v21.MeterValuesRequest
) -> Answer | Awaitable[Answer]:
    """Take meter values, which name no transaction: EVSE and time say where they belong."""
    response = _TAKEN[desk.version]

    def reported(readings: tuple[Reading, ...]) -> MeterReported:
        connector = ConnectorRef(whole(request.evse_id) or 0, 0)
        return MeterReported(connector=connector, transaction_id=None, readings=readings)

    return tell_metered(desk, reported, request.meter_value, sample, lambda _: response)


def sample(value: types201.SampledValueType | types21.SampledValueType) -> Sample:
    """Return one sampled value in words that no version owns."""
    measure, signed = value.unit_of_measure, value.signed_meter_value
    return normalise(
        value.measurand,
        value.value,
        unit=None if measure is None else measure.unit,
        multiplier=0 if measure is None or measure.multiplier is None else measure.multiplier,
        phase=value.phase,
        location=value.location,
        context=value.context,
        signed=None if signed is None else _signed(signed),
    )


def _signed(
    value: types201.SignedMeterValueType | types21.SignedMeterValueType,
) -> SignedValue | None:
    """Return a signed value octet for octet, None where its data are missing."""
    if not isinstance(value.signed_meter_data, str):
        return None
    return SignedValue(
        data=value.signed_meter_data,
        method=value.signing_method,
        encoding=value.encoding_method,
        public_key=value.public_key,
    )
