"""Words with readings: told like any other, or, where their message is long, in steps."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias

from laddnav.gateway.answers.telling import Respond, tell, tell_judged
from laddnav.gateway.dispatch import Answer, Desk
from laddnav.gateway.line.pace import LONG
from laddnav.kernel.steps import Steps
from laddnav.metering.model import Reading, Sample
from laddnav.sessions.model import Word

_MOST_SAMPLES: Final = 1000
"""Of a reading; no meter has a tenth of it. What is beyond is another reading of that instant."""

_AT_A_STRETCH: Final = 1000
Make: TypeAlias = Callable[[tuple[Reading, ...]], Word]
"""Makes the word of its readings."""
Translate: TypeAlias = Callable[[Any], Sample]
"""Translates one sampled value of its version."""


class MeterValue(Protocol):
    """A meter value of whichever version; a time that could not be used is that of no clock."""

    @property
    def timestamp(self) -> datetime:
        """When it was taken."""
        ...

    @property
    def sampled_value(self) -> Sequence[Any]:
        """What was measured."""
        ...


def tell_metered(
    desk: Desk,
    make: Make,
    values: Sequence[MeterValue],
    sample: Translate,
    respond: Respond,
) -> Answer | Awaitable[Answer]:
    """Let the sessions' room take a word with readings, as `tell` does.

    Args:
        desk: The message's.
        make: Makes the word.
        values: What its readings are made of.
        sample: Translates one sampled value.
        respond: Makes the answer of the outcome.
    """
    if len(desk.raw) > LONG:
        return _tell_in_steps(desk, make, _in_steps(values, sample), respond)
    readings = [
        Reading(at=value.timestamp, samples=(*map(sample, value.sampled_value),))
        for value in values
    ]
    return tell(desk, make(tuple(readings)), respond)


def _in_steps(values: Iterable[MeterValue], sample: Translate) -> Steps[tuple[Reading, ...]]:
    readings: list[Reading] = []
    weight = 0
    for value in values:
        for some in _parts(value.sampled_value):
            readings.append(Reading(at=value.timestamp, samples=(*map(sample, some),)))
            weight += 1 + len(some)
            if weight >= _AT_A_STRETCH:
                weight = 0
                yield
    return tuple(readings)


def _parts(sent: Sequence[Any]) -> Iterable[Sequence[Any]]:
    if len(sent) <= _MOST_SAMPLES:
        return (sent,)
    return [sent[place : place + _MOST_SAMPLES] for place in range(0, len(sent), _MOST_SAMPLES)]


async def _tell_in_steps(
    desk: Desk, make: Make, steps: Steps[tuple[Reading, ...]], respond: Respond
) -> Answer:
    """Tell a word, whether it needs judging or not."""
    word = make(await desk.pace.unhurried(steps))
    await desk.pace.rest()
    return await tell_judged(desk, word, respond)
