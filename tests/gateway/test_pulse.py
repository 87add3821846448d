"""Pings, and when a link is believed dead; the clock is a number here."""

import asyncio
from typing import cast

import pytest

from laddnav.gateway.line.pulse import LEAST_IDLE_SECONDS, PONG_SECONDS, Pulse, Ward
from laddnav.gateway.line.wire import End, Wire
from tests.waiting import until


class StubWire:
    """Notes what is done to it."""

    def __init__(self) -> None:
        self.pongs = False
        self.pinged = 0
        self.end: End | None = None

    def ping(self) -> None:
        self.pinged += 1

    def abort(self, end: End) -> None:
        self.end = end


def pulse_of(wire: StubWire, ping_seconds: float) -> Pulse:
    return Pulse(cast("Wire", wire), ping_seconds, 0.0)


def feel_until(pulse: Pulse, wire: StubWire, end: float) -> float:
    """Feel a pulse whenever it is due; return when the link was ended, or `end`."""
    while pulse.due <= end and wire.end is None:
        now = pulse.due
        pulse.feel(now)
        if wire.end is not None:
            return now
    return end


@pytest.mark.ocpp("G02.FR.04")
def test_a_station_that_speaks_is_not_pinged() -> None:
    wire = StubWire()
    pulse = pulse_of(wire, 60)
    for now in range(0, 600, 50):
        pulse.heard(now)
        if pulse.due <= now:
            pulse.feel(now)
    assert wire.pinged == 0


def test_a_silent_station_that_answered_pings_before_is_given_up_soon() -> None:
    wire = StubWire()
    pulse = pulse_of(wire, 60)
    wire.pongs = True
    assert feel_until(pulse, wire, 10_000) == 60 + PONG_SECONDS
    assert wire.end is End.SILENT
    assert wire.pinged == 1


def test_an_answer_to_a_ping_keeps_the_link() -> None:
    wire = StubWire()
    pulse = pulse_of(wire, 60)
    wire.pongs = True
    for _ in range(100):
        before = wire.pinged
        now = pulse.due
        pulse.feel(now)
        if wire.pinged > before:
            pulse.heard(now + 1)
    assert wire.end is None


@pytest.mark.parametrize("heartbeat", [10, 300, 3600, 86_400])
@pytest.mark.parametrize("ping_seconds", [0, 60])
def test_a_station_that_never_answers_pings_has_more_than_two_heartbeats(
    heartbeat: float, ping_seconds: float
) -> None:
    wire = StubWire()
    pulse = pulse_of(wire, ping_seconds)
    pulse.promise(heartbeat)
    ended = feel_until(pulse, wire, 1_000_000)
    assert wire.end is End.SILENT
    assert max(2 * heartbeat, LEAST_IDLE_SECONDS) <= ended <= max(3 * heartbeat, 1_000)
    assert bool(wire.pinged) is bool(ping_seconds)


def test_a_station_that_was_given_no_heartbeat_interval_has_two_days() -> None:
    wire = StubWire()
    assert feel_until(pulse_of(wire, 60), wire, 1_000_000) >= 2 * 86_400


def test_the_longest_interval_that_was_given_counts() -> None:
    wire = StubWire()
    pulse = pulse_of(wire, 60)
    pulse.promise(3600)
    pulse.promise(60)
    assert feel_until(pulse, wire, 1_000_000) >= 7200


async def test_a_sign_of_life_is_waited_for() -> None:
    wire = StubWire()
    pulse = pulse_of(wire, 60)
    assert not await pulse.shows_life(0.01)
    asking = asyncio.create_task(pulse.shows_life(5))
    await asyncio.sleep(0)
    pulse.heard(1.0)
    assert await asking
    assert wire.pinged == 2
    assert not await pulse_of(wire, 0).shows_life(5)
    assert wire.pinged == 2


async def test_one_sign_of_life_is_enough_for_all_who_wait_for_it() -> None:
    wire = StubWire()
    pulse = pulse_of(wire, 60)
    impatient = asyncio.create_task(pulse.shows_life(0.01))
    asking = [asyncio.create_task(pulse.shows_life(5)) for _ in range(3)]
    assert not await impatient
    pulse.heard(1.0)
    assert await asyncio.gather(*asking) == [True, True, True]


async def test_a_ward_feels_the_pulses_that_are_due_and_rests_without_any() -> None:
    wire, ward = StubWire(), Ward()
    pulse = Pulse(cast("Wire", wire), 60, asyncio.get_running_loop().time() - 61)
    ward.admit(pulse)
    await until(lambda: wire.pinged)
    ward.discharge(pulse)
    ward.discharge(pulse)
