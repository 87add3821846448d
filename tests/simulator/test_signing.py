"""Signed registers: what the meter says holds before the eyes of another implementation."""

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from laddnav.ocpp.action import Version
from laddnav.simulator.plan import StationPlan
from tests.simulator.conftest import Station
from tests.simulator.csms import Csms, Payload
from tests.simulator.people import TAG, QuickTime, estate
from tests.simulator.test_station import at_work


def checked(signed: Payload) -> dict[str, Any]:
    """Return what a signed value says, its signature having been checked."""
    scheme, encoding, kind, key = base64.b64decode(signed["publicKey"]).decode().split(":")
    assert (scheme, encoding, kind) == ("oca", "base16", "asn1")
    public_key = load_der_public_key(bytes.fromhex(key))
    assert isinstance(public_key, EllipticCurvePublicKey)
    prefix, said, signature = base64.b64decode(signed["signedMeterData"]).split(b"|", 2)
    assert prefix == b"OCMF"
    data = bytes.fromhex(json.loads(signature)["SD"])
    public_key.verify(data, said, ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public_key.verify(data, said + b" ", ECDSA(SHA256()))
    read: dict[str, Any] = json.loads(said)
    return read


def signed_values(values: list[Payload]) -> list[Payload]:
    """Return the signed values among meter values, however the version carries them."""
    sampled = [each for value in values for each in value["sampledValue"]]
    modern = [each["signedMeterValue"] for each in sampled if "signedMeterValue" in each]
    old = [json.loads(each["value"]) for each in sampled if each.get("format") == "SignedData"]
    return modern + old


async def test_begin_and_end_of_a_transaction_are_signed(
    csms: Csms, station: Station, time: QuickTime, version: Version
) -> None:
    box = await at_work(station(version, plan=StationPlan(signs=True, decimals=1)))
    await box.plug_in(1, estate())
    await box.start(1, TAG)
    time.step(600)
    await box.sample()
    await box.stop(1, token=TAG)
    if version is Version.V16:
        values = csms.said("StopTransaction")[0]["transactionData"]
    else:
        values = csms.said("TransactionEvent")[-1]["meterValue"]
    begin, end = map(checked, signed_values(values))
    assert (begin["RD"][0]["TX"], end["RD"][0]["TX"]) == ("B", "E")
    assert (begin["RD"][0]["RV"], end["RD"][0]["RV"]) == (0, 1.84)
    assert begin["ID"] == end["ID"] == TAG.uid
    assert begin["PG"] != end["PG"]
    if version is Version.V16:
        assert signed_values(csms.said("MeterValues")[0]["meterValue"]) == []
