"""A PostgreSQL server that keeps what it acknowledges, as one that is in use does."""

from tests.postgres import PostgresServer


class DurablePostgres(PostgresServer):
    """PostgreSQL on a free port, for as long as this process lives."""

    def __init__(self) -> None:
        super().__init__(
            fsync="on",
            full_page_writes="on",
            synchronous_commit="on",
            autovacuum="on",
            shared_buffers="128MB",
        )

    @property
    def pid(self) -> int:
        """The process whose descendants are all of PostgreSQL's."""
        assert self._keeper is not None  # noqa: S101 - for mypy: it is asked only after the start
        return self._keeper.pid
