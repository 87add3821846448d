"""`laddnav station`."""

from pathlib import Path
from urllib.parse import quote

import click
import msgspec
from msgspec.structs import asdict

from laddnav.cli.client import listed, run
from laddnav.cli.handover import cancel_handover, handovers, rotate_password, upgrade_profile
from laddnav.cli.imports import import_csv
from laddnav.cli.options import Target, api_options, given, language_option, limit_option
from laddnav.cli.output import Item, as_text, show_item, show_json, show_list
from laddnav.cli.template import cancel_correction, correct, corrections, drift
from laddnav.cli.variables import refresh, variables

_COLUMNS = (
    "identity",
    "connected",
    "registration",
    "security_profile",
    "ocpp_version",
    "vendor",
    "model",
    "heard_at",
)
_ALL = 1_000
_PROFILES = click.IntRange(0, 3)
_REGISTRATIONS = click.Choice(["accepted", "pending", "rejected"])

_OPEN = (
    "laddnav: {0} has no password (security profile 0): whoever knows its name may come as it. "
    "`laddnav station change {0} --password ... --security-profile 1` ends that."
)
_SERIAL = "On its plate; its client certificate must bear it."


@click.group()
def station() -> None:
    """Stations: add, import, list, show, change, remove."""


@station.command()
@click.argument("identity")
@click.option("--password", help="What the station presents; without one its profile is 0 or 3.")
@click.option(
    "--security-profile",
    type=_PROFILES,
    help="0 none, 1 password, 2 TLS and password, 3 certificate "
    "[default: 1 with a password; 0 without one: whoever knows its name may come as it].",
)
@click.option("--registration", type=_REGISTRATIONS, help="Answer to its boot [default: accepted].")
@click.option("--serial", help=_SERIAL)
@click.option("--site", help="Where it stands.")
@click.option("--label", help="Your own words about it.")
@api_options
def add(
    identity: str,
    *,
    target: Target,
    password: str | None,
    security_profile: int | None,
    serial: str | None,
    **fields: str | None,
) -> None:
    """Add a station, so that it may connect."""
    is_open = security_profile is None and password is None
    if security_profile is None:
        security_profile = 0 if password is None else 1
    body = given(
        identity=identity,
        password=password,
        security_profile=security_profile,
        settings=_settings(serial),
        **fields,
    )
    answer = run(target, lambda api: api.post("stations", body))
    _show(answer, target)
    if is_open:
        click.echo(_OPEN.format(identity), err=True)


@station.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partial", is_flag=True, help="Take the good lines although others are bad.")
@api_options
def import_(file: Path, *, target: Target, partial: bool) -> None:
    """Add the stations of a CSV file with the columns identity, password, security_profile, ..."""
    import_csv(target, "stations", file, partial=partial)


@station.command(name="list")
@limit_option
@api_options
def list_(*, target: Target, limit: int) -> None:
    """List the stations."""
    show_list(
        listed(target, "stations", limit),
        _COLUMNS,
        as_json=target.as_json,
        none="No station yet: `laddnav station add IDENTITY --password ...` adds one; "
        "`laddnav station knocking` lists those that tried to connect.",
    )


@station.command()
@click.argument("identity")
@api_options
def show(identity: str, *, target: Target) -> None:
    """Show one station with its connectors."""
    _show(run(target, lambda api: api.get(_path(identity))), target)


@station.command()
@click.argument("identity")
@click.option("--password", help="A new password.")
@click.option("--security-profile", type=_PROFILES, help="0, 1, 2 or 3.")
@click.option("--registration", type=_REGISTRATIONS, help="Answer to its boot.")
@click.option("--serial", help=_SERIAL)
@click.option("--site", help="Where it stands.")
@click.option("--label", help="Your own words about it.")
@api_options
def change(
    identity: str, *, target: Target, serial: str | None, **fields: str | int | None
) -> None:
    """Change a station."""
    body = given(settings=_settings(serial), **fields)
    _show(run(target, lambda api: api.send("PATCH", _path(identity), body=body)), target)


