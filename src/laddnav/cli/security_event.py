"""`laddnav security-event`."""

import click

from laddnav.cli.client import listed
from laddnav.cli.options import Target, api_options, limit_option
from laddnav.cli.output import show_list


@click.group()
def security_event() -> None:
    """What stations told of their security."""


@security_event.command(name="list")
@click.option("--station", help="Only of this station.")
@click.option("--critical/--not-critical", default=None, help="Only those, or only others.")
@click.option("--since", help="Last told at or after, for example 2026-11-01T00:00:00Z.")
@limit_option
@api_options
def list_(
    *, target: Target, limit: int, station: str | None, critical: bool | None, since: str | None
) -> None:
    """List security events, newest first; those alike within an hour are one line."""
    grade = None if critical is None else str(critical).lower()
    show_list(
        listed(target, "security-events", limit, station=station, critical=grade, since=since),
        ("at", "station", "type", "critical", "count", "info"),
        as_json=target.as_json,
        none="No station has told of any security event.",
    )
