"""How long the command line takes to say what it can do."""

import subprocess
import time
from statistics import median

from bench.contenders import LADDNAV
from bench.processes import ROOT


def measure(runs: int = 5) -> float:
    """Return the median wall time of `laddnav --help` in seconds."""
    return median(_once() for _ in range(runs))


def _once() -> float:
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - it runs our own program with arguments of our own
        [LADDNAV, "--help"], check=True, capture_output=True, cwd=ROOT, timeout=60
    )
    return time.perf_counter() - started
