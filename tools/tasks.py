"""The commands behind ./dev: each is a list of programs to run, in order, from the repository."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON_TREES = ("src", "tests", "tools", "bench")


def main(arguments: Sequence[str]) -> int:
    """Run the task named first with the arguments after it; return its exit status."""
    name, *rest = arguments
    return TASKS[name](rest)


def run(*command: str) -> int:
    """Run one program from the repository's root; return its exit status."""
    sys.stderr.write(f"dev: {' '.join(Path(part).name for part in command[:4])}\n")
    sys.stderr.flush()
    return subprocess.run(command, check=False, cwd=ROOT).returncode  # noqa: S603 - it runs commands that this file spells out, nothing from outside


def module(*command: str) -> int:
    """Run a Python module of this environment."""
    return run(sys.executable, "-m", *command)


def test(arguments: Sequence[str]) -> int:
    """Run all tests, a file at a time on each core (four at most), or those that are named."""
    if any(not argument.startswith("-") for argument in arguments):
        return module("pytest", *arguments)
    everywhere = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")
    return module("pytest", *everywhere, *(arguments or ["-q"]))


def check(_: Sequence[str]) -> int:
    """Run every check, all of them even when one fails."""
    results = [
        run(str(BIN / "ruff"), "check", *PYTHON_TREES),
        run(str(BIN / "ruff"), "format", "--check", *PYTHON_TREES),
        run(str(BIN / "mypy"), "-p", "laddnav", "-p", "tools", "-p", "bench", "-p", "tests"),
        run(str(BIN / "lint-imports"), "--no-cache"),
        module("tools.codegen", "--check"),
        module("tools.docs", "--check"),
        module("pytest", "-q", "tests/test_house.py"),
    ]
    return max(results)


def fmt(_: Sequence[str]) -> int:
    """Format, and mend what the linter can mend."""
    ruff = str(BIN / "ruff")
    return max(run(ruff, "check", "--fix", *PYTHON_TREES), run(ruff, "format", *PYTHON_TREES))


def lock(arguments: Sequence[str]) -> int:
    """Renew requirements/*.txt; `--upgrade` takes the newest versions that fit."""
    compile_ = [
        os.environ["UV"], "pip", "compile", "--quiet", "--universal", "--generate-hashes",
        "--no-annotate", "--no-header", "--python-version", "3.11", "pyproject.toml",
        "--extra", "nats", "--group", "build", *arguments,
    ]  # fmt: skip
    return max(
        run(*compile_, "-o", "requirements/run.txt"),
        run(*compile_, "--group", "dev", "-o", "requirements/dev.txt"),
    )


TASKS: dict[str, Callable[[Sequence[str]], int]] = {
    "test": test,
    "check": check,
    "fmt": fmt,
    "lock": lock,
    "codegen": lambda arguments: module("tools.codegen", *arguments),
    "migration": lambda arguments: module("tools.migration", *arguments),
    "bench": lambda arguments: module("bench", *arguments),
    "soak": lambda arguments: module("bench.soak", *arguments),
    "docs": lambda arguments: module("tools.docs", *arguments),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
