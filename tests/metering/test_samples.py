"""Samples as they are stored."""

from decimal import Decimal

import msgspec
import pytest

from laddnav.metering.model import Sample, SignedValue
from laddnav.metering.rules import decode_samples, digest, encode_samples, normalise


def test_the_stored_form_is_compact_and_exact() -> None:
    samples = (
        normalise("Energy.Active.Import.Register", "12345.600", unit="Wh"),
        normalise("Voltage", "230.1", unit="V", phase="L1", context="Sample.Clock"),
    )
    text = encode_samples(samples)
    assert text == (
        '[{"m":"Energy.Active.Import.Register","v":"12345.600","u":"Wh"},'
        '{"m":"Voltage","v":"230.1","u":"V","p":"L1","c":"Sample.Clock"}]'
    )
    assert decode_samples(text) == samples
    assert str(decode_samples(text)[0].value) == "12345.600"


def test_signed_and_raw_values_survive_storage() -> None:
    samples = (
        Sample(measurand="SoC", unit="Percent", raw="full"),
        Sample(measurand="X", signed=SignedValue(data="AAEC", method="", public_key="k")),
    )
    assert decode_samples(encode_samples(samples)) == samples


def test_text_that_is_no_stored_form_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_samples("{}")


def test_a_repeat_has_the_same_digest_and_another_value_another() -> None:
    first = encode_samples([normalise(None, "100")])
    again = encode_samples([normalise(None, "100")])
    other = encode_samples([normalise(None, "101")])
    assert digest(first) == digest(again) != digest(other)


def test_the_digest_of_a_text_never_changes() -> None:
    # It is a stored key: a digest that changed with a release would store each reading twice.
    assert digest('[{"m":"SoC","v":"80","u":"Percent"}]') == "c80df74d32378adb"


def test_phases_of_one_instant_differ() -> None:
    texts = [encode_samples([normalise("Voltage", "230", phase=p)]) for p in ("L1", "L2")]
    assert digest(texts[0]) != digest(texts[1])
    assert decode_samples(texts[0])[0].value == Decimal(230)
