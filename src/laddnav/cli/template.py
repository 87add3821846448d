"""`laddnav template`, and what of it is about one station."""

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import quote

import click

from laddnav.cli.client import Api, listed, run
from laddnav.cli.options import Target, api_options, fail, given, limit_option
from laddnav.cli.output import show_item, show_json, show_list

_ALL: Final = 1_000
_COLUMNS: Final = ("name", "id", "scope", "values", "before_acceptance", "version", "updated_at")
_STANDINGS: Final = ("station", "name", "state", "wanted", "value", "detail", "template_name")
_CORRECTIONS: Final = ("id", "state", "template", "attempts", "updated_at", "results", "reason")
_NOTHING_WANTED: Final = (
    "Nothing is wanted: no template is for a station that is known. "
    "What a station is, is known from its first boot on."
)
_VERSIONS: Final = click.Choice(["1.6", "2.0.1", "2.1"])
_REBOOTS: Final = {"never": "never", "when-idle": "when_idle"}
_reboot = click.option(
    "--reboot",
    type=click.Choice(list(_REBOOTS)),
    default="never",
    show_default=True,
    help="Whether to restart it, once, after its sessions, if a value needs that.",
)
_Command = TypeVar("_Command", bound=Callable[..., object])


def _scope_options(command: _Command) -> _Command:
    """Add what a template's stations are known by."""
    for option in (
        click.option("--before-acceptance", is_flag=True, help="Stations are pending until then."),
        click.option("--version", "versions", type=_VERSIONS, multiple=True, help="Of OCPP."),
        click.option("--firmware", help="For stations with this firmware."),
        click.option("--model", help="For stations of this model."),
        click.option("--vendor", help='For stations of this vendor; "*" stands for any text.'),
        click.option("--site", help="For stations at this site (its id)."),
    ):
        command = option(command)
    return command


@click.group()
def template() -> None:
    """Configuration templates: what is wanted of which stations, and who drifts."""


@template.command(name="list")
@limit_option
@api_options
def list_(*, target: Target, limit: int) -> None:
    """List the templates, by name."""
    items = listed(target, "templates", limit)
    shown = items if target.as_json else [_flat(item) for item in items]
    show_list(
        shown,
        _COLUMNS,
        as_json=target.as_json,
        none="There is none: `laddnav template put NAME KEY=VALUE` adds one.",
    )


@template.command()
@click.argument("name")
@click.argument("values", nargs=-1, required=True)
@_scope_options
@api_options
def put(name: str, values: tuple[str, ...], *, target: Target, **more: Any) -> None:  # noqa: ANN401 - options of several types are passed on as they are
    """Add a template of VALUES (KEY=VALUE ...), or replace the one of this name.

    A key is one of OCPP 1.6 (HeartbeatInterval=300) or a variable of OCPP 2
    (OCPPCommCtrlr.HeartbeatInterval=300). Stations are told at their next boot, or on request.
    """
    pairs = [each.partition("=") for each in values]
    if not all(separator for _, separator, _ in pairs):
        message = "values are written KEY=VALUE"
        raise click.UsageError(message)
    before = more.pop("before_acceptance")
    body = {
        "name": name,
        "scope": {key: value for key, value in given(**more).items() if value != ()},
        "values": [{"name": key, "value": value} for key, _, value in pairs],
        "before_acceptance": before,
    }
    answer = run(target, lambda api: _put(api, body))
    show_item(answer if target.as_json else _flat(answer), as_json=target.as_json)


@template.command()
@click.argument("name")
@api_options
def show(name: str, *, target: Target) -> None:
    """Show a template."""
    show_json(run(target, lambda api: _named(api, name)))


@template.command()
@click.argument("name")
@api_options
def remove(name: str, *, target: Target) -> None:
    """Remove a template; stations keep what they were told."""

    async def removed(api: Api) -> None:
        found = await _named(api, name)
        await api.send("DELETE", f"templates/{found['id']}")

    run(target, removed)
    if not target.as_json:
        click.echo(f"Removed {name}.")


