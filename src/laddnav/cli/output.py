"""How results are printed: JSON for programs, tables for people."""

import re
from collections.abc import Sequence
from typing import Any

import click
import msgspec

Item = dict[str, Any]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


def show_json(value: object) -> None:
    """Print JSON, indented."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def show_list(items: Sequence[Item], columns: Sequence[str], *, as_json: bool, none: str) -> None:
    """Print a list.

    Args:
        items: What to print.
        columns: The fields that a table shows, in order.
        as_json: Print all fields as JSON instead.
        none: What a person reads where the list is empty: what to do next.
    """
    if as_json:
        show_json(items)
    elif not items:
        click.echo(none)
    else:
        _show_table(items, columns)


def show_item(item: Item, *, as_json: bool) -> None:
    """Print one thing with all its fields."""
    if as_json:
        show_json(item)
        return
    width = max(len(name) for name in item)
    for name, value in item.items():
        first, *others = _lines(value) or ["-"]
        click.echo(f"{name.replace('_', ' '):<{width}}  {first}")
        for line in others:
            click.echo(f"{'':<{width}}  {line}")


def _show_table(items: Sequence[Item], columns: Sequence[str]) -> None:
    from rich.console import Console  # noqa: PLC0415 - rich takes long to load and is needed only for tables
    from rich.table import Table  # noqa: PLC0415 - rich takes long to load and is needed only for tables
    from rich.text import Text  # noqa: PLC0415 - rich takes long to load and is needed only for tables

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numeric = any(isinstance(item.get(column), int | float) for item in items)
        table.add_column(
            column.replace("_", " "), justify="right" if numeric else "left", overflow="fold"
        )
    for item in items:
        table.add_row(*(Text(as_text(item.get(column))) for column in columns))
    console = Console()
    if not console.is_terminal:
        console = Console(width=10_000, no_color=True)
    console.print(table)


def _lines(value: object) -> list[str]:
    """Return a value as lines: one for each field of an object, and for each of several."""
    match value:
        case dict():
            return [f"{name}: {as_text(each)}" for name, each in value.items()]
        case list() if any(isinstance(part, dict) or " " in str(part) for part in value):
            return [as_text(part) for part in value]
        case _:
            return [as_text(value)]


def as_text(value: object) -> str:
    """Return one value as people read it."""
    if value is None or value in ([], {}):
        return "-"
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(as_text(part) for part in value)
        case dict():
            return msgspec.json.encode(value).decode()
        case _:
            text = str(value)
            return text.replace("T", " ") if _TIME.match(text) else text
