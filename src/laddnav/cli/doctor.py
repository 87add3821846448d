"""`laddnav doctor`."""

import asyncio
from typing import Any
from urllib.parse import quote

import click

from laddnav.cli.client import run
from laddnav.cli.options import Target, api_options, database_options, settings_of
from laddnav.cli.output import show_json


@click.group(invoke_without_command=True)
@database_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(
    context: click.Context, *, database: str | None, config: str | None, as_json: bool
) -> None:
    """Look at this installation and say what is wrong and how to mend it.

    Ends with status 1 where something is wrong.
    """
    if context.invoked_subcommand is not None:
        return
    from laddnav.bootstrap import checks  # noqa: PLC0415 - this loads the whole server, which few commands need

    settings = settings_of(config, database=database)
    findings = asyncio.run(checks.examine(settings))
    if as_json:
        show_json(findings)
    else:
        for finding in findings:
            click.echo(f"{finding.state:<7}  {finding.subject}: {finding.text}")
    if any(finding.state == "wrong" for finding in findings):
        raise SystemExit(1)


@doctor.command()
@click.argument("identity")
@api_options
def station(identity: str, *, target: Target) -> None:
    """Say why a station does not come in, and what to type into it; unknown ones too."""
    path = f"stations/{quote(identity, safe='')}/doctor"
    answer = run(target, lambda api: api.get(path))
    if target.as_json:
        show_json(answer)
    else:
        _show(answer)


def _show(answer: dict[str, Any]) -> None:
    state = "connected" if answer["connected"] else "known" if answer["known"] else "not added"
    click.echo(f"{answer['identity']} ({state}): {answer['verdict']}")
    for each in answer["attempts"]:
        times = f" ({each['count']} times)" if each["count"] > 1 else ""
        detail = f" - {each['detail']}" if each["detail"] else ""
        click.echo(f"  {each['last_at']} {each['address']}: {each['reason']}{times}{detail}")
    for line in answer["links"]:
        click.echo(f"  {line}")
    click.echo("\nType into the charger:")
    for each in answer["settings"]:
        click.echo(f"  {each['name']}: {each['value']}")
        if each["note"]:
            click.echo(f"    {each['note']}")
