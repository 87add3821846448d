"""`laddnav station rotate-password`, `upgrade-profile`, `handovers` and `cancel-handover`."""

from typing import Any
from urllib.parse import quote

import click

from laddnav.cli.client import listed, run
from laddnav.cli.options import Target, api_options, given, limit_option
from laddnav.cli.output import show_item, show_list

_COLUMNS = ("id", "station", "kind", "profile", "state", "attempts", "updated_at", "reason")
_KINDS = {"password": "credential-rotations", "profile": "profile-upgrades"}
_HIGHEST = 3
_NONE = (
    "Nothing of the kind was handed over: `laddnav station rotate-password` or `upgrade-profile` "
    "begins it."
)

_reset = click.option(
    "--reset", is_flag=True, help="Restart it, once its sessions have ended, if it needs that."
)
_url = click.option("--url", help="This server as stations reach it: wss://HOST/ocpp (OCPP 2).")
_deadline = click.option(
    "--deadline-seconds", type=click.IntRange(60), help="After so long it ends."
)
_pace = click.option(
    "--per-minute", type=click.IntRange(1, 600), help="With several: to so many a minute."
)


@click.command(name="rotate-password")
@click.argument("identities", nargs=-1, required=True)
@_reset
@_url
@_deadline
@_pace
@click.option("--manual", is_flag=True, help="Show it once, to be typed in on site; send nothing.")
@api_options
def rotate_password(identities: tuple[str, ...], *, target: Target, **fields: Any) -> None:  # noqa: ANN401 - options of several types are passed on as they are
    """Give stations new random passwords; the old ones count until they come with the new."""
    _begin(target, "credential-rotations", identities, fields)


@click.command(name="upgrade-profile")
@click.argument("profile", type=click.IntRange(0, _HIGHEST))
@click.argument("identities", nargs=-1, required=True)
@_reset
@_url
@_deadline
@_pace
@click.option("--unchecked", is_flag=True, help="Bring it no certificates: it has them.")
@api_options
def upgrade_profile(identities: tuple[str, ...], *, target: Target, **fields: Any) -> None:  # noqa: ANN401 - options of several types are passed on as they are
    """Give stations a higher security profile; the lower is closed once they come with it."""
    _begin(target, "profile-upgrades", identities, fields)


@click.command()
@click.argument("identity")
@click.option("--kind", type=click.Choice(sorted(_KINDS)), help="Only these [default: all].")
@limit_option
@api_options
def handovers(identity: str, *, target: Target, kind: str | None, limit: int) -> None:
    """List how a station's passwords or profiles were handed over, the newest first."""
    names = _KINDS.values() if kind is None else (_KINDS[kind],)
    found = [each for name in names for each in listed(target, _path(identity, name), limit)]
    found.sort(key=lambda each: str(each["created_at"]), reverse=True)
    show_list(found[:limit], _COLUMNS, as_json=target.as_json, none=_NONE)


@click.command(name="cancel-handover")
@click.argument("identity")
@click.argument("handover")
@click.option("--kind", type=click.Choice(sorted(_KINDS)), default="password", show_default=True)
@api_options
def cancel_handover(identity: str, handover: str, *, target: Target, kind: str) -> None:
    """Stop a handover that goes on."""
    path = f"{_path(identity, _KINDS[kind])}/{quote(handover, safe='')}"
    show_item(run(target, lambda api: api.send("DELETE", path)), as_json=target.as_json)


def _begin(target: Target, name: str, identities: tuple[str, ...], fields: dict[str, Any]) -> None:
    """Begin it for one station, or for several at a pace."""
    told = {key: value for key, value in given(**fields).items() if value is not False}
    if len(identities) == 1:
        told.pop("per_minute", None)
        path = _path(identities[0], name)
        answer = run(target, lambda api: api.post(path, told))
        if not target.as_json:
            password, answer = answer["password"], answer["handover"]
            if password is not None:
                click.echo(f"Type this in at the station; it is not shown again: {password}")
    elif told.pop("manual", False):
        message = "--manual is for one station at a time"
        raise click.UsageError(message)
    else:
        body = {"stations": list(identities), **told}
        answer = run(target, lambda api: api.post(name, body))
    show_item(answer, as_json=target.as_json)


def _path(identity: str, name: str) -> str:
    return f"stations/{quote(identity, safe='')}/{name}"
