"""The key of the stations' password digests."""

from pathlib import Path

from laddnav.accounts.service import SecretUnusable, open_secret
from laddnav.bootstrap.errors import StartupError
from laddnav.settings import Settings
from laddnav.storage.url import SqliteUrl, parse_url


def secret_path(settings: Settings) -> Path:
    """Return the file that holds the secret where no setting does."""
    if settings.secret_file:
        return Path(settings.secret_file)
    url = parse_url(settings.database)
    if isinstance(url, SqliteUrl):
        return url.path.with_name(f"{url.path.stem}.secret")
    return Path("laddnav.secret")


def station_secret(settings: Settings) -> bytes:
    """Return the key, made at the first start.

    Raises:
        StartupError: It cannot be read or made.
    """
    try:
        return open_secret(settings.secret or None, secret_path(settings))
    except SecretUnusable as error:
        raise StartupError(str(error)) from None
