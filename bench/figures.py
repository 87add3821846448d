"""What is measured, its arithmetic and its targets."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct


class Batch(Struct, frozen=True, kw_only=True):
    """Messages in a closed loop, as the stations saw them."""

    messages: int
    wall_s: float
    p50_ms: float
    p99_ms: float


class Storm(Struct, frozen=True, kw_only=True):
    """Stations that connected and booted; the times are of one station's connect and boot."""

    stations: int
    wall_s: float
    p50_ms: float
    p99_ms: float


class Round(Struct, frozen=True, kw_only=True):
    """One measurement of a contender.

    Attributes:
        cpu_s: User and system time of all its processes, the database's included.
        database_cpu_s: That of the database's processes alone; 0 where there are none.
    """

    batch: Batch
    cpu_s: float
    database_cpu_s: float = 0.0

    @property
    def cpu_us(self) -> float:
        """CPU time per message, in microseconds."""
        return self.cpu_s / self.batch.messages * 1e6

    @property
    def database_us(self) -> float:
        """Of it that of the database's processes."""
        return self.database_cpu_s / self.batch.messages * 1e6

    @property
    def per_second(self) -> float:
        """Messages per second, with the load generator on the same machine."""
        return self.batch.messages / self.batch.wall_s


class Contender(Struct, frozen=True, kw_only=True):
    """A contender's figures: those of its round that other programs disturbed least."""

    name: str
    rounds: int
    messages: int
    cpu_us: float
    database_us: float
    per_second: float
    p50_ms: float
    p99_ms: float


class Target(Struct, frozen=True, kw_only=True):
    """What has been promised of a figure."""

    what: str
    unit: str
    limit: float
    way: Literal["at least", "at most"]
    measured: float

    @property
    def reached(self) -> bool:
        """Whether the promise is kept."""
        if self.way == "at least":
            return self.measured >= self.limit
        return self.measured <= self.limit


class Machine(Struct, frozen=True, kw_only=True):
    """Where it was measured.

    Attributes:
        load: How many programs wanted to run in the minute before the measurement.
    """

    cores: int
    load: float
    python: str
    system: str
    disk: str
    versions: Mapping[str, str]


class Fleet(Struct, frozen=True, kw_only=True):
    """Many connections at once.

    Attributes:
        cold: Every station connects to a server that has just started.
        warm: Every station connects again after all have gone away without a word.
        cold_cpu_us: The server's CPU time per station in it; likewise `warm_cpu_us`.
        kilobytes: Resident memory per idle connection, after the boot (1 KB is 1,024 bytes).
    """

    cold: Storm
    warm: Storm
    cold_cpu_us: float
    warm_cpu_us: float
    kilobytes: float


class Scale(Struct, frozen=True, kw_only=True):
    """CPU per message of the same server with little and with much around it, in microseconds.

    Attributes:
        rows: Meter readings stored in the full database.
        idle: Stations that are connected and say nothing.
        empty_us: Of a message of the mix, nothing stored before; `full_us`: `rows` stored.
        alone_us: Of a Heartbeat, nobody else connected; `together_us`: with `idle` stations.
    """

    rows: int
    idle: int
    empty_us: float
    full_us: float
    alone_us: float
    together_us: float


class Figures(Struct, frozen=True, kw_only=True):
    """Everything that one run of the benchmarks has measured; None: not in this run.

    Attributes:
        stations: How many sent the messages of the contenders.
    """

    machine: Machine
    stations: int
    contenders: tuple[Contender, ...] = ()
    fleet: Fleet | None = None
    scale: Scale | None = None
    help_s: float | None = None


LADDNAV_SQLITE = "Laddnav on SQLite"
LADDNAV_NO_JOURNAL = "Laddnav on SQLite, journal off"
LADDNAV_POSTGRESQL = "Laddnav on PostgreSQL"
PEER = "ocpp, websockets, SQLAlchemy on SQLite"


def percentile(values: Sequence[float], rank: float) -> float:
    """Return the smallest value that at least `rank` per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * rank / 100), 1) - 1]


def summary(name: str, rounds: Sequence[Round]) -> Contender:
    """Return a contender's figures: of the round that cost it least.

    What else runs on a machine can only add to what a message costs.
    """
    best = min(rounds, key=lambda one: one.cpu_us)
    return Contender(
        name=name,
        rounds=len(rounds),
        messages=best.batch.messages,
        cpu_us=best.cpu_us,
        database_us=best.database_us,
        per_second=best.per_second,
        p50_ms=best.batch.p50_ms,
        p99_ms=best.batch.p99_ms,
    )


def ratio(figures: Figures) -> float | None:
    """Return how many times more CPU a durable message costs the peer; None: not measured."""
    cpu = {one.name: one.cpu_us for one in figures.contenders}
    if PEER not in cpu or LADDNAV_SQLITE not in cpu:
        return None
    return cpu[PEER] / cpu[LADDNAV_SQLITE]


def journal_share(figures: Figures) -> float | None:
    """Return the journal's part of a message's CPU, 0 to 1; None: not measured."""
    cpu = {one.name: one.cpu_us for one in figures.contenders}
    if LADDNAV_SQLITE not in cpu or LADDNAV_NO_JOURNAL not in cpu:
        return None
    return max(1 - cpu[LADDNAV_NO_JOURNAL] / cpu[LADDNAV_SQLITE], 0.0)


def targets(figures: Figures) -> tuple[Target, ...]:
    """Return the promises that this run has something to say about."""
    cpu = {one.name: one.cpu_us for one in figures.contenders}
    fleet = figures.fleet
    scale = figures.scale
    stations = f"{fleet.cold.stations:,}" if fleet else ""
    promises = (
        ("CPU per durable message on SQLite, peer to Laddnav", "times", 15, ratio(figures)),
        ("CPU per message on PostgreSQL, its own included", "us", 80, cpu.get(LADDNAV_POSTGRESQL)),
        (f"Memory per connection, {stations} idle", "KB", 20, fleet.kilobytes if fleet else None),
        (
            f"{stations} authenticated connects and boots",
            "s",
            15,
            fleet.cold.wall_s if fleet else None,
        ),
        ("laddnav --help", "s", 0.3, figures.help_s),
        (
            f"CPU per message, {scale.rows:,} meter rows to none" if scale else "",
            "times as much",
            1.1,
            scale.full_us / scale.empty_us if scale else None,
        ),
        (
            f"CPU per heartbeat, {scale.idle:,} idle stations to none" if scale else "",
            "times as much",
            1.1,
            scale.together_us / scale.alone_us if scale else None,
        ),
    )
    return tuple(
        Target(
            what=what,
            unit=unit,
            limit=limit,
            way="at least" if unit == "times" else "at most",
            measured=measured,
        )
        for what, unit, limit, measured in promises
        if measured is not None
    )
