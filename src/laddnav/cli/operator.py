"""`laddnav operator`."""

import click

from laddnav.cli.client import listed, run
from laddnav.cli.options import Target, api_options, given
from laddnav.cli.output import show_item, show_list

_ALL = 1_000
_UNKNOWN = click.Choice(["refuse", "accept"])
_CONCURRENT = click.Choice(["refuse", "allow"])


@click.group()
def operator() -> None:
    """Operators (tenants) and their policies."""


@operator.command()
@click.argument("slug")
@click.option("--name", help="As people call it.")
@api_options
def add(slug: str, *, target: Target, name: str | None) -> None:
    """Add an operator; its stations connect to /ocpp/SLUG/IDENTITY."""
    answer = run(target, lambda api: api.post("operators", {"slug": slug, "name": name or slug}))
    show_item(answer, as_json=target.as_json)


@operator.command(name="list")
@api_options
def list_(*, target: Target) -> None:
    """List the operators."""
    show_list(
        listed(target, "operators", _ALL), ("slug", "name", "policies"),
        as_json=target.as_json, none="No operator.",
    )  # fmt: skip


@operator.command()
@click.argument("slug")
@click.option("--unknown-tokens", type=_UNKNOWN, help="May a token that nobody knows charge?")
@click.option("--concurrent-sessions", type=_CONCURRENT, help="Two sessions of one token?")
@click.option("--master-group", help="Tokens of this group stop any session.")
@click.option("--admit-unknown-stations/--refuse-unknown-stations", default=None)
@api_options
def policy(slug: str, *, target: Target, **policies: str | bool | None) -> None:
    """Change an operator's policies."""
    body = {"policies": given(**policies)}
    answer = run(target, lambda api: api.send("PATCH", f"operators/{slug}", body=body))
    show_item(answer, as_json=target.as_json)
