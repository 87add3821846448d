"""`laddnav refusal`."""

import click

from laddnav.cli.client import listed
from laddnav.cli.options import Target, api_options, limit_option
from laddnav.cli.output import show_list


@click.group()
def refusal() -> None:
    """Connections that were refused, and why."""


@refusal.command(name="list")
@limit_option
@api_options
def list_(*, target: Target, limit: int) -> None:
    """List refusals with their remedy, newest first."""
    show_list(
        listed(target, "refusals", limit),
        ("last_at", "identity", "address", "reason", "count", "remedy"),
        as_json=target.as_json,
        none="No connection has been refused.",
    )
