"""`laddnav refusal`."""

import click

from laddnav.cli.client import listed
from laddnav.cli.options import Target, api_options, limit_option
from laddnav.cli.output import Item, show_list


@click.group()
def refusal() -> None:
    """Connections that were refused, and why."""


@refusal.command(name="list")
@limit_option
@api_options
def list_(*, target: Target, limit: int) -> None:
    """List refusals with their remedy, newest first.

    Those with the same reason, identity and address within an hour are one line with their count;
    the different ones of a flood are one line for each reason.
    """
    items = listed(target, "refusals", limit)
    show_list(
        items if target.as_json else [_with_others(item) for item in items],
        ("last_at", "identity", "address", "reason", "count", "remedy"),
        as_json=target.as_json,
        none="No connection has been refused.",
    )


def _with_others(item: Item) -> Item:
    """Return a refusal that says beside its address how many more there were."""
    others = item["addresses"] - 1
    return {**item, "address": f"{item['address']} and {others} more"} if others > 0 else item
