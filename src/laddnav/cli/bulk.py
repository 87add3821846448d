"""`laddnav bulk`."""

from typing import Final
from urllib.parse import quote

import click

from laddnav.cli.client import listed, run
from laddnav.cli.options import Target, api_options, limit_option
from laddnav.cli.output import show_item, show_list

_STATES: Final = click.Choice([
    "waiting", "running", "begun", "done", "failed", "not_reached", "stopped",
])  # fmt: skip


@click.group()
def bulk() -> None:
    """What is done at many stations, at a pace."""


@bulk.command(name="list")
@limit_option
@api_options
def list_(*, target: Target, limit: int) -> None:
    """List bulk operations, the newest first."""
    show_list(
        listed(target, "bulk-operations", limit),
        ("id", "what", "state", "total", "counts", "created_at"),
        as_json=target.as_json,
        none="Nothing was begun at many stations yet.",
    )


@bulk.command()
@click.argument("operation")
@api_options
def show(operation: str, *, target: Target) -> None:
    """Show how far a bulk operation is."""
    show_item(run(target, lambda api: api.get(_path(operation))), as_json=target.as_json)


@bulk.command()
@click.argument("operation")
@click.option("--state", type=_STATES, help="Only those that are so far.")
@limit_option
@api_options
def items(operation: str, *, target: Target, state: str | None, limit: int) -> None:
    """List what became of a bulk operation at each station."""
    show_list(
        listed(target, f"{_path(operation)}/items", limit, state=state),
        ("station", "state", "attempts", "updated_at", "reason"),
        as_json=target.as_json,
        none="None of its stations is so far." if state else "It has no stations.",
    )


@bulk.command()
@click.argument("operation")
@api_options
def stop(operation: str, *, target: Target) -> None:
    """Begin at no further station."""
    answer = run(target, lambda api: api.send("DELETE", _path(operation)))
    show_item(answer, as_json=target.as_json)


def _path(operation: str) -> str:
    return f"bulk-operations/{quote(operation, safe='')}"
