"""The servers that are measured, each on a database of its own in a folder of its own."""

import csv
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from msgspec import Struct

from bench import mix
from bench.figures import LADDNAV_NO_JOURNAL, LADDNAV_POSTGRESQL, LADDNAV_SQLITE, PEER
from bench.postgres import DurablePostgres
from bench.processes import ROOT, BenchError, Child, running

LADDNAV = Path(sys.executable).with_name("laddnav")
_READY_SECONDS = 60
_ADDRESS = re.compile(r"wss?://[^\s,]+")
_WEB = re.compile(r"http://[^\s,]+")


class Guests(Struct, frozen=True, kw_only=True):
    """Whom a server shall know.

    Attributes:
        stations: Identity, password and security profile of each.
        tokens: Uid, type and status of each.
    """

    stations: Sequence[tuple[str, str, str]]
    tokens: Sequence[tuple[str, str, str]]


class Server(Struct, frozen=True, kw_only=True):
    """A server that is ready.

    Attributes:
        url: Where stations connect, without their identity.
        web: Where its API is; "" where it has none.
        pid: Its process.
        pids: That and the database's, descendants not named.
        folder: Where logs may be put; it goes away with the server.
        environment: In which its commands run.
    """

    url: str
    web: str = ""
    pid: int
    database_pids: tuple[int, ...]
    folder: Path
    environment: Mapping[str, str] = {}

    @property
    def pids(self) -> tuple[int, ...]:
        """Its process and its database's; their descendants belong to them."""
        return (self.pid, *self.database_pids)


Opening = Callable[[int], AbstractContextManager[Server]]


def _not_filled(_: str) -> None:
    """Leave the database as it is."""


@contextmanager
def temporary() -> Iterator[Path]:
    """Return a folder on the disk that TMPDIR names, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="laddnav-bench-") as name:
        yield Path(name)


@contextmanager
def peer(stations: int) -> Iterator[Server]:
    """Run the central system built on ocpp, websockets and SQLAlchemy."""
    with temporary() as folder:
        command = [
            sys.executable, "-m", "bench.peer", "--database", str(folder / "peer.db"),
            "--stations", str(stations),
        ]  # fmt: skip
        with running(Child(command, folder / "server.log")) as child:
            yield _ready(child, folder, ())


@contextmanager
def laddnav_on_sqlite(
    stations: int,
    *,
    environment: Mapping[str, str] | None = None,
    guests: Guests | None = None,
    filled: Callable[[str], None] = _not_filled,
) -> Iterator[Server]:
    """Run Laddnav on a file, with the stations and their tokens imported before.

    Args:
        stations: The first so many of the mix are known.
        environment: Settings beside the usual ones.
        guests: Are known instead, where they are given.
        filled: Is given the database's URL before the server starts.
    """
    with temporary() as folder:
        url = f"sqlite:///{folder / 'laddnav.db'}"
        known = guests or _of_the_mix(stations)
        with _laddnav(url, known, folder, environment or {}, filled=filled) as server:
            yield server


@contextmanager
def laddnav_without_journal(stations: int) -> Iterator[Server]:
    """Run Laddnav on a file without its journal."""
    with laddnav_on_sqlite(stations, environment={"LADDNAV_JOURNAL_DAYS": "0"}) as server:
        yield server


@contextmanager
def laddnav_on_postgresql(stations: int, *, guests: Guests | None = None) -> Iterator[Server]:
    """Run Laddnav on a durable PostgreSQL of its own; `guests` as on a file."""
    with temporary() as folder:
        postgres = DurablePostgres()
        try:
            postgres.start()
            url = postgres.url("postgres")
            known = guests or _of_the_mix(stations)
            with _laddnav(url, known, folder, {}, database_pids=(postgres.pid,)) as server:
                yield server
        finally:
            postgres.stop()


CONTENDERS: dict[str, Opening] = {
    LADDNAV_SQLITE: laddnav_on_sqlite,
    LADDNAV_NO_JOURNAL: laddnav_without_journal,
    LADDNAV_POSTGRESQL: laddnav_on_postgresql,
    PEER: peer,
}


@contextmanager
def _laddnav(
    database: str,
    guests: Guests,
    folder: Path,
    settings: Mapping[str, str],
    *,
    database_pids: tuple[int, ...] = (),
    filled: Callable[[str], None] = _not_filled,
) -> Iterator[Server]:
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("LADDNAV_")},
        "LADDNAV_DATABASE": database,
        "LADDNAV_SECRET_FILE": str(folder / "secret"),
        "LADDNAV_SHUTDOWN_SECONDS": "0",
        **settings,
    }
    stations = _file(
        folder / "stations.csv", ("identity", "password", "security_profile"), guests.stations
    )
    tokens = _file(folder / "tokens.csv", ("uid", "type", "status"), guests.tokens)
    run("station", "import", str(stations), environment=environment)
    run("token", "import", str(tokens), environment=environment)
    filled(database)
    command = [str(LADDNAV), "serve", "--ocpp", "127.0.0.1:0", "--web", "127.0.0.1:0"]
    with running(Child(command, folder / "server.log", environment=environment)) as child:
        yield _ready(child, folder, database_pids, environment)


def _ready(
    child: Child,
    folder: Path,
    database_pids: tuple[int, ...],
    environment: Mapping[str, str] | None = None,
) -> Server:
    line = child.line(_READY_SECONDS)
    address = _ADDRESS.search(line)
    if address is None:
        message = f"the server is ready but says no address: {line.strip()}"
        raise BenchError(message)
    web = _WEB.search(line)
    return Server(
        url=address[0].split("{")[0].rstrip("/"),
        web=web[0] if web else "",
        pid=child.pid,
        database_pids=database_pids,
        folder=folder,
        environment=environment or {},
    )


def _of_the_mix(count: int) -> Guests:
    """Return the first stations of the mix, and a token for each."""
    return Guests(
        stations=[(mix.identity(index), mix.password(index), "1") for index in range(count)],
        tokens=[(mix.token(index), "ISO14443", "accepted") for index in range(count)],
    )


def _file(path: Path, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def run(*command: str, environment: Mapping[str, str]) -> str:
    """Run a `laddnav` command and return what it printed.

    Raises:
        BenchError: It failed.
    """
    done = subprocess.run(  # noqa: S603 - it runs our own program with arguments of our own
        [LADDNAV, *command],
        check=False, capture_output=True, text=True, cwd=ROOT, env=dict(environment), timeout=300,
    )  # fmt: skip
    if done.returncode:
        words = (done.stderr or done.stdout).strip()[-2000:]
        message = f"laddnav {' '.join(command[:2])}: {words}"
        raise BenchError(message)
    return done.stdout