@template.command(name="drift")
@click.argument("name")
@click.option("--all", "everything", is_flag=True, help="What is as wanted, too.")
@limit_option
@api_options
def template_drift(name: str, *, target: Target, everything: bool, limit: int) -> None:
    """List what drifts at the stations of a template."""

    async def collected(api: Api) -> list[dict[str, Any]]:
        found = await _named(api, name)
        path = f"templates/{found['id']}/drift"
        return [each async for each in api.pages(path, limit)]

    _show_standings(run(target, collected), target, everything=everything)


@template.command(name="correct")
@click.argument("name")
@_reboot
@click.option("--per-minute", type=click.IntRange(1, 600), help="So many stations a minute.")
@api_options
def template_correct(name: str, *, target: Target, reboot: str, per_minute: int | None) -> None:
    """Correct all stations that drift under a template: `laddnav bulk` follows and stops it."""
    body = given(reboot=_REBOOTS[reboot], per_minute=per_minute)

    async def begun(api: Api) -> dict[str, Any]:
        found = await _named(api, name)
        answer: dict[str, Any] = await api.post(f"templates/{found['id']}/corrections", body)
        return answer

    show_item(run(target, begun), as_json=target.as_json)


# ---- one station ---------------------------------------------------------------------------


@click.command()
@click.argument("identity")
@click.option("--all", "everything", is_flag=True, help="What is as wanted, too.")
@api_options
def drift(identity: str, *, target: Target, everything: bool) -> None:
    """Show where a station is not configured as templates want it."""
    found = run(target, lambda api: api.get(f"{_station(identity)}/drift"))
    _show_standings([found], target, everything=everything)


@click.command()
@click.argument("identity")
@_reboot
@api_options
def correct(identity: str, *, target: Target, reboot: str) -> None:
    """Tell a station what templates want of it, also what it refused before."""
    path, body = f"{_station(identity)}/corrections", {"reboot": _REBOOTS[reboot]}
    show_item(run(target, lambda api: api.post(path, body)), as_json=target.as_json)


@click.command()
@click.argument("identity")
@limit_option
@api_options
def corrections(identity: str, *, target: Target, limit: int) -> None:
    """List a station's corrections: that of its last boot, then the newest first."""
    items = listed(target, f"{_station(identity)}/corrections", limit)
    shown = items if target.as_json else [_told(item) for item in items]
    show_list(
        shown,
        _CORRECTIONS,
        as_json=target.as_json,
        none=f"Nothing was corrected: `laddnav station correct {identity}` begins it.",
    )


@click.command(name="cancel-correction")
@click.argument("identity")
@click.argument("correction")
@api_options
def cancel_correction(identity: str, correction: str, *, target: Target) -> None:
    """Stop a correction that was not begun."""
    path = f"{_station(identity)}/corrections/{quote(correction, safe='')}"
    show_item(run(target, lambda api: api.send("DELETE", path)), as_json=target.as_json)


async def _put(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    known = [each async for each in api.pages("templates", _ALL) if each["name"] == body["name"]]
    path = f"templates/{known[0]['id']}" if known else "templates"
    answer: dict[str, Any] = await api.send("PUT" if known else "POST", path, body=body)
    return answer


async def _named(api: Api, name: str) -> dict[str, Any]:
    known = [each async for each in api.pages("templates", _ALL)]
    found = next((each for each in known if name in {each["name"], each["id"]}), None)
    if found is None:
        fail(f"there is no template {name}: `laddnav template list` shows them")
    return found


def _show_standings(drifts: list[dict[str, Any]], target: Target, *, everything: bool) -> None:
    rows = [{"station": each["station"], **value} for each in drifts for value in each["values"]]
    wanted = [row for row in rows if everything or row["state"] != "as_wanted"]
    none = "All is as templates want it." if rows else _NOTHING_WANTED
    show_list(wanted, _STANDINGS, as_json=target.as_json, none=none)


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """Return a template as a table shows it."""
    scope = {key: value for key, value in item["scope"].items() if value not in (None, [])}
    values = ", ".join(f"{each['name']}={each['value']}" for each in item["values"])
    return {**item, "scope": scope, "values": values}


def _told(item: dict[str, Any]) -> dict[str, Any]:
    """Return a correction as a table shows it."""
    return {**item, "results": ", ".join(f"{r['name']}: {r['state']}" for r in item["results"])}


def _station(identity: str) -> str:
    return f"stations/{quote(identity, safe='')}"
