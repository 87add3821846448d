"""Processes: started, asked for their CPU time and memory, and always stopped, by their ids."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO, TypeVar

import msgspec
import psutil  # type: ignore[import-untyped]  # published without type information

from bench.figures import Batch, Storm

_Answer = TypeVar("_Answer")

ROOT = Path(__file__).resolve().parent.parent
_GRACE_SECONDS = 20
_SETTLE_SECONDS = 20
_SETTLED = 0.03  # of one core


class BenchError(Exception):
    """A benchmark could not be run; the text says why, and what to do where something can be."""


class Child:
    """A program with a log; its standard output is read line by line."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - it runs the benchmarks' own programs, nothing from outside
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=ROOT,
                env=environment,
            )
        self.pid = self._process.pid

    def tell(self, line: str) -> None:
        """Write one line to its standard input."""
        stdin = _there(self._process.stdin)
        with suppress(BrokenPipeError):  # what it died of comes when the answer is read
            stdin.write(line + "\n")
            stdin.flush()

    def line(self, seconds: float) -> str:
        """Return the next line it writes.

        Raises:
            BenchError: It ends, or says nothing for so long.
        """
        stdout = _there(self._process.stdout)
        with DefaultSelector() as selector:
            selector.register(stdout, EVENT_READ)
            ready = selector.select(seconds)
        text = stdout.readline() if ready else ""
        if not text:
            ended = "has ended" if ready else f"says nothing for {seconds:g} s"
            message = f"{self._name()} {ended}: {self._tail()}"
            raise BenchError(message)
        return text

    def stop(self) -> None:
        """End it: by SIGTERM, and after a while by force."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.communicate(timeout=_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _name(self) -> str:
        return " ".join(Path(word).name for word in self._command[:3])

    def _tail(self) -> str:
        text = self._log.read_text(encoding="utf-8", errors="replace").strip()
        return text[-2000:] or "nothing in its log"


def _there(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101 - for mypy: every child is started with pipes
    return stream


@contextmanager
def running(child: Child) -> Iterator[Child]:
    """Stop the child when the block is left, however it is left."""
    try:
        yield child
    finally:
        child.stop()


class Load:
    """The load generator's process."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def connect(self) -> Storm:
        """Let every station connect and boot."""
        return self._ask("connect", Storm, seconds=180)

    def begin(self) -> None:
        """Let every station start a transaction."""
        self._ask("begin", dict[str, str])

    def messages(self, count: int) -> Batch:
        """Let the stations send the mix."""
        return self._ask(f"messages {count}", Batch, seconds=600)

    def heartbeats(self, count: int, stations: int) -> Batch:
        """Let the first so many stations send heartbeats, while the others say nothing."""
        return self._ask(f"heartbeats {count} {stations}", Batch, seconds=600)

    def drop(self) -> None:
        """Let every station go away without a word."""
        self._ask("drop", dict[str, str])

    def _ask(self, command: str, answer: type[_Answer], *, seconds: float = 60) -> _Answer:
        self._child.tell(command)
        return msgspec.json.decode(self._child.line(seconds), type=answer)


@contextmanager
def load(url: str, stations: int, folder: Path, *, in_flight: int = 500) -> Iterator[Load]:
    """Run a load generator for `stations` stations against the server at `url`."""
    command = [
        sys.executable, "-m", "bench.load", "--url", url, "--stations", str(stations),
        "--in-flight", str(in_flight), "--sources", str(_sources(stations)),
    ]  # fmt: skip
    with running(Child(command, folder / "load.log")) as child:
        yield Load(child)


def _sources(stations: int) -> int:
    """Return from how many loopback addresses to connect so that ports suffice, twice over."""
    ports = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not ports.exists():  # other systems have but one loopback address
        return 1
    first, last = map(int, ports.read_text(encoding="ascii").split())
    return -(-stations * 3 // (last - first + 1))


def allow_connections(count: int) -> None:
    """Raise the limit of open files as far as `count` connections need.

    Raises:
        BenchError: The hard limit forbids it.
    """
    needed = count + 500  # files, listeners, both engines' connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            message = (
                f"{count} connections need {needed} open files in one process, but the hard limit "
                f"is {hard}: raise it (ulimit -Hn, limits.conf) or give fewer with --stations"
            )
            raise BenchError(message)
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the user and system time of these processes and all their descendants so far.

    Descendants that have ended are counted by whoever waited for them.
    """
    total = 0.0
    for process in _trees(pids):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def resident_bytes(pids: Sequence[int]) -> int:
    """Return the resident memory of these processes and all their descendants."""
    total = 0
    for process in _trees(pids):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total


def open_files(pid: int) -> int:
    """Return how many files and connections a process has open."""
    return int(psutil.Process(pid).num_fds())


def _trees(pids: Sequence[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        root = psutil.Process(pid)
        yield root
        yield from root.children(recursive=True)


def settle(pids: Sequence[int], *, quiet_seconds: float = 0.5) -> float:
    """Wait until the processes have nothing left to do, but not for ever; return their CPU time.

    What is put off (the journal, checkpoints, vacuum) is thereby paid for by who caused it.

    Args:
        pids: The processes.
        quiet_seconds: How long they must have done nothing; chores come round every few seconds.
    """
    now = time.monotonic()
    deadline, quiet_since = now + _SETTLE_SECONDS, now
    before = cpu_seconds(pids)
    while now < deadline:
        time.sleep(0.5)
        now, after = time.monotonic(), cpu_seconds(pids)
        if after - before >= _SETTLED * 0.5:
            quiet_since = now
        elif now - quiet_since >= quiet_seconds:
            return after
        before = after
    return before
