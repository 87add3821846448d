"""`laddnav api-key`."""

import click

from laddnav.cli.client import listed, run
from laddnav.cli.options import Target, api_options
from laddnav.cli.output import show_json, show_list

_ALL = 1_000


@click.group(name="api-key")
def api_key() -> None:
    """Keys of the REST API: create, list, revoke."""


@api_key.command()
@click.option("--name", default="", help="What it is for.")
@api_options
def create(name: str, *, target: Target) -> None:
    """Create a key; it is shown this once."""
    answer = run(target, lambda api: api.post("api-keys", {"name": name or "command line"}))
    if target.as_json:
        show_json(answer)
    else:
        click.echo(answer["key"])
        click.echo("Keep it: it is not shown again.", err=True)


@api_key.command(name="list")
@api_options
def list_(*, target: Target) -> None:
    """List the keys, without their secret part."""
    show_list(
        listed(target, "api-keys", _ALL),
        ("id", "name", "prefix", "created_at", "last_used_at", "revoked_at"),
        as_json=target.as_json,
        none="No key yet: `laddnav api-key create`.",
    )


@api_key.command()
@click.argument("key_id", metavar="ID")
@api_options
def revoke(key_id: str, *, target: Target) -> None:
    """Revoke a key at once."""
    run(target, lambda api: api.send("DELETE", f"api-keys/{key_id}"))
    if not target.as_json:
        click.echo("The key is revoked.")
