"""What stations report, folded into memory and into what must be durable."""

from datetime import timedelta

import msgspec
import pytest

from laddnav.kernel.keys import ConnectorRef
from laddnav.stations import events
from laddnav.stations.live import LiveStation
from laddnav.stations.model import (
    BootReported,
    FaultReported,
    Intervals,
    Registration,
    StationSettings,
    StatusReported,
)
from laddnav.stations.service import record
from laddnav.storage.write import Write
from tests.stations.hall import START, link, live_station

PLUG = ConnectorRef(1, 1)
BOOT = BootReported(vendor="Vendor", model="One", serial="S1", firmware="1.0", reason="PowerUp")
INTERVALS = Intervals(heartbeat_seconds=300, retry_seconds=60)


def lines(write: Write | None) -> list[tuple[object, object]]:
    """The kind and value of each line of the timeline in a write."""
    assert write is not None
    into = [row for row in write.rows if row.into.table.name == "timeline"]
    return [(row.values[8], row.values[9]) for row in into]


def tables(write: Write | None) -> list[str]:
    assert write is not None
    return [row.into.table.name for row in write.rows]


def status(live: LiveStation, word: str, **more: str | None) -> record.Recorded:
    report = StatusReported(ref=PLUG, status=word, at=START, **{"error_code": "NoError", **more})
    return record.record_status(live, report, START)


@pytest.mark.ocpp("B01.FR.02")
@pytest.mark.parametrize(
    ("registration", "interval"),
    [(Registration.ACCEPTED, 300), (Registration.PENDING, 60), (Registration.REJECTED, 60)],
)
def test_a_boot_is_answered_with_the_operators_decision(
    registration: Registration, interval: int
) -> None:
    live = live_station(registration=registration)
    booted = record.record_boot(live, BOOT, START, INTERVALS)
    assert (booted.registration, booted.interval_seconds) == (registration, interval)
    assert lines(booted.write) == [("boot", registration.value)]
    assert booted.write
    assert booted.write.fence == live.fence
    assert (live.life.model, live.life.boot_at, live.booted) == ("One", START, True)


def test_a_station_has_its_own_heartbeat_interval() -> None:
    live = live_station(settings=StationSettings(heartbeat_seconds=0))
    assert record.record_boot(live, BOOT, START, INTERVALS).interval_seconds == 0


def test_a_station_that_asks_again_and_again_is_written_once() -> None:
    live = live_station(registration=Registration.PENDING)
    assert record.record_boot(live, BOOT, START, INTERVALS).write
    assert record.record_boot(live, BOOT, START, INTERVALS).write is None
    newer = msgspec.structs.replace(BOOT, firmware="1.1")
    assert record.record_boot(live, newer, START, INTERVALS).write


def test_each_boot_of_an_accepted_station_is_history() -> None:
    live = live_station()
    assert record.record_boot(live, BOOT, START, INTERVALS).write
    assert record.record_boot(live, BOOT, START, INTERVALS).write


def test_texts_of_a_boot_are_cut_and_empty_ones_are_none() -> None:
    live = live_station()
    long = BootReported(vendor="v" * 900, model="m", serial="1" * 34, imsi="", iccid="")
    record.record_boot(live, long, START, INTERVALS)
    assert (len(live.life.vendor or ""), live.life.serial, live.life.imsi) == (255, "1" * 34, None)


@pytest.mark.ocpp("B02.FR.09")
@pytest.mark.ocpp("B01.FR.10")
def test_a_pending_station_is_not_heard_after_its_boot_was_answered() -> None:
    live = live_station(registration=Registration.PENDING)
    assert live.may_speak("StatusNotification", 1_000)
    record.record_boot(live, BOOT, START, INTERVALS)
    assert not live.may_speak("StatusNotification", 1_000)


