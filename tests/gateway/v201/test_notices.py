"""What OCPP 2.0.1 stations tell or ask that is always answered alike."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.gateway.office import Office
from tests.gateway.v201.test_authorization import HASHES

EXI = {"iso15118SchemaVersion": "urn:iso", "action": "Install", "exiRequest": "AAAA"}
NEEDS = {"evseId": 1, "chargingNeeds": {"requestedEnergyTransfer": "DC"}}
SCHEDULE = {
    "timeBase": "2026-11-20T12:00:00Z",
    "evseId": 1,
    "chargingSchedule": {
        "id": 1,
        "chargingRateUnit": "W",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11_000}],
    },
}


@pytest.mark.parametrize(
    ("action", "asked", "answer"),
    [
        pytest.param(
            "DataTransfer",
            {"vendorId": "com.acme", "messageId": "hello", "data": {"any": [1]}},
            {"status": "UnknownVendorId"},
            marks=pytest.mark.ocpp("P02.FR.06"),
        ),
        ("Get15118EVCertificate", EXI, {"status": "Failed", "exiResponse": ""}),
        pytest.param(
            "GetCertificateStatus",
            {"ocspRequestData": HASHES},
            {"status": "Failed"},
            marks=pytest.mark.ocpp("M06.FR.04"),
        ),
        pytest.param(
            "NotifyEVChargingNeeds",
            NEEDS,
            {"status": "Rejected"},
            marks=[pytest.mark.ocpp("K15.FR.04"), pytest.mark.ocpp("K17.FR.04")],
        ),
        pytest.param(
            "NotifyEVChargingSchedule",
            SCHEDULE,
            {"status": "Accepted"},
            marks=pytest.mark.ocpp("K15.FR.11"),
        ),
    ],
)
async def test_what_is_asked_for_and_is_not_there_is_answered_honestly(
    office: Office, action: str, asked: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert await office.say(action, asked) == answer


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("FirmwareStatusNotification", {"status": "Installed", "requestId": 3}),
        ("LogStatusNotification", {"status": "Uploaded", "requestId": 3}),
        ("PublishFirmwareStatusNotification", {"status": "Published", "location": ["ftp://a"]}),
    ],
)
async def test_progress_is_acknowledged_and_logged(
    office: Office, action: str, told: dict[str, Any]
) -> None:
    with capture_logs() as lines:
        assert await office.say(action, told) == {}
    (line,) = lines
    assert (line["action"], line["status"], line["station"]) == (
        action,
        told["status"],
        "default/CP1",
    )


async def test_reports_are_acknowledged_without_a_line_that_anybody_would_read(
    office: Office,
) -> None:
    report = {"requestId": 1, "generatedAt": "2026-11-20T12:00:00Z", "seqNo": 0}
    with capture_logs() as lines:
        assert await office.say("NotifyMonitoringReport", report) == {}
    assert [line["log_level"] for line in lines] == ["debug"]


@pytest.mark.ocpp("A04.FR.03")
async def test_a_grave_security_event_is_confirmed_and_logged_as_a_warning(office: Office) -> None:
    told = {"type": "InvalidCsmsCertificate", "timestamp": "2026-11-20T12:00:00Z"}
    with capture_logs() as lines:
        assert await office.say("SecurityEventNotification", told) == {}
    assert [line["log_level"] for line in lines] == ["warning"]
