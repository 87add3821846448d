"""docs/reference/performance.md, from one run's figures."""

from collections.abc import Iterable, Iterator

from bench.figures import LADDNAV_SQLITE, PEER, Contender, Figures, journal_share, targets
from bench.processes import ROOT
from bench.report import QUIET_LOAD

PATH = ROOT / "docs" / "reference" / "performance.md"

_INTRODUCTION = """\
# Performance

Written by `./dev bench all --report`, which measures everything anew: one run on {cores} cores with
{python}, the load generator on the same cores. Ratios hold from machine to machine to
about 20 %; absolute figures do not.
{busy}
"""
_BUSY = """\
Other programs were using the machine (load {load:.1f}): times are too long, and ratios less sure.
"""
_MESSAGES = """
## CPU per message

{stations} stations, WebSockets without TLS or compression, security profile 1. Each station sends
its next message when its last is answered: 60 % MeterValues of 757 bytes within a running
transaction, 20 % Heartbeat, 20 % StatusNotification with a new state each time. What must be kept
is committed before the answer goes out: SQLite in WAL mode with synchronous=FULL, PostgreSQL with
fsync and synchronous_commit. CPU is the user and system time of the server and of its database
server, with what they put off until after the last message. Laddnav on SQLite is 1.

The central system it is compared with, `bench/peer.py`, is built on the PyPI packages
{packages}.
It uses what makes them fast: SQLAlchemy Core with cached statements, uvloop, and schema validation
without a thread.

"""
_FLEET = """
## Many stations at once

{stations} registered stations connect over loopback, up to 500 at a time, authenticate and boot.
Then nothing is said, and memory is read: the growth of the server's resident memory since before
the first connection. Then all are cut off and come back.

"""
_SCALE = """
## What must not grow

On SQLite, a message of the mix costs {full:.3g} times as much CPU with {rows} meter readings
stored as with none, and a Heartbeat {together:.3g} times as much with {idle} idle stations
connected as with none.
"""
_PROFILE = """
## Where the time goes

`./dev bench messages --profile FILE` samples the server's stacks during the mix, writes them to
FILE in folded form and prints the functions with the largest shares. `--quick` makes any of these
commands fast and inexact; `./dev bench --help` lists the rest.

What holds a message's cost where it is, by py-spy with `--native`: about a third of the event
loop's time is system calls, most of it the `write` that every answer needs on its own socket, with
the receiver's share of it on loopback; a tenth is the hand-over of the interpreter's lock to the
threads that write. The rest is spread evenly from the frame to the answer: no function of ours
takes 2 %. Beside the loop, a fifth of the process's time goes into the transaction and its `fsync`,
and a tenth into the journal. On PostgreSQL its own server's time comes on top.

## In the long run

`./dev soak --minutes N` lets a fleet of all versions charge, fail, flap and storm, prints the
server's memory, open files and the lag of its loop over time, and looks up every transaction that
a station saw acknowledged: one that is missing or has another energy is lost, and the status is 1.
"""


def document(figures: Figures) -> str:
    """Return the page."""
    machine = figures.machine
    busy = _BUSY.format(load=machine.load) if machine.load > QUIET_LOAD else ""
    parts = [_INTRODUCTION.format(cores=machine.cores, python=machine.python, busy=busy)]
    parts += _table(("Target", "Promised", "Measured"), _targets(figures))
    if figures.contenders:
        packages = ", ".join(
            f"{name} {machine.versions[name]}" for name in ("ocpp", "websockets", "SQLAlchemy")
        )
        parts.append(_MESSAGES.format(stations=figures.stations, packages=packages))
        parts += _table(
            ("", "CPU per message", "of it the database's", "messages per second"),
            _contenders(figures.contenders),
        )
        share = journal_share(figures)
        if share is not None:
            parts.append(f"\nThe journal of all frames takes {share:.0%} of Laddnav's CPU.\n")
    if figures.fleet:
        parts.append(_FLEET.format(stations=f"{figures.fleet.cold.stations:,}"))
        parts += _table(("", "Wall time", "Server CPU per station"), _storms(figures))
        parts.append(f"\nMemory per idle connection: {figures.fleet.kilobytes:.1f} KB.\n")
    if figures.scale:
        scale = figures.scale
        parts.append(
            _SCALE.format(
                rows=f"{scale.rows:,}",
                idle=f"{scale.idle:,}",
                full=scale.full_us / scale.empty_us,
                together=scale.together_us / scale.alone_us,
            )
        )
    return "".join([*parts, _PROFILE])


def _targets(figures: Figures) -> Iterator[tuple[str, ...]]:
    for one in targets(figures):
        missed = "" if one.reached else " (missed)"
        measured = f"{one.measured:.3g} {one.unit}{missed}"
        yield one.what, f"{one.way} {one.limit:g} {one.unit}", measured


def _contenders(contenders: Iterable[Contender]) -> Iterator[tuple[str, ...]]:
    """Yield each contender's row, relative to Laddnav on SQLite."""
    by_name = {one.name: one for one in contenders}
    one_us = by_name[LADDNAV_SQLITE].cpu_us
    one_second = by_name[LADDNAV_SQLITE].per_second
    for one in by_name.values():
        database = f"{one.database_us / one.cpu_us:.0%}" if one.database_us else "in the process"
        name = f"**{one.name}**" if one.name == PEER else one.name
        yield name, f"{one.cpu_us / one_us:.3g}", database, f"{one.per_second / one_second:.2g}"


def _storms(figures: Figures) -> Iterator[tuple[str, ...]]:
    fleet = figures.fleet
    if fleet is not None:
        yield (
            "To a server just started",
            f"{fleet.cold.wall_s:.1f} s",
            f"{fleet.cold_cpu_us:.0f} us",
        )
        yield (
            "Again, after all were cut off",
            f"{fleet.warm.wall_s:.1f} s",
            f"{fleet.warm_cpu_us:.0f} us",
        )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(row)} |\n"
