"""`laddnav doctor`."""

import asyncio

import click

from laddnav.cli.options import database_options, settings_of
from laddnav.cli.output import show_json

_SIGNS = {"ok": "ok   ", "warning": "look ", "wrong": "WRONG"}


@click.command()
@database_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, database: str | None, config: str | None, as_json: bool) -> None:
    """Look at this installation and say what is wrong and how to mend it.

    Ends with status 1 where something is wrong.
    """
    from laddnav.bootstrap import checks  # noqa: PLC0415 - this loads the whole server, which few commands need

    settings = settings_of(config, database=database)
    findings = asyncio.run(checks.examine(settings))
    if as_json:
        show_json(findings)
    else:
        for finding in findings:
            click.echo(f"{_SIGNS[finding.state]}  {finding.subject}: {finding.text}")
    if any(finding.state == "wrong" for finding in findings):
        raise SystemExit(1)