@pytest.mark.ocpp("B02.FR.09")
def test_what_our_own_command_causes_is_heard_for_a_while() -> None:
    live = live_station(registration=Registration.PENDING)
    record.record_boot(live, BOOT, START, INTERVALS)
    live.expect("NotifyReport", until=1_060)
    live.close_link()
    live.open_link(link("another"), START, 1_000.0)
    assert live.may_speak("NotifyReport", 1_059)
    assert not live.may_speak("NotifyReport", 1_061)
    assert not live.may_speak("StatusNotification", 1_001)


def test_an_admitted_station_is_heard_without_any_boot() -> None:
    live = live_station(registration=Registration.PENDING)
    record.record_boot(live, BOOT, START, INTERVALS)
    accepted = msgspec.structs.replace(live.station, registration=Registration.ACCEPTED)
    live.configure(accepted)
    assert live.may_speak("StatusNotification", 1_000)


def test_a_first_status_is_stored_with_its_line() -> None:
    recorded = status(live_station(), "Available")
    assert tables(recorded.write) == ["connectors", "timeline"]
    assert lines(recorded.write) == [("status", "available")]
    assert recorded.write
    assert recorded.write.facts == ()


def test_a_repeated_status_gives_nothing_to_write() -> None:
    live = live_station()
    status(live, "Available")
    assert status(live, "Available") == record.Recorded()


def test_a_fault_is_a_line_and_a_fact_and_so_is_its_end() -> None:
    live = live_station()
    status(live, "Charging")
    raised = status(live, "Faulted", error_code="OtherError", vendor_error_code="E7")
    assert lines(raised.write) == [("fault", "OtherError"), ("status", "faulted")]
    cleared = status(live, "Available")
    assert lines(cleared.write) == [("fault_cleared", "OtherError"), ("status", "available")]
    assert cleared.write
    assert [fact.kind for fact in cleared.write.facts] == ["FaultCleared", "ConnectorFreed"]
    fact = msgspec.json.decode(cleared.write.facts[0].payload, type=events.FaultCleared)
    assert (fact.station, fact.ref, fact.vendor_error_code) == (live.key, PLUG, "E7")
    assert cleared.freed == PLUG


def test_a_problem_told_by_an_event_is_a_line_and_a_fact() -> None:
    live = live_station()
    status(live, "Available", error_code=None)
    problem = FaultReported(
        ref=PLUG, error_code="ConnectorPlugRetentionLock", cleared=False, at=START, tech_code="T1"
    )
    raised = record.record_fault(live, problem, START)
    assert lines(raised.write) == [("fault", "ConnectorPlugRetentionLock")]
    assert raised.write
    fact = msgspec.json.decode(raised.write.facts[0].payload, type=events.FaultRaised)
    assert (fact.error_code, fact.tech_code) == ("ConnectorPlugRetentionLock", "T1")
    assert record.record_fault(live, problem, START).write is None
    over = msgspec.structs.replace(problem, cleared=True)
    cleared = record.record_fault(live, over, START)
    assert lines(cleared.write) == [("fault_cleared", "ConnectorPlugRetentionLock")]


def test_a_replayed_status_is_history_and_not_the_present() -> None:
    live = live_station()
    status(live, "Available")
    old = StatusReported(ref=PLUG, status="Charging", at=START - timedelta(hours=3))
    recorded = record.record_status(live, old, START + timedelta(seconds=5))
    assert tables(recorded.write) == ["timeline"]
    assert live.connectors[PLUG].wire_status == "Available"


def test_a_connector_that_cannot_be_is_not_kept() -> None:
    live = live_station()
    report = StatusReported(ref=ConnectorRef(10**9, 1), status="Available", at=START)
    assert record.record_status(live, report, START).write is None
    assert live.connectors == {}


def test_the_clock_is_measured_by_what_is_sent_as_it_happens() -> None:
    live = live_station()
    ahead = StatusReported(ref=PLUG, status="Available", at=START + timedelta(seconds=90))
    record.record_status(live, ahead, START)
    assert live.clock_skew_ms == 90_000
    live.note_boot()
    assert live.clock_skew_ms is None
