"""A PostgreSQL server that keeps what it acknowledges: the tests' one, with fsync on."""

import subprocess
from typing import Final

from typing_extensions import override

from tests.postgres import _KEEPER, PostgresServer

# Durable as it comes; only what a small server of today is given beyond the 1990s' defaults.
_SETTINGS: Final = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}


class DurablePostgres(PostgresServer):
    """PostgreSQL on a free port, for as long as this process lives."""

    @override
    def start(self) -> None:
        self._run("initdb", "-D", str(self._home / "data"), "-U", "postgres", "--auth=trust",
                  "--encoding=UTF8", "--locale=C", "--no-instructions")  # fmt: skip
        options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (self._home / "log").open("wb") as log:
            self._keeper = subprocess.Popen(  # noqa: S603 - the wheel's own program
                ["/bin/sh", "-c", _KEEPER, self._home, self._binaries / "postgres", "-p",
                 str(self.port), "-D", self._home / "data", "-k", self._home, *options],
                stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
                cwd="/", user=self._user, group=self._group,
            )  # fmt: skip
        self._wait_until_ready(self._keeper)

    @property
    def pid(self) -> int:
        """The process whose descendants are all of PostgreSQL's."""
        assert self._keeper is not None  # noqa: S101 - it has been started
        return self._keeper.pid
