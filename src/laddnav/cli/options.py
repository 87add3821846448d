"""Options that many commands share, and the way from them to settings."""

import functools
import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple, NoReturn, TypeVar

import click
import msgspec

from laddnav.settings import Settings, SettingsError, load

_Command = TypeVar("_Command", bound=Callable[..., object])

_PROBLEM: Final = "urn:laddnav:problem:command-failed"

USAGE = 2
"""Exit status of a command that was called with what it cannot use."""


def fail(message: str, status: int = 1, *, problem: dict[str, Any] | None = None) -> NoReturn:
    """End the command with one line on standard error; with `--json` it is a problem (RFC 9457).

    Args:
        message: What a person reads.
        status: The command's exit status.
        problem: What the API said; None: it was not asked, or said nothing.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("as_json"):
        told = problem or {"type": _PROBLEM, "title": "Command Failed", "detail": message}
        click.echo(msgspec.json.encode(told), err=True)
    else:
        click.echo(f"laddnav: {message}", err=True)
    raise SystemExit(status)


def settings_of(config: str | None, **flags: object) -> Settings:
    """Return the settings; end the command with one clear line where they cannot be used."""
    try:
        return load(flags=flags, environment=os.environ, config=config)
    except SettingsError as error:
        fail(str(error), USAGE)


def database_options(command: _Command) -> _Command:
    """Add `--database` and `--config`."""
    for option in (
        click.option("--config", metavar="FILE", help="Settings file (TOML)."),
        click.option("--database", metavar="URL", help="sqlite:///PATH or postgresql://..."),
    ):
        command = option(command)
    return command


class Target(NamedTuple):
    """Whose API a command speaks to, and in which form it prints."""

    database: str | None
    config: str | None
    operator: str
    as_json: bool


def api_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what every command needs that speaks to the API; it comes as one `target`."""

    @functools.wraps(command)
    def with_target(
        *arguments: object,
        database: str | None,
        config: str | None,
        operator: str,
        as_json: bool,
        **named: object,
    ) -> None:
        command(*arguments, target=Target(database, config, operator, as_json), **named)

    for option in (
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            help="Print JSON as the API gives it; errors too, on standard error.",
        ),
        click.option("--operator", default="default", show_default=True, help="Whose data."),
    ):
        with_target = option(with_target)
    return database_options(with_target)


def limit_option(command: _Command) -> _Command:
    """Add `--limit`."""
    return click.option(
        "--limit",
        type=click.IntRange(1, 1_000_000),
        default=100,
        show_default=True,
        help="At most so many.",
    )(command)


def language_option(command: _Command) -> _Command:
    """Add `--language`."""
    return click.option(
        "--language",
        type=click.Choice(["en", "sv"]),
        default="en",
        show_default=True,
        help="English or Swedish.",
    )(command)


def given(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - decoded JSON can be of any type
    """Return the fields that were given on the command line."""
    return {name: value for name, value in fields.items() if value is not None}
