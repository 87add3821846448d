"""Measured values in words that no OCPP version owns, and what they are worth as energy.

Measurands, phases, locations and contexts are spelt as OCPP 2.x spells them; what no list knows is
kept as it came. Values are normalised to one unit per quantity: Wh, varh, VAh, W, var, VA, A, V,
Hz, Celsius, Percent, s.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from msgspec import Struct

ENERGY_REGISTER: Final = "Energy.Active.Import.Register"
ENERGY_INTERVAL: Final = "Energy.Active.Import.Interval"
TRANSACTION_BEGIN: Final = "Transaction.Begin"
TRANSACTION_END: Final = "Transaction.End"

_STORED_NAMES: Final = {
    "measurand": "m",
    "value": "v",
    "unit": "u",
    "phase": "p",
    "location": "l",
    "context": "c",
    "raw": "r",
    "signed": "s",
}


class SignedValue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value that its meter signed: text, octet for octet as the station sent it.

    Attributes:
        data: The signed data, usually Base64 around OCMF or EDL.
        method: The signing method; None or "" where it stands inside the data.
        encoding: How the data is encoded, for example "OCMF".
        public_key: The meter's key where the station sent it along.
    """

    data: str
    method: str | None = None
    encoding: str | None = None
    public_key: str | None = None


class Sample(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=_STORED_NAMES):
    """One measured quantity. Encoded, it has the short names of its stored form.

    Attributes:
        measurand: In OCPP 2 words; "Energy.Active.Import.Register" where the station named none.
        value: In `unit`, |x| < 10^15 with at most 6 decimals; None where there was no such number.
        unit: The unit after normalisation; an unknown one as the station spelt it.
        phase: "L1", "L1-N", "L1-L2", ...; None for the total.
        location: "Outlet", "Inlet", "EV", ...; None where the station said nothing (Outlet).
        context: "Transaction.Begin", ...; None where the station said nothing (Sample.Periodic).
        raw: The text that came, where `value` is missing or rounded.
        signed: The signed form of the value.
    """

    measurand: str
    value: Decimal | None = None
    unit: str = ""
    phase: str | None = None
    location: str | None = None
    context: str | None = None
    raw: str | None = None
    signed: SignedValue | None = None


class Reading(Struct, frozen=True, kw_only=True):
    """What a meter showed at one instant (aware, UTC, by the station's clock)."""

    at: datetime
    samples: tuple[Sample, ...] = ()


class RegisterPoint(NamedTuple):
    """The billing register at one instant: the total that has flowed through the meter, in Wh."""

    at: datetime
    wh: Decimal
    context: str | None = None


class Confidence(StrEnum):
    """How far a session's energy can be trusted."""

    HIGH = "high"
    """Nothing speaks against the energy."""
    MEDIUM = "medium"
    """Something was odd, but the energy does not hang on it."""
    LOW = "low"
    """The energy rests on a guess about the meter: look before billing."""
    NONE = "none"
    """There is no usable measurement: the energy must not be billed as it stands."""


class Doubt(StrEnum):
    """Why a session's energy is less than certain; `metering.rules.DOUBTS` says it in words."""

    NO_REGISTER = "no_register"
    START_UNKNOWN = "start_unknown"
    STOP_UNKNOWN = "stop_unknown"
    STOP_BELOW_START = "stop_below_start"
    REGISTER_DROPOUT = "register_dropout"
    REGISTER_RESET = "register_reset"
    REGISTER_FELL = "register_fell"
    REGISTER_DIPPED = "register_dipped"
    REGISTER_SPIKE = "register_spike"
    REGISTER_JUMPED = "register_jumped"
    OTHER_REGISTER = "other_register"
    UNITS_MIXED = "units_mixed"
    UNITS_REPAIRED = "units_repaired"
    FROM_INTERVALS = "from_intervals"
    CLOCK_UNUSABLE = "clock_unusable"
    MORE_THAN_POSSIBLE = "more_than_possible"


class Billable(Struct, frozen=True, kw_only=True):
    """The energy of one session.

    Attributes:
        energy_wh: Never negative, never more than the registers can explain.
        meter_start_wh: The register at the start, as reported or as first seen.
        meter_stop_wh: The register at the stop, as reported or as last seen.
        confidence: The worst that any doubt leaves.
        doubts: Each at most once, in alphabetical order.
    """

    energy_wh: Decimal
    meter_start_wh: Decimal | None
    meter_stop_wh: Decimal | None
    confidence: Confidence
    doubts: tuple[Doubt, ...] = ()
