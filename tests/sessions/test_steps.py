"""Words with many readings are recorded in steps, between which others have their turn."""

import asyncio
from datetime import timedelta

from laddnav.kernel.steps import Steps, at_once
from laddnav.metering.model import Reading
from laddnav.sessions.live.outcome import Outcome
from laddnav.sessions.live.recording import stretches
from laddnav.sessions.model import Word
from tests.sessions.desk import Desk
from tests.sessions.words import HERE, NOON, STATION, at, event, reading, start, stop

MANY = tuple(reading(NOON + timedelta(seconds=second), 1000 + second) for second in range(1, 2001))


async def steps_of(desk: Desk, word: Word) -> Steps[Outcome | None]:
    """Judge a word and return its recording, of which nothing is done yet."""
    judged = await desk.sessions.judge(STATION, word, now=at(60))
    return desk.sessions.recording(STATION, word, judged, received_at=at(60))


def test_readings_are_parted_and_none_is_lost() -> None:
    parts = [list(part) for part in stretches(MANY)]
    assert len(parts) == 8
    assert [one for part in parts for one in part] == list(MANY)
    fat = [Reading(at=NOON, samples=MANY[0].samples * 600)] * 6
    assert [len(part) for part in stretches(fat)] == [1] * 6
    assert list(stretches(())) == [()]


async def test_a_long_word_takes_several_steps_and_then_is_as_any(desk: Desk) -> None:
    began = await desk.tell(start(), NOON)
    word = stop(began.transaction_id or 0, at(50), 3000, readings=MANY)
    recording = await steps_of(desk, word)
    taken = 0
    outcome: Outcome | None = None
    while outcome is None:
        try:
            next(recording)
            taken += 1
        except StopIteration as end:
            outcome = end.value
    assert taken >= 7
    await desk.database.commit(outcome.write)
    session = await desk.one()
    assert session.energy_wh == 2000
    assert session.ended_at == at(50)
    repeat = await desk.tell(word, at(61))
    assert repeat.duplicate


async def test_what_is_forgotten_between_steps_is_judged_and_recorded_anew(desk: Desk) -> None:
    began = await desk.tell(start(), NOON)
    word = stop(began.transaction_id or 0, at(50), 3000, readings=MANY)
    recording = await steps_of(desk, word)
    next(recording)
    await desk.connect(STATION)
    assert at_once(recording) is None
    outcome = at_once(await steps_of(desk, word))
    assert outcome is not None
    await desk.database.commit(outcome.write)
    assert (await desk.one()).energy_wh == 2000


async def test_what_is_broken_off_leaves_nothing_in_memory(desk: Desk) -> None:
    began = await desk.tell(start(), NOON)
    recording = await steps_of(desk, stop(began.transaction_id or 0, at(50), 3000, readings=MANY))
    for _ in range(3):
        next(recording)
    recording.close()
    late = stop(began.transaction_id or 0, at(20), 1500)
    assert desk.sessions.needs_judging(STATION, late)
    await desk.tell(late, at(61))
    session = await desk.one()
    assert session.energy_wh == 500
    assert session.ended_at == at(20)


async def test_nothing_is_closed_by_evidence_between_steps(desk: Desk) -> None:
    await desk.tell(event("Started", 0, NOON, connector=HERE, register=1000), NOON)
    freed = desk.sessions.connector_freed(STATION, HERE, at(1), received_at=at(1))
    assert freed is not None
    await desk.database.commit(freed)
    recording = await steps_of(desk, event("Updated", 1, at(50), readings=MANY))
    next(recording)
    desk.clock.time = at(60)
    assert await desk.sessions.close_orphans() == 0
    outcome = at_once(recording)
    assert outcome is not None
    await desk.database.commit(outcome.write)
    assert (await desk.one()).ended_at is None
    assert await desk.sessions.close_orphans() == 0  # it has shown itself since


async def test_a_word_waits_for_a_session_that_is_being_closed(desk: Desk) -> None:
    """What is closed needs all its readings, because some came late."""
    await desk.tell(event("Started", 0, NOON, connector=HERE, register=1000), NOON)
    for seq_no, readings in enumerate((MANY, MANY[:5]), 1):
        await desk.tell(event("Updated", seq_no, at(34), readings=readings), at(34))
    freed = desk.sessions.connector_freed(STATION, HERE, at(35), received_at=at(35))
    assert freed is not None
    await desk.database.commit(freed)
    desk.clock.time = at(60)
    station = desk.sessions._stations[STATION]  # noqa: SLF001 - nothing else shows that it is busy
    seen: list[bool] = []
    told = event("Updated", 3, at(59), register=4000)

    async def tell_meanwhile() -> None:
        while not station.is_busy:  # noqa: ASYNC110 - it has no event, and is not busy for long
            await asyncio.sleep(0)
        seen.append(desk.sessions.needs_judging(STATION, told))
        await desk.tell(told, at(60))

    meanwhile = asyncio.ensure_future(tell_meanwhile())
    assert await desk.sessions.close_orphans() == 1
    await meanwhile
    assert seen == [True]
    session = await desk.one()
    assert session.energy_wh == 3000
    assert session.ended_at is None
