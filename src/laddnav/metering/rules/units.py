"""From what a station sends as one sampled value to a `Sample` in known words and one unit.

Nothing here raises and nothing costs more than the text is long, whatever comes in. A number
counts when it is finite and, in the normalised unit, |x| < 10^15; more than 6 decimals are rounded
half to even. What is outside keeps its text in `raw` and has no value.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from laddnav.kernel.energy import LIMIT
from laddnav.metering.model import ENERGY_REGISTER, Sample, SignedValue

_FINEST: Final = Decimal("0.000001")
_WHOLE: Final = Decimal(1)
_DECIMALS: Final = 6
_LONGEST_NUMBER: Final = 64
_LONGEST_WORD: Final = 64
_LONGEST_RAW: Final = 1000
_LARGEST_MULTIPLIER: Final = 30
_SIZE_LIMIT: Final = 64  # adjusted exponent beyond which no multiplier brings a number back
# No traps: a result that does not exist is NaN, which the bounds refuse.
_EXACT: Final = Context(prec=200, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, traps=[])

# Spelling -> (unit after normalisation, power of ten). Spelt exactly: "mW" is not "MW".
_UNITS: Final[Mapping[str, tuple[str, int]]] = {
    "Wh": ("Wh", 0),
    "kWh": ("Wh", 3),
    "MWh": ("Wh", 6),
    "varh": ("varh", 0),
    "kvarh": ("varh", 3),
    "VAh": ("VAh", 0),
    "kVAh": ("VAh", 3),
    "W": ("W", 0),
    "kW": ("W", 3),
    "MW": ("W", 6),
    "mW": ("W", -3),
    "var": ("var", 0),
    "kvar": ("var", 3),
    "VA": ("VA", 0),
    "kVA": ("VA", 3),
    "A": ("A", 0),
    "mA": ("A", -3),
    "V": ("V", 0),
    "kV": ("V", 3),
    "mV": ("V", -3),
    "Hz": ("Hz", 0),
    "Hertz": ("Hz", 0),
    "Percent": ("Percent", 0),
    "%": ("Percent", 0),
    "Celsius": ("Celsius", 0),
    "Celcius": ("Celsius", 0),  # the spelling of the OCPP 1.6 schemas
    "C": ("Celsius", 0),
    "degC": ("Celsius", 0),
    "deg C": ("Celsius", 0),
    "°C": ("Celsius", 0),
    "K": ("K", 0),
    "Kelvin": ("K", 0),
    "Fahrenheit": ("Fahrenheit", 0),
    "F": ("Fahrenheit", 0),
    "°F": ("Fahrenheit", 0),
    "s": ("s", 0),
    "sec": ("s", 0),
}
_AMBIGUOUS: Final = frozenset({"mw", "mwh", "ma", "mv"})
_UNITS_FOLDED: Final = {
    spelling.casefold(): unit
    for spelling, unit in _UNITS.items()
    if spelling.casefold() not in _AMBIGUOUS
}
_ZERO_CELSIUS: Final = Decimal("273.15")

# The unit of a value whose station named none, by the first words of the measurand.
_DEFAULT_UNITS: Final = (
    ("Energy.Reactive.", "varh"),
    ("Energy.Apparent.", "VAh"),
    ("Energy.", "Wh"),
    ("EnergyRequest.", "Wh"),
    ("Power.Reactive.", "var"),
    ("Power.Factor", ""),
    ("Power.", "W"),
    ("Current.", "A"),
    ("Voltage", "V"),
    ("Frequency", "Hz"),
    ("SoC", "Percent"),
    ("Temperature", "Celsius"),
)


def _flows(head: str, tails: str, directions: Iterable[str] = ("Import", "Export")) -> list[str]:
    return [f"{head}.{way}{tail}" for way in directions for tail in tails.split(",")]


def _spellings(words: Iterable[str]) -> dict[str, str]:
    return {word.casefold(): word for word in words}


_MEASURANDS: Final = _spellings(
    [
        *_flows("Current", ",.Offered,.Minimum"),
        "Current.Offered",
        *_flows("Energy.Active", ".Register,.Interval"),
        "Energy.Active.Net",
        "Energy.Active.Import.CableLoss",
        "Energy.Active.Import.LocalGeneration.Register",
        "Energy.Active.Setpoint.Interval",
        *_flows("Energy.Reactive", ".Register,.Interval"),
        "Energy.Reactive.Net",
        *_flows("Energy.Apparent", "", ("Net", "Import", "Export")),
        *_flows("EnergyRequest", ",.V2X", ("Minimum", "Maximum")),
        "EnergyRequest.Target",
        "EnergyRequest.Bulk",
        "Frequency",
        *_flows("Power.Active", "", ("Import", "Export", "Setpoint", "Residual")),
        *_flows("Power.Reactive", ""),
        *_flows("Power", ".Offered,.Minimum"),
        "Power.Factor",
        "Power.Offered",
        "SoC",
        "Voltage",
        "Voltage.Minimum",
        "Voltage.Maximum",
        "Temperature",
        "RPM",
    ]
)
_CONTEXTS: Final = _spellings(
    [
        "Interruption.Begin",
        "Interruption.End",
        "Other",
        "Sample.Clock",
        "Sample.Periodic",
        "Transaction.Begin",
        "Transaction.End",
        "Trigger",
    ]
)
_LOCATIONS: Final = _spellings(["Body", "Cable", "EV", "Inlet", "Outlet", "Upstream"])
_PHASES: Final = _spellings(
    ["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"]
)


class _SignedText(msgspec.Struct, frozen=True, kw_only=True):
    signed_meter_data: str = msgspec.field(name="signedMeterData")
    signing_method: str | None = msgspec.field(name="signingMethod", default=None)
    encoding_method: str | None = msgspec.field(name="encodingMethod", default=None)
    public_key: str | None = msgspec.field(name="publicKey", default=None)


_KELVIN_AND_FAHRENHEIT: Final = frozenset({"K", "Fahrenheit"})
# Below every bound, and nearly all that is ever sent.
_SIMPLE: Final = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,6})?").fullmatch
_SIGNED_TEXT: Final = msgspec.json.Decoder(_SignedText)


def normalise(
    measurand: str | None,
    value: str | Decimal | int | None,
    *,
    unit: str | None = None,
    multiplier: int = 0,
    phase: str | None = None,
    location: str | None = None,
    context: str | None = None,
    data_format: str | None = None,
    signed: SignedValue | None = None,
) -> Sample:
    """Return one sampled value of any OCPP version as a `Sample`.

    Never raises, not even where mending left something of another type in a field.

    Args:
        measurand: As sent; None means the billing register.
        value: As sent; blanks around it do not matter (evcc#19354).
        unit: As sent; None or "" means the usual unit of the measurand.
        multiplier: The value counts ten to this power (OCPP 2.x); beyond +-30 it has no value.
        phase: As sent.
        location: As sent.
        context: As sent.
        data_format: "SignedData" (OCPP 1.6) makes of `value` the text of a signed value.
        signed: The signed form that came along (OCPP 2.x).
    """
    words = (measurand, unit, phase, location, context)
    try:
        known = _words_known(*words)
    except TypeError:
        known = _words(*words)
    name, spelling, power, phase, location, context = known
    if data_format == "SignedData" and isinstance(value, str):
        signed, value = read_signed(value), None
    number, raw = _number(value, power, multiplier) if value is not None else (None, None)
    if number is not None and spelling in _KELVIN_AND_FAHRENHEIT:
        number, spelling = _celsius(number, spelling), "Celsius"
    return Sample(
        measurand=name,
        value=number,
        unit=spelling,
        phase=phase,
        location=location,
        context=context,
        raw=raw,
        signed=signed,
    )


class _Words(NamedTuple):
    """The words around a value, as we spell them, and the power of ten that its unit is."""

    measurand: str
    unit: str
    power: int
    phase: str | None
    location: str | None
    context: str | None


def _words(
    measurand: object, unit: object, phase: object, location: object, context: object
) -> _Words:
    name = _word(measurand, _MEASURANDS) or ENERGY_REGISTER
    spelling, power = _unit(unit, name)
    return _Words(
        name,
        spelling,
        power,
        _word(phase, _PHASES),
        _word(location, _LOCATIONS),
        _word(context, _CONTEXTS),
    )


@lru_cache(maxsize=4096, typed=True)
def _words_known(*words: object) -> _Words:
    """Return the same as `_words`, remembered: a station says the same few with each value.

    Raises:
        TypeError: A word is so long that it is not worth remembering, or cannot be a key.
    """
    if any(isinstance(word, str) and len(word) > _LONGEST_WORD for word in words):
        raise TypeError
    return _words(*words)


def read_signed(text: str) -> SignedValue:
    """Return the signed value in the text of an OCPP 1.6 value of format SignedData.

    It is the JSON text of a SignedMeterValueType; anything else is kept whole as the data.
    """
    try:
        found = _SIGNED_TEXT.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return SignedValue(data=_storable(text))
    return SignedValue(
        data=found.signed_meter_data,
        method=found.signing_method,
        encoding=found.encoding_method,
        public_key=found.public_key,
    )


def _word(text: object, known: Mapping[str, str]) -> str | None:
    """Return a listed word in its proper spelling, any other as it came (cut, storable)."""
    if not isinstance(text, str):
        return None
    word = text.strip()[:_LONGEST_WORD]
    return known.get(word.casefold()) or _storable(word) or None


def _unit(text: object, measurand: str) -> tuple[str, int]:
    if not isinstance(text, str) or not text.strip():
        return next((unit for head, unit in _DEFAULT_UNITS if measurand.startswith(head)), ""), 0
    word = text.strip()[:_LONGEST_WORD]
    return _UNITS.get(word) or _UNITS_FOLDED.get(word.casefold()) or (_storable(word), 0)


def _number(value: object, power: int, multiplier: object) -> tuple[Decimal | None, str | None]:
    """Return (number, None), (rounded number, its text) or (None, the text)."""
    if not power and multiplier == 0 and isinstance(value, str) and _SIMPLE(value):
        return Decimal(value), None
    number = _parse(value)
    if number is None or not isinstance(multiplier, int) or abs(multiplier) > _LARGEST_MULTIPLIER:
        return None, _shown(value)
    shift = power + multiplier
    scaled = number.scaleb(shift, _EXACT) if shift else number
    if not -LIMIT < scaled < LIMIT:
        return None, _shown(value)
    plain = _plain(scaled)
    return plain, None if plain == scaled else _shown(value)


def _parse(value: object) -> Decimal | None:
    """Return a finite number that is safe to calculate with."""
    if isinstance(value, str):
        number = _from_text(value)
    elif isinstance(value, Decimal):
        number = _EXACT.plus(value)
    else:
        number = _from_number(value)
    if number is None or not number.is_finite():
        return None
    if not number:
        return Decimal(0)
    return number if abs(number.adjusted()) <= _SIZE_LIMIT else _tiny(number)


def _from_number(value: object) -> Decimal | None:
    if isinstance(value, float):
        return Decimal(repr(value))
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return Decimal(value) if value.bit_length() <= _LONGEST_NUMBER else None


def _tiny(number: Decimal) -> Decimal | None:
    """Return 0 for what is far too small to measure, None for what is far too large."""
    return Decimal(0) if number.adjusted() < 0 else None


def _from_text(text: str) -> Decimal | None:
    digits = text.strip()
    if not digits or len(digits) > _LONGEST_NUMBER or not digits.isascii() or "_" in digits:
        return None
    number = _EXACT.create_decimal(digits)
    return None if number.is_nan() else number


def _plain(number: Decimal) -> Decimal:
    """Return a bounded number without an exponent and with at most 6 decimals."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -_DECIMALS <= exponent <= 0:
        return number
    to = _WHOLE if isinstance(exponent, int) and exponent > 0 else _FINEST
    return number.quantize(to, context=_EXACT)


def _celsius(number: Decimal, spelling: str) -> Decimal:
    if spelling == "K":
        return number - _ZERO_CELSIUS
    return _plain((number - 32) * 5 / 9)


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return "an integer out of bounds"  # its decimal form could take long to write
    return _storable(str(value)[:_LONGEST_RAW])


def _storable(text: str) -> str:
    """Return text that every database and JSON writer takes: no NUL, no lone surrogate."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")
