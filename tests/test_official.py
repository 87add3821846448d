"""What is overheard on a link and does not fit is put down, and nothing else is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from laddnav.ocpp.action import Version
from tests import official
from tests.official import Overheard

ROOT = Path(__file__).parent
ROOMS = ("gateway", "system", "transcripts", "web", "worker")
ECHOES = {  # behind these doors there is no OCPP, but an echo
    "gateway/test_listener.py", "gateway/test_listener_tls.py", "gateway/test_listener_twice.py",
    "gateway/test_tls_ports.py",
}  # fmt: skip
NOON = "2026-11-20T12:00:00Z"
BOOT = {"status": "Accepted", "currentTime": NOON, "interval": 300}


@pytest.fixture(autouse=True)
def flaws() -> Iterator[list[str]]:
    """What is put down here is what the test wants."""
    yield official.flaws
    official.flaws.clear()


@pytest.mark.parametrize(
    ("version", "frame"),
    [
        (Version.V16, [3, "1", BOOT]),
        (Version.V201, [4, "1", "FormatViolation", "", {}]),
        (Version.V16, [4, "1", "FormationViolation", "", {}]),
        (Version.V201, [4, "-1", "RpcFrameworkError", "unreadable", {}]),
        (Version.V21, [2, "a", "Reset", {"type": "ImmediateAndResume"}]),
    ],
)
def test_what_fits_is_passed_over(flaws: list[str], version: Version, frame: list[object]) -> None:
    link = Overheard(version)
    link.told('[2,"1","BootNotification",{}]')
    link.came(json.dumps(frame))
    assert flaws == []


@pytest.mark.parametrize(
    ("version", "frame", "flaw"),
    [
        (Version.V16, [3, "1", BOOT | {"interval": "300"}], "BootNotificationResponse"),
        (Version.V16, [3, "1", BOOT | {"currentTime": "noon"}], "date-time"),
        (Version.V16, [3, "1", BOOT | {"more": 1}], "Additional properties"),
        (Version.V16, [3, "2", BOOT], "nobody asked that"),
        (Version.V16, [4, "1", "FormatViolation", "", {}], "no code of this version"),
        (Version.V16, [4, "-1", "GenericError", "", {}], "nobody asked that"),
        (Version.V201, [4, "1", "FormationViolation", "", {}], "no code of this version"),
        (Version.V201, [4, "1", "GenericError", "x" * 256, {}], "at most 255"),
        (Version.V201, [4, "1", "GenericError", "", None], "no frame"),
        (Version.V16, [4, "1", "InternalError", "KeyError('a')", {}], "shows an exception"),
        (Version.V201, [4, "1", "InternalError", "Traceback (most", {}], "shows an exception"),
        (Version.V21, [4, "1", "InternalError", "", {"a": 'File "b"'}], "shows an exception"),
        (Version.V21, [4, "1", "InternalError", "in answering.py", {}], "shows an exception"),
        (Version.V201, [5, "1", "GenericError", "", {}], "no result can be refused so"),
        (Version.V201, [2, "a", "Reset", {"type": "ImmediateAndResume"}], "ResetRequest"),
        (Version.V201, [2, "a" * 37, "ClearCache", {}], "1 to 36 characters"),
        (Version.V201, [2, "a", "Heartbeat", {}], "takes no such call"),
        (Version.V21, [6, "a", "ClearCache", {}], "not that of the action"),
        (Version.V21, {}, "no frame"),
    ],
)
def test_what_does_not_fit_is_put_down_with_its_frame(
    flaws: list[str], version: Version, frame: object, flaw: str
) -> None:
    link = Overheard(version)
    link.told('[2,"1","BootNotification",{}]')
    link.came(json.dumps(frame))
    (told,) = flaws
    assert flaw in told
    assert json.dumps(frame)[:20] in told


def test_an_id_is_used_and_answered_once(flaws: list[str]) -> None:
    link = Overheard(Version.V16)
    for _ in range(2):
        link.came('[2,"a","ClearCache",{}]')
    assert "was used before" in flaws.pop()
    link.told('[2, 7, "Heartbeat", {')
    for _ in range(2):
        link.came(json.dumps([3, 7, {"currentTime": NOON}]))
    assert "nobody asked that" in flaws.pop()
    assert flaws == []


def test_a_station_that_vouches_is_held_to_the_same(flaws: list[str]) -> None:
    link = Overheard(Version.V201, vouches=True)
    link.hear("in", '[2,"a","ClearCache",{}]')
    link.hear("out", '[3,"a",{"status":"Maybe"}]')
    (told,) = flaws
    assert "the station sent in OCPP 2.0.1" in told
    assert "Maybe" in told


def test_a_test_fails_by_what_was_put_down() -> None:
    Overheard(Version.V16).came("nonsense")
    with pytest.raises(AssertionError, match="nonsense"):
        official.hold()
    official.hold()


def test_nobody_speaks_with_laddnav_unheard() -> None:
    opens = r"\bSimulatedStation\(|^from websockets\S* import .*\b(?:connect|ClientProtocol)\b"
    speaks = re.compile(opens, re.MULTILINE)
    unheard = set()
    for path in (each for room in ROOMS for each in (ROOT / room).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if speaks.search(text) and "Overheard" not in text:
            unheard.add(path.relative_to(ROOT).as_posix())
    assert unheard == ECHOES
