"""Where the database is: understood, or refused in one line that repeats no secret."""

from pathlib import Path

import pytest

from laddnav.kernel.clock import SystemClock
from laddnav.storage.errors import DatabaseMisconfigured
from laddnav.storage.opening import open_database
from laddnav.storage.url import PostgresUrl, SqliteUrl, parse_url


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sqlite:///laddnav.db", "laddnav.db"),
        ("sqlite:////var/lib/laddnav.db", "/var/lib/laddnav.db"),
        ("sqlite:///with%20space/laddnav.db", "with space/laddnav.db"),
    ],
)
def test_three_slashes_are_relative_and_four_absolute(text: str, path: str) -> None:
    assert parse_url(text) == SqliteUrl(Path(path))


def test_what_is_shown_of_a_postgresql_url_holds_neither_user_nor_password() -> None:
    url = parse_url("postgresql://me:s3cret@db.example:6543/grid?sslmode=require&password=x1")
    assert isinstance(url, PostgresUrl)
    assert str(url) == "postgresql://db.example:6543/grid"
    assert "s3cret" not in repr(url)
    socket = parse_url("postgresql:///grid?host=/run/postgresql")
    assert str(socket) == "postgresql:///run/postgresql:5432/grid"


@pytest.mark.parametrize(
    "text",
    [
        "", "laddnav.db", "mysql://me:s3cret@host/db", "sqlite://laddnav.db", "sqlite:///",
        "sqlite:///:memory:", "postgresql://me:s3cret@host:notaport/db", "sqlite:///a%00b",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(DatabaseMisconfigured) as caught:
        parse_url(text)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"not a database at all" * 50, None])
async def test_a_path_that_is_no_database_is_one_clear_line(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "thing"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(DatabaseMisconfigured) as caught:
        await open_database(f"sqlite:///{path}", clock=SystemClock())
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_new_file_is_readable_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "laddnav.db"
    database = await open_database(f"sqlite:///{path}", clock=SystemClock())
    modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    await database.close()
    assert set(modes.values()) == {0o600}
