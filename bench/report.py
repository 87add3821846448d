"""What is printed: tables in plain text."""

from collections.abc import Sequence

from bench.figures import Figures, Fleet, Machine, Scale, Target, journal_share, targets

QUIET_LOAD = 0.5
_IN_MEMORY = ("tmpfs", "ramfs")


def text(figures: Figures) -> str:
    """Return the figures as plain text."""
    parts = [_machine(figures.machine)]
    if figures.contenders:
        parts.append(_contenders(figures))
    if figures.fleet:
        parts.append(_fleet(figures.fleet))
    if figures.scale:
        parts.append(_scale(figures.scale))
    promises = targets(figures)
    if promises:
        parts.append(_targets(promises))
    return "\n\n".join(parts) + "\n"


def _machine(machine: Machine) -> str:
    lines = [
        f"{machine.cores} cores, {machine.python}, {machine.system}, {machine.disk}",
        ", ".join(f"{name} {version}" for name, version in machine.versions.items()),
    ]
    if machine.load > QUIET_LOAD:
        lines.append(
            f"Other programs were using this machine (load {machine.load:.1f}): "
            "times are too long, and ratios less sure."
        )
    if machine.disk in _IN_MEMORY:
        lines.append(
            f"The databases are on {machine.disk}, where a commit is nothing: "
            "set TMPDIR to a folder on a disk."
        )
    return "\n".join(lines)


def _contenders(figures: Figures) -> str:
    head = ("", "us/message", "of it database", "messages/s", "p50 ms", "p99 ms")
    rows = [
        (
            one.name,
            f"{one.cpu_us:.1f}",
            f"{one.database_us:.1f}" if one.database_us else "",
            f"{one.per_second:,.0f}",
            f"{one.p50_ms:.1f}",
            f"{one.p99_ms:.1f}",
        )
        for one in figures.contenders
    ]
    share = journal_share(figures)
    journal = "" if share is None else f"\nThe journal's share: {share:.0%}"
    return f"CPU per message, answered after its commit\n{_columns([head, *rows])}{journal}"


def _fleet(fleet: Fleet) -> str:
    head = ("", "wall s", "connect+boot p50 ms", "p99 ms", "server us/station")
    rows = [
        (
            name,
            f"{storm.wall_s:.1f}",
            f"{storm.p50_ms:.0f}",
            f"{storm.p99_ms:.0f}",
            f"{cpu_us:.0f}",
        )
        for name, storm, cpu_us in (
            ("server just started", fleet.cold, fleet.cold_cpu_us),
            ("again, after all were cut off", fleet.warm, fleet.warm_cpu_us),
        )
    ]
    return (
        f"{fleet.cold.stations:,} stations connect, authenticate and boot\n"
        f"{_columns([head, *rows])}\n"
        f"Memory per idle connection: {fleet.kilobytes:.1f} KB"
    )


def _scale(scale: Scale) -> str:
    rows = [
        ("CPU, us", "without", "with"),
        (
            f"a message, {scale.rows:,} meter rows stored",
            f"{scale.empty_us:.1f}",
            f"{scale.full_us:.1f}",
        ),
        (
            f"a heartbeat, {scale.idle:,} idle stations",
            f"{scale.alone_us:.1f}",
            f"{scale.together_us:.1f}",
        ),
    ]
    return _columns(rows)


def _targets(promises: Sequence[Target]) -> str:
    rows = [("Target", "measured", "promised", "")]
    rows += [
        (
            one.what,
            f"{one.measured:.3g} {one.unit}",
            f"{one.way} {one.limit:g} {one.unit}",
            "reached" if one.reached else "MISSED",
        )
        for one in promises
    ]
    return _columns(rows)


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows under each other, the first column to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
