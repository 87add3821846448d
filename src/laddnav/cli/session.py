"""`laddnav session`."""

import asyncio
import csv
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import click
import msgspec

from laddnav.cli.client import connect, listed, run
from laddnav.cli.options import Target, api_options, limit_option, settings_of
from laddnav.cli.output import show_item, show_list

_COLUMNS = (
    "started_at",
    "ended_at",
    "station",
    "evse",
    "token",
    "state",
    "energy_wh",
    "confidence",
    "doubts",
)
_EXPORTED = (
    "id",
    "station",
    "evse",
    "connector",
    "transaction_id",
    "token",
    "state",
    "started_at",
    "ended_at",
    "meter_start_wh",
    "meter_stop_wh",
    "energy_wh",
    "stop_reason",
    "confidence",
    "doubts",
)
_EVERYTHING = 2**62
_Write = Callable[[dict[str, Any]], None]


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--since", help="Begun at or after, for example 2026-11-01T00:00:00Z."),
        click.option("--token", help="Only of this token."),
        click.option("--state", type=click.Choice(["running", "ended"]), help="Only these."),
        click.option("--station", help="Only at this station."),
    ):
        command = option(command)
    return command


@click.group()
def session() -> None:
    """Sessions: list, show, export."""


@session.command(name="list")
@_filters
@limit_option
@api_options
def list_(*, target: Target, limit: int, **filters: str | None) -> None:
    """List sessions, newest first."""
    show_list(
        listed(target, "sessions", limit, **filters),
        _COLUMNS,
        as_json=target.as_json,
        none="No such session.",
    )


@session.command()
@click.argument("session_id", metavar="ID")
@api_options
def show(session_id: str, *, target: Target) -> None:
    """Show one session with its doubts in words."""
    answer = run(target, lambda api: api.get(f"sessions/{session_id}"))
    show_item(answer, as_json=target.as_json)


@session.command()
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True
)
@_filters
@api_options
def export(*, target: Target, form: str, **filters: str | None) -> None:
    """Write all sessions that fit to standard output, newest first."""
    write = _csv_writer() if form == "csv" else _jsonl_writer()

    async def exported() -> None:
        settings = settings_of(target.config, database=target.database)
        async with connect(settings, target.operator) as api:
            await _drain(api.pages("sessions", _EVERYTHING, **filters), write)

    asyncio.run(exported())


async def _drain(items: AsyncIterator[dict[str, Any]], write: _Write) -> None:
    async for item in items:
        write(item)


def _csv_writer() -> _Write:
    rows = csv.writer(sys.stdout)
    rows.writerow(_EXPORTED)

    def write(item: dict[str, Any]) -> None:
        rows.writerow(_cell(item.get(name)) for name in _EXPORTED)

    return write


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    text = "" if value is None else value
    # A spreadsheet runs what begins like a formula; a token's uid comes from outside.
    if isinstance(text, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + text
    return text


def _jsonl_writer() -> _Write:
    def write(item: dict[str, Any]) -> None:
        sys.stdout.write(msgspec.json.encode(item).decode() + "\n")

    return write
