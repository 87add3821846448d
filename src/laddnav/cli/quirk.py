"""`laddnav quirk`."""

import click

from laddnav.cli.client import listed
from laddnav.cli.options import Target, api_options, language_option, limit_option
from laddnav.cli.output import show_list


@click.group()
def quirk() -> None:
    """What kinds of stations are known to do wrong, and what we do about it."""


@quirk.command(name="list")
@limit_option
@language_option
@api_options
def list_(*, target: Target, limit: int, language: str) -> None:
    """List the known quirks; those of your own folder (setting `quirks`) first."""
    show_list(
        listed(target, "quirks", limit, language=language),
        ("name", "origin", "vendor", "model", "firmware", "identity", "says", "does", "implies"),
        as_json=target.as_json,
        none="No quirk is known.",
    )
