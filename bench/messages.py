"""CPU per durable message: each contender under the same mix, on the same machine, in turn."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from bench.contenders import CONTENDERS, Opening
from bench.figures import PEER, Contender, Round, summary
from bench.processes import cpu_seconds, load, settle
from bench.profile import recording

_PEER_PART = 5
"""The peer gets a fifth of the messages: what is compared is CPU per message, and it takes long."""


def measure(
    names: Sequence[str], *, stations: int, messages: int, rounds: int
) -> tuple[Contender, ...]:
    """Return each contender's figures; the rounds alternate so that all meet all weather."""
    found: dict[str, list[Round]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            count = messages // _PEER_PART if name == PEER else messages
            one = measure_once(CONTENDERS[name], stations=stations, messages=count)
            found[name].append(one)
            sys.stderr.write(f"bench: round {number + 1}, {name}: {one.cpu_us:.1f} us a message\n")
    return tuple(summary(name, found[name]) for name in names)


def measure_once(
    opening: Opening, *, stations: int, messages: int, profile: Path | None = None
) -> Round:
    """Return what `messages` cost a fresh server whose stations all charge.

    A tenth of them is sent before, so that what happens only once has happened. With `profile`,
    the server's stacks are written there, and the figures suffer.
    """
    with opening(stations) as server, load(server.url, stations, server.folder) as generator:
        generator.connect()
        generator.begin()
        generator.messages(max(messages // 10, stations))
        settle(server.pids)
        before, before_database = cpu_seconds(server.pids), cpu_seconds(server.database_pids)
        with recording(server.pid, profile) if profile else nullcontext():
            batch = generator.messages(messages)
        settle(server.pids)
        return Round(
            batch=batch,
            cpu_s=cpu_seconds(server.pids) - before,
            database_cpu_s=cpu_seconds(server.database_pids) - before_database,
        )
