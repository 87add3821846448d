"""Where the database is: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`."""

from pathlib import Path
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from typing_extensions import override

from laddnav.storage.errors import DatabaseMisconfigured

_SQLITE = "sqlite:///"
_FORMS = "sqlite:///relative/file.db, sqlite:////absolute/file.db or postgresql://user@host/name"


class SqliteUrl(NamedTuple):
    """A file; its directory exists or can be made."""

    path: Path

    @override
    def __str__(self) -> str:
        return f"{_SQLITE}{self.path}"


class PostgresUrl(NamedTuple):
    """A PostgreSQL database; `dsn` holds its password and is shown to nobody.

    Attributes:
        dsn: What the driver is given.
        shown: The same without user, password and options: for messages.
    """

    dsn: str
    shown: str

    @override
    def __str__(self) -> str:
        return self.shown

    @override
    def __repr__(self) -> str:
        return f"PostgresUrl({self.shown})"


DatabaseUrl: TypeAlias = SqliteUrl | PostgresUrl


def parse_url(text: str) -> DatabaseUrl:
    """Return what `text` names.

    Raises:
        DatabaseMisconfigured: It is none of the accepted forms; the text itself is not repeated.
    """
    scheme = text.partition("://")[0].lower()
    if scheme == "sqlite":
        return _sqlite(text)
    if scheme in {"postgresql", "postgres"}:
        return _postgres(text)
    message = f"the database URL has none of the forms {_FORMS}"
    raise DatabaseMisconfigured(message)


def missing_file(text: str) -> Path | None:
    """Return the file of an SQLite database that opening would make, None: there is none to make.

    Raises:
        DatabaseMisconfigured: It is none of the accepted forms.
    """
    url = parse_url(text)
    return url.path if isinstance(url, SqliteUrl) and not url.path.exists() else None


def _sqlite(text: str) -> SqliteUrl:
    path = unquote(text[len(_SQLITE) :].partition("?")[0])
    if not text.lower().startswith(_SQLITE) or not path or "\0" in path or path == ":memory:":
        message = "a SQLite database is a file: sqlite:///relative.db or sqlite:////absolute.db"
        raise DatabaseMisconfigured(message)
    return SqliteUrl(Path(path))


def _postgres(text: str) -> PostgresUrl:
    try:
        parts = urlsplit(text)
        port = parts.port or 5432
    except ValueError:
        message = "the PostgreSQL URL cannot be read; escape special characters of the password"
        raise DatabaseMisconfigured(message) from None
    options = parse_qs(parts.query)
    host = parts.hostname or options.get("host", ["localhost"])[0]
    name = parts.path.lstrip("/") or "postgres"
    return PostgresUrl(dsn=text, shown=f"postgresql://{host}:{port}/{name}")
