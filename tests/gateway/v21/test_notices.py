"""What OCPP 2.1 stations tell or ask that nobody here acts on yet."""

from typing import Any

import pytest

from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from tests.gateway.office import Office

HASHES = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "a",
    "issuerKeyHash": "b",
    "serialNumber": "1",
}
BATTERY = {"evseId": 1, "serialNumber": "B1", "soC": 10, "soH": 90}
AT = "2026-11-20T12:00:00Z"


@pytest.mark.parametrize(
    ("action", "told", "answer"),
    [
        (
            "BatterySwap",
            {
                "eventType": "BatteryIn",
                "requestId": 1,
                "idToken": {"idToken": "CARD1", "type": "ISO14443"},
                "batteryData": [BATTERY],
            },
            {},
        ),
        ("NotifyDERAlarm", {"controlType": "VoltVar", "timestamp": AT}, {}),
        ("NotifyDERStartStop", {"controlId": "c", "started": True, "timestamp": AT}, {}),
        ("NotifyPriorityCharging", {"transactionId": "t", "activated": True}, {}),
        ("ReportDERControl", {"requestId": 1}, {}),
        pytest.param(
            "PullDynamicScheduleUpdate",
            {"chargingProfileId": 1},
            {"status": "Rejected"},
            marks=pytest.mark.ocpp("K28.FR.12"),
        ),
        ("DataTransfer", {"vendorId": "com.acme"}, {"status": "UnknownVendorId"}),
    ],
)
async def test_each_has_its_honest_answer(
    office: Office, action: str, told: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert await office.say(action, told) == answer


@pytest.mark.ocpp("K18.FR.04")
@pytest.mark.ocpp("K19.FR.04")
@pytest.mark.parametrize(
    "needs",
    [
        {"controlMode": "ScheduledControl"},
        {"mobilityNeedsMode": "EVCC"},
        {"availableEnergyTransfer": ["AC_BPT"]},
        {"v2xChargingParameters": {}},
    ],
)
async def test_a_car_of_iso_15118_20_is_told_that_no_profile_will_come(
    office: Office, needs: dict[str, Any]
) -> None:
    told = {"evseId": 1, "chargingNeeds": {"requestedEnergyTransfer": "AC_BPT", **needs}}
    answer = await office.say("NotifyEVChargingNeeds", told)
    assert answer == {"status": "NoChargingProfile"}


@pytest.mark.ocpp("K15.FR.04")
@pytest.mark.ocpp("K17.FR.04")
async def test_a_car_of_iso_15118_2_is_rejected(office: Office) -> None:
    told = {"evseId": 1, "chargingNeeds": {"requestedEnergyTransfer": "AC_three_phase"}}
    assert await office.say("NotifyEVChargingNeeds", told) == {"status": "Rejected"}


@pytest.mark.ocpp("M07.FR.03")
@pytest.mark.ocpp("M07.FR.08")
async def test_the_status_of_each_certificate_could_not_be_had(office: Office) -> None:
    asked = [
        {"certificateHashData": HASHES, "source": source, "urls": ["http://ca.example"]}
        for source in ("OCSP", "CRL")
    ]
    answer = await office.say("GetCertificateChainStatus", {"certificateStatusRequests": asked})
    assert answer["certificateStatus"] == [
        {
            "certificateHashData": HASHES,
            "source": source,
            "status": "Failed",
            "nextUpdate": "2026-11-20T13:00:00Z",
        }
        for source in ("OCSP", "CRL")
    ]


async def test_hashes_of_no_known_algorithm_are_not_repeated(office: Office) -> None:
    asked = {
        "certificateHashData": HASHES | {"hashAlgorithm": "MD5"},
        "source": "OCSP",
        "urls": ["http://ca.example"],
    }
    with pytest.raises(RemoteProtocolError) as refused:
        await office.say("GetCertificateChainStatus", {"certificateStatusRequests": [asked]})
    assert refused.value.code is ErrorCode.PROPERTY_CONSTRAINT_VIOLATION
