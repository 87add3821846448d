"""Sampled values of all stations become samples in known words and one unit."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laddnav.metering.model import Sample, SignedValue
from laddnav.metering.rules import decode_samples, encode_samples, normalise, read_signed

REGISTER = "Energy.Active.Import.Register"


@pytest.mark.parametrize(
    ("value", "unit", "expected", "in_unit"),
    [
        ("12345", "Wh", "12345", "Wh"),
        ("12.345", "kWh", "12345", "Wh"),
        ("12", "kWh", "12000", "Wh"),
        ("1.5", "MWh", "1500000", "Wh"),
        ("12", "kwh", "12000", "Wh"),
        ("0.5", "kvarh", "500", "varh"),
        ("7.4", "kW", "7400", "W"),
        ("7.4", "kVA", "7400", "VA"),
        ("7.4", "kvar", "7400", "var"),
        ("16000", "mA", "16", "A"),
        ("0.4", "kV", "400", "V"),
        ("50", "Hz", "50", "Hz"),
        ("50", "Hertz", "50", "Hz"),
        ("80", "Percent", "80", "Percent"),
        ("80", "%", "80", "Percent"),
        ("21.5", "Celsius", "21.5", "Celsius"),
        ("21.5", "Celcius", "21.5", "Celsius"),
        ("21.5", "C", "21.5", "Celsius"),
        ("300", "K", "26.85", "Celsius"),
        ("68", "Fahrenheit", "20", "Celsius"),
    ],
)
def test_every_spelling_of_a_unit_ends_in_one_unit(
    value: str, unit: str, expected: str, in_unit: str
) -> None:
    sample = normalise("Anything", value, unit=unit)
    assert (sample.value, sample.unit) == (Decimal(expected), in_unit)
    assert sample.raw is None


def test_milliwatts_are_not_megawatts() -> None:
    assert normalise("Power.Active.Import", "5", unit="mW").value == Decimal("0.005")
    assert normalise("Power.Active.Import", "5", unit="MW").value == Decimal(5_000_000)


def test_an_unknown_unit_is_kept_as_it_came() -> None:
    sample = normalise("Flow", "3.5", unit="furlong")
    assert (sample.value, sample.unit, sample.raw) == (Decimal("3.5"), "furlong", None)


@pytest.mark.parametrize(
    ("measurand", "unit"),
    [
        (None, "Wh"),
        (REGISTER, "Wh"),
        ("Energy.Reactive.Export.Interval", "varh"),
        ("Power.Active.Import", "W"),
        ("Power.Reactive.Import", "var"),
        ("Current.Offered", "A"),
        ("Voltage", "V"),
        ("SoC", "Percent"),
        ("Temperature", "Celsius"),
        ("Frequency", "Hz"),
        ("Power.Factor", ""),
        ("RPM", ""),
    ],
)
def test_a_missing_unit_is_the_usual_one_of_the_measurand(measurand: str | None, unit: str) -> None:
    assert normalise(measurand, "1").unit == unit
    assert normalise(measurand, "1", unit=" ").unit == unit


def test_what_a_station_leaves_out_is_the_billing_register() -> None:
    assert normalise(None, "1234") == Sample(measurand=REGISTER, value=Decimal(1234), unit="Wh")


def test_a_multiplier_is_a_power_of_ten() -> None:
    assert normalise(None, Decimal("1.5"), unit="Wh", multiplier=3).value == Decimal(1500)
    assert normalise(None, Decimal(1500), unit="kWh", multiplier=-3).value == Decimal(1500)


def test_a_multiplier_out_of_bounds_leaves_the_value_missing() -> None:
    sample = normalise(None, Decimal("1.5"), multiplier=1_000_000_000)
    assert (sample.value, sample.raw) == (None, "1.5")


def test_padded_values_are_numbers() -> None:
    assert normalise("SoC", " 0.0").value == Decimal("0.0")  # EZ8-NCG-20K, evcc#19354


def test_known_words_get_their_proper_spelling_and_others_stay() -> None:
    sample = normalise("soc", "5", phase="l1-n", location="OUTLET", context="sample.periodic")
    words = (sample.measurand, sample.phase, sample.location, sample.context)
    assert words == ("SoC", "L1-N", "Outlet", "Sample.Periodic")
    odd = normalise("X.Vendor", "5", phase="L4", location="Moon", context="Now")
    assert (odd.measurand, odd.phase, odd.location, odd.context) == (
        "X.Vendor",
        "L4",
        "Moon",
        "Now",
    )


def test_what_mending_left_in_a_field_harms_nothing() -> None:
    anything: Any = ["a", 5]
    sample = normalise(
        anything, anything, unit=anything, phase=anything, location=anything, context=anything
    )
    assert sample == Sample(measurand=REGISTER, unit="Wh", raw="['a', 5]")
    assert normalise(None, "5", multiplier=anything).value is None
    flag: Any = True
    assert normalise(None, flag).raw == "True"
    number: Any = 915.1
    assert normalise(None, number).value == Decimal("915.1")


@pytest.mark.parametrize(
    "value",
    [
        "1E+999999",
        "-1E+999999999999",
        Decimal("1E+999999"),
        "1000000000000000",
        "9" * 65,
        10**15,
        pytest.param(10**5000, id="a very long integer"),
        "NaN",
        "sNaN",
        "Infinity",
        "",
        "12,5",
        "1_000",
        "١٢",
        "null",
        "0x10",
    ],
)
def test_what_is_no_usable_number_has_no_value_and_keeps_its_text(
    value: str | Decimal | int,
) -> None:
    sample = normalise(None, value)
    assert sample.value is None
    assert sample.raw is not None


def test_the_largest_number_that_counts_is_just_below_ten_to_the_fifteenth() -> None:
    largest = "999999999999999.999999"
    assert normalise(None, largest).value == Decimal(largest)
    assert normalise(None, largest, unit="kWh").value is None


def test_more_than_six_decimals_are_rounded_and_their_text_is_kept() -> None:
    sample = normalise(None, "12345.600000000000364")  # a float on its way through a station
    assert (sample.value, sample.raw) == (Decimal("12345.600000"), "12345.600000000000364")


def test_zeros_behind_the_point_lose_nothing() -> None:
    assert normalise(None, "1.0000000000").raw is None


def test_what_is_far_too_small_to_measure_is_zero() -> None:
    assert normalise(None, "1E-999999").value == 0


def test_a_missing_value_is_missing() -> None:
    sample = normalise(None, None)
    assert (sample.value, sample.raw) == (None, None)


def test_a_signed_value_of_ocpp_1_6_is_kept_octet_for_octet() -> None:
    text = json.dumps(
        {
            "signedMeterData": "T0NNRnx7fXx7fQ==",
            "signingMethod": "",
            "encodingMethod": "OCMF",
            "publicKey": "b2NhOmJhc2U2NDphc24xOkFBQQ==",
        }
    )
    sample = normalise(REGISTER, text, data_format="SignedData", context="Transaction.End")
    assert sample.signed == SignedValue(
        data="T0NNRnx7fXx7fQ==",
        method="",
        encoding="OCMF",
        public_key="b2NhOmJhc2U2NDphc24xOkFBQQ==",
    )
    assert (sample.value, sample.raw) == (None, None)


@pytest.mark.parametrize(
    "text", ["OCMF|{}|{}", "", "[" * 100_000, '{"signedMeterData": 5}', "\ud800"]
)
def test_signed_data_of_another_form_is_kept_whole(text: str) -> None:
    assert read_signed(text).data == (text if text != "\ud800" else "?")


def test_a_signed_value_of_ocpp_2_goes_along_with_its_number() -> None:
    signed = SignedValue(data="AAEC", encoding="EDL")
    sample = normalise(REGISTER, Decimal("5.5"), unit="kWh", signed=signed)
    assert (sample.value, sample.signed) == (Decimal(5500), signed)


# No test fails because the machine is slow.
unhurried = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,))

_TEXTS = st.one_of(
    st.none(), st.text(max_size=80), st.text(alphabet="0123456789eE+-. ", max_size=20)
)


@unhurried
@given(
    value=st.one_of(_TEXTS, st.decimals(), st.integers()),
    words=st.tuples(_TEXTS, _TEXTS, _TEXTS, _TEXTS, _TEXTS, _TEXTS),
    multiplier=st.integers(),
)
def test_whatever_comes_in_becomes_a_sample_that_can_be_stored(
    value: str | Decimal | int | None, words: tuple[str | None, ...], multiplier: int
) -> None:
    measurand, unit, phase, location, context, data_format = words
    sample = normalise(
        measurand,
        value,
        unit=unit,
        multiplier=multiplier,
        phase=phase,
        location=location,
        context=context,
        data_format=data_format,
    )
    assert sample.value is None or abs(sample.value) < 10**15
    text = encode_samples([sample])
    assert "\0" not in text
    assert decode_samples(text) == (sample,)
