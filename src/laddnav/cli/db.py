"""`laddnav db`."""

import asyncio
from pathlib import Path

import click

from laddnav.bootstrap.errors import StartupError
from laddnav.cli.client import run
from laddnav.cli.options import USAGE, Target, api_options, database_options, fail, settings_of
from laddnav.cli.output import show_json


@click.group()
def db() -> None:
    """The database: migrate, back up."""


@db.command()
@database_options
def migrate(*, database: str | None, config: str | None) -> None:
    """Bring the database's tables up to this version; stop the servers of older versions first."""
    from laddnav.bootstrap.offline import migrate as migrate_database  # noqa: PLC0415 - this loads the whole server, which few commands need

    settings = settings_of(config, database=database)
    try:
        asyncio.run(migrate_database(settings))
    except StartupError as error:
        fail(str(error), USAGE)
    click.echo("The database is up to date.")


@db.command()
@click.argument("path", type=click.Path(path_type=Path))
@api_options
def backup(path: Path, *, target: Target) -> None:
    """Write a consistent copy of an SQLite database to PATH, while the server runs."""
    told = {"path": str(path.absolute())}
    run(target, lambda api: api.post("backup", told))
    if target.as_json:
        show_json(told)
    else:
        click.echo(f"The backup is at {path}.")