@station.command()
@click.argument("identity")
@click.confirmation_option(prompt="Remove the station? Its sessions stay.")
@api_options
def remove(identity: str, *, target: Target) -> None:
    """Remove a station; its sessions stay."""
    run(target, lambda api: api.send("DELETE", _path(identity)))
    if not target.as_json:
        click.echo(f"{identity} is removed.")


@station.command()
@limit_option
@api_options
def knocking(*, target: Target, limit: int) -> None:
    """List the unknown stations that tried to connect."""
    show_list(
        listed(target, "knocking", limit),
        ("identity", "address", "count", "last_at", "offered"),
        as_json=target.as_json,
        none="No unknown station has tried to connect.",
    )


@station.command()
@click.argument("identity")
@click.option("--action", help="Only this OCPP action.")
@limit_option
@api_options
def messages(identity: str, *, target: Target, limit: int, action: str | None) -> None:
    """List the OCPP messages of a station, newest first."""
    show_list(
        listed(target, _path(identity) + "/messages", limit, action=action),
        ("at", "direction", "kind", "action", "text"),
        as_json=target.as_json,
        none="No message of this station is kept.",
    )


@station.command()
@click.argument("identity")
@api_options
def violations(identity: str, *, target: Target) -> None:
    """List what a station does wrong, by kind; `report` says it in words."""
    show_list(
        listed(target, _path(identity) + "/violations", _ALL),
        ("kind", "count", "first_at", "last_at", "example"),
        as_json=target.as_json,
        none="Nothing that this station sent was wrong.",
    )


station.add_command(variables)
for _upkeep in (drift, correct, corrections, cancel_correction):
    station.add_command(_upkeep)
for _command in (rotate_password, upgrade_profile, handovers, cancel_handover):
    station.add_command(_command)
station.add_command(refresh)


@station.command()
@click.argument("identity")
@language_option
@api_options
def quirks(identity: str, *, target: Target, language: str) -> None:
    """List the quirks of a station, and why they are its."""
    answer = run(target, lambda api: api.get(_path(identity) + "/quirks", language=language))
    if target.as_json:
        show_json(answer["items"])
        return
    for item in answer["items"]:
        known = item["quirk"]
        click.echo(f"{known['name']} ({known['origin']}): {known['says']}")
        why = [item["patterns"]] if item["patterns"] else []
        why += [f"{sign['kind']} ({sign['count']}x)" for sign in item["signs"]]
        click.echo(f"  why: {'; '.join(why)}")
        pairs = (f"{name} = {as_text(known['implies'][name])}" for name in item["in_force"])
        settings = ", ".join(pairs)
        click.echo(f"  {known['handling']}" + (f" Set: {settings}." if settings else ""))
    if not answer["items"]:
        click.echo("No quirk of this station is known.")


@station.command()
@click.argument("identity")
@language_option
@api_options
def report(identity: str, *, target: Target, language: str) -> None:
    """Say in plain words what a station does wrong, what we do about it, and what can be done."""
    answer = run(target, lambda api: api.get(_path(identity) + "/report", language=language))
    if target.as_json:
        show_json(answer)
        return
    make = ", ".join(filter(None, (answer["vendor"], answer["model"], answer["firmware"])))
    click.echo(f"{answer['identity']} ({make or '-'}): {answer['summary']}")
    for item in answer["findings"]:
        since = f", {item['since'][:10]} -" if item["since"] else ""
        click.echo(f"- {item['says']} [{item['count']}x{since}]")
        click.echo(f"  {item['handling']}")
        if item["remedy"]:
            click.echo(f"  {item['remedy']}")


def _path(identity: str) -> str:
    return f"stations/{quote(identity, safe='')}"


def _show(answer: Item, target: Target) -> None:
    """Print a station; a person reads only those settings that are not as they are by default."""
    from laddnav.stations.model import StationSettings  # noqa: PLC0415 - few commands need a room's words

    if not target.as_json:
        usual = msgspec.json.decode(msgspec.json.encode(asdict(StationSettings())))
        told = answer["settings"].items()
        changed = {name: value for name, value in told if value != usual.get(name)}
        answer = {**answer, "settings": changed}
    show_item(answer, as_json=target.as_json)


def _settings(serial: str | None) -> dict[str, str] | None:
    return None if serial is None else {"serial": serial}
