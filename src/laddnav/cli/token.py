"""`laddnav token`."""

from pathlib import Path
from urllib.parse import quote

import click

from laddnav.cli.client import listed, run
from laddnav.cli.imports import import_csv
from laddnav.cli.options import Target, api_options, given, limit_option
from laddnav.cli.output import show_item, show_list

_STATUSES = click.Choice(["accepted", "blocked", "expired", "invalid", "no_credit"])
_UNTIL = "When it expires: 2027-12-31 (the end of that day in UTC) or 2027-12-31T12:00:00Z."
_CONCURRENT = click.option(
    "--allow-concurrent/--forbid-concurrent",
    default=None,
    help="May run several sessions at once [default: the operator's policy].",
)


@click.group()
def token() -> None:
    """Tokens: add, import, list, show, change, remove."""


@token.command()
@click.argument("uid")
@click.option("--type", "type", default="ISO14443", show_default=True, help="As OCPP 2 spells it.")
@click.option("--status", type=_STATUSES, help="[default: accepted]")
@click.option("--group", help="Tokens of one group may stop each other's sessions.")
@click.option("--valid-until", help=_UNTIL)
@click.option("--label", help="Your own words about it.")
@_CONCURRENT
@api_options
def add(uid: str, *, target: Target, **fields: str | bool | None) -> None:
    """Add a token, so that it may charge."""
    answer = run(target, lambda api: api.post("tokens", given(uid=uid, **fields)))
    show_item(answer, as_json=target.as_json)


@token.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partial", is_flag=True, help="Take the good lines although others are bad.")
@api_options
def import_(file: Path, *, target: Target, partial: bool) -> None:
    """Add the tokens of a CSV file with the columns uid, type, status, group, valid_until, ..."""
    import_csv(target, "tokens", file, partial=partial)


@token.command(name="list")
@limit_option
@api_options
def list_(*, target: Target, limit: int) -> None:
    """List the tokens."""
    show_list(
        listed(target, "tokens", limit),
        ("uid", "type", "status", "group", "valid_until", "allow_concurrent", "label"),
        as_json=target.as_json,
        none="No token yet: `laddnav token add UID` or `laddnav token import FILE.csv`.",
    )


@token.command()
@click.argument("uid")
@api_options
def show(uid: str, *, target: Target) -> None:
    """Show one token."""
    answer = run(target, lambda api: api.get(_path(uid)))
    show_item(answer, as_json=target.as_json)


@token.command()
@click.argument("uid")
@click.option("--status", type=_STATUSES, help="What it may do.")
@click.option("--group", help="Tokens of one group may stop each other's sessions.")
@click.option("--valid-until", help=_UNTIL)
@click.option("--label", help="Your own words about it.")
@_CONCURRENT
@api_options
def change(uid: str, *, target: Target, **fields: str | bool | None) -> None:
    """Change a token, for example `--status blocked`."""
    answer = run(target, lambda api: api.send("PATCH", _path(uid), body=given(**fields)))
    show_item(answer, as_json=target.as_json)


@token.command()
@click.argument("uid")
@click.confirmation_option(prompt="Remove the token? Its sessions stay.")
@api_options
def remove(uid: str, *, target: Target) -> None:
    """Remove a token; its sessions stay."""
    run(target, lambda api: api.send("DELETE", _path(uid)))
    if not target.as_json:
        click.echo(f"{uid} is removed.")


def _path(uid: str) -> str:
    return f"tokens/{quote(uid, safe='')}"
