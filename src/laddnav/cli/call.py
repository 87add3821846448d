"""`laddnav call`."""

from urllib.parse import quote

import click
import msgspec

from laddnav.cli.client import run
from laddnav.cli.options import USAGE, Target, api_options, fail
from laddnav.cli.output import show_json


@click.command()
@click.argument("station")
@click.argument("action")
@click.argument("payload", metavar="JSON", default="{}")
@api_options
def call(station: str, action: str, payload: str, *, target: Target) -> None:
    """Send any OCPP action to a connected station and print its answer.

    For example: laddnav call CP1 Reset '{"type": "Soft"}'

    Ends with status 0 on a result and 1 on an error.
    """
    try:
        body = {"action": action, "payload": msgspec.json.decode(payload)}
    except msgspec.DecodeError as error:
        fail(f"the payload is not JSON: {error}", USAGE)
    path = f"stations/{quote(station, safe='')}/calls"
    answer = run(target, lambda api: api.post(path, body))
    show_json(answer)
    if "error" in answer:
        raise SystemExit(1)
