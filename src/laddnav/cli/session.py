"""`laddnav session`."""

import asyncio
import csv
import sys
from collections.abc import AsyncIterator, Callable
from itertools import chain, repeat
from typing import Any

import click
import msgspec

from laddnav.cli.client import connect, listed, run
from laddnav.cli.options import USAGE, Target, api_options, fail, limit_option, settings_of
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
    "doubt_codes",
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
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl"]),
    help="One line for each session, as CSV or JSON [default: csv; one JSON list with --json].",
)
@_filters
@api_options
def export(*, target: Target, form: str | None, **filters: str | None) -> None:
    """Write all sessions that fit to standard output, newest first."""
    if target.as_json and form == "csv":
        fail("--json and --format csv contradict each other", USAGE)
    is_list = target.as_json and form is None
    write = _jsonl_writer(is_list=is_list) if is_list or form == "jsonl" else _csv_writer()

    async def exported() -> int:
        settings = settings_of(target.config, database=target.database)
        async with connect(settings, target.operator) as api:
            return await _drain(api.pages("sessions", _EVERYTHING, **filters), write)

    count = asyncio.run(exported())
    if is_list:
        sys.stdout.write("\n]\n" if count else "[]\n")


async def _drain(items: AsyncIterator[dict[str, Any]], write: _Write) -> int:
    """Write each item, and return how many there were."""
    count = 0
    async for item in items:
        write(item)
        count += 1
    return count


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


def _jsonl_writer(*, is_list: bool) -> _Write:
    """Return what writes a line of JSON for each; as a list, all but its closing bracket."""
    starts = chain(("[\n",), repeat(",\n")) if is_list else repeat("")
    end = "" if is_list else "\n"

    def write(item: dict[str, Any]) -> None:
        sys.stdout.write(next(starts) + msgspec.json.encode(item).decode() + end)

    return write
