"""Files of many stations or tokens."""

from pathlib import Path

import click

from laddnav.cli.client import run
from laddnav.cli.options import Target, fail
from laddnav.cli.output import show_json


def import_csv(target: Target, resource: str, file: Path, *, partial: bool) -> None:
    """Send a CSV file to `POST /api/v1/{resource}/import` and say what became of it.

    Ends with status 1 where a line was refused.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8: save it as 'CSV UTF-8'")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}")
    answer = run(
        target,
        lambda api: api.send(
            "POST", f"{resource}/import", text=text, query={"partial": str(partial).lower()}
        ),
    )
    if target.as_json:
        show_json(answer)
    else:
        click.echo(f"{answer['added']} added, {answer['updated']} updated.")
        for line in answer["errors"]:
            click.echo(f"line {line['line']}: {line['message']}", err=True)
    if answer["errors"]:
        raise SystemExit(1)
