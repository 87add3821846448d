"""What OCPP 1.6 stations tell that changes no answer."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.gateway.office import Office


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("DiagnosticsStatusNotification", {"status": "Uploaded"}),
        ("FirmwareStatusNotification", {"status": "Installed"}),
        ("LogStatusNotification", {"status": "Uploading", "requestId": 3}),
        ("SignedFirmwareStatusNotification", {"status": "InstallRebooting", "requestId": 3}),
    ],
)
async def test_progress_is_acknowledged_and_logged(
    office: Office, action: str, told: dict[str, Any]
) -> None:
    with capture_logs() as lines:
        assert await office.say(action, told) == {}
    ((line),) = lines
    assert (line["action"], line["status"], line["log_level"]) == (action, told["status"], "info")


async def test_no_station_fills_the_log(office: Office) -> None:
    flood = "x" * 100_000
    event = {"type": flood, "timestamp": "2026-11-20T12:00:00Z", "techInfo": flood}
    with capture_logs() as lines:
        await office.say("FirmwareStatusNotification", {"status": flood})
        await office.say("SecurityEventNotification", event)
    assert len(lines) == 2
    assert all(len(str(value)) <= 255 for line in lines for value in line.values())


@pytest.mark.ocpp("A02.FR.12")
async def test_nobody_signs_certificates(office: Office) -> None:
    assert await office.say("SignCertificate", {"csr": "PEM"}) == {"status": "Rejected"}


@pytest.mark.ocpp("A04.FR.03")
@pytest.mark.parametrize(
    ("event", "level"),
    [
        ("TamperDetectionActivated", "warning"),
        ("InvalidMessages", "info"),
        ("VendorsOwnEvent", "info"),
    ],
)
async def test_a_security_event_is_confirmed_and_logged_by_its_gravity(
    office: Office, event: str, level: str
) -> None:
    told = {"type": event, "timestamp": "2026-11-20T12:00:00Z", "techInfo": "door"}
    with capture_logs() as lines:
        assert await office.say("SecurityEventNotification", told) == {}
    ((line),) = lines
    assert (line["event_type"], line["info"], line["log_level"]) == (event, "door", level)
