"""Where a server's time goes: stacks sampled from outside by py-spy, folded into shares."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from bench.processes import BenchError

_RATE = 500
_PY_SPY = Path(sys.executable).with_name("py-spy")


class Share(Struct, frozen=True, kw_only=True):
    """A function's part of all samples, 0 to 1: on top of the stack, and anywhere in it."""

    function: str
    own: float
    total: float


@contextmanager
def recording(pid: int, file: Path) -> Iterator[None]:
    """Write the process's stacks to `file` while the block runs: one stack and its count a line.

    Raises:
        BenchError: py-spy may not look at the process.
    """
    spy = subprocess.Popen(  # noqa: S603 - it runs py-spy of this environment, with nothing from outside
        [
            _PY_SPY, "record", "--pid", str(pid), "--rate", str(_RATE), "--format", "raw",
            "--function", "--output", file,
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield
    finally:
        spy.send_signal(signal.SIGINT)
        _, errors = spy.communicate(timeout=60)
    if not file.exists():
        message = f"py-spy wrote nothing (it needs to be root, or ptrace allowed): {errors[-500:]}"
        raise BenchError(message)


def shares(stacks: str) -> list[Share]:
    """Return the functions of folded stacks, those with most of their own first."""
    own: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        own[frames[-1]] += int(count)
        for function in set(frames):
            total[function] += int(count)
    samples = sum(own.values()) or 1
    return [
        Share(function=function, own=own[function] / samples, total=total[function] / samples)
        for function in sorted(total, key=lambda one: (-own[one], one))
    ]


def table(found: list[Share], rows: int = 30) -> str:
    """Return the functions with most of their own, then those with most when callees count."""
    lines = ["    own  function"]
    lines += [f"{one.own:7.1%}  {one.function}" for one in found[:rows]]
    lines.append("  total  function")
    heaviest = sorted(found, key=lambda one: -one.total)
    lines += [f"{one.total:7.1%}  {one.function}" for one in heaviest[:rows]]
    return "\n".join(lines) + "\n"
