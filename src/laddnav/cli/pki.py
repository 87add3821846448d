"""`laddnav pki`."""

import os
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click

from laddnav.cli.client import listed, run
from laddnav.cli.options import Target, api_options, fail, given, limit_option
from laddnav.cli.output import show_item, show_json, show_list

_OF_STATIONS: Final = ("station", "v2g", "v2g20")
_PURPOSES: Final = click.Choice([*_OF_STATIONS, "server"])
_KEYS: Final = click.Choice(["ec", "rsa"])
_USES: Final = click.Choice(
    ["csms_root", "manufacturer_root", "v2g_root", "mo_root", "oem_root", "v2g_chain"]
)
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_LISTS: Final = {
    "certificates": (
        "certificates",
        ("serial", "purpose", "station", "subject", "valid_until", "revoked_at"),
        "No certificate was issued yet.",
    ),
    "requests": (
        "certificates/requests",
        ("created_at", "station", "purpose", "state", "count", "detail"),
        "No station asked for a certificate yet.",
    ),
    "authorities": (
        "certificates/authorities",
        ("purpose", "kind", "url", "valid_until"),
        "No authority yet: `laddnav pki init` makes one.",
    ),
    "roots": (
        "certificates/roots",
        ("fingerprint", "kind", "label", "subject", "valid_until"),
        "No root is trusted beside those of your own authorities.",
    ),
}
_PER_MINUTE: Final = click.option(
    "--per-minute", type=click.IntRange(1, 600), default=30, show_default=True,
    help="Of many stations, so many in a minute.",
)  # fmt: skip


@click.group()
def pki() -> None:
    """Certificates: authorities, requests, trusted roots, and what stations have."""


@pki.command()
@click.option("--purpose", type=_PURPOSES, default="station", show_default=True)
@click.option("--organization", help="O of the certificates [default: the operator's name].")
@click.option("--key", type=_KEYS, default="ec", show_default=True)
@click.option("--replace", is_flag=True, help="Make a new one although there is one.")
@click.option("--est", metavar="URL", help="Let an EST server sign instead.")
@click.option("--anchors", type=_FILE, help="Of the EST server's TLS certificate (PEM).")
@click.option("--user", help="For the EST server; its password is in LADDNAV_EST_PASSWORD.")
@click.option("--client", type=_FILE, help="Private key and certificate for the EST server (PEM).")
@api_options
def init(
    *,
    target: Target,
    purpose: str,
    organization: str | None,
    key: str,
    replace: bool,
    est: str | None,
    anchors: Path | None,
    user: str | None,
    client: Path | None,
) -> None:
    """Make an authority that signs, or let an EST server sign."""
    if est is None:
        body = given(purpose=purpose, organization=organization, key=key, replace=replace)
        path = "certificates/authorities"
    else:
        password = os.environ.get("LADDNAV_EST_PASSWORD")
        body = given(purpose=purpose, url=est, replace=replace, user=user, password=password)
        body |= given(anchors=_text(anchors), client=_text(client))
        path = "certificates/authorities/est"
    answer = run(target, lambda api: api.post(path, body))
    if target.as_json:
        show_json(answer)
    else:
        click.echo(answer["root"], nl=False)
        click.echo("This is the root that others must trust.", err=True)


@pki.command(name="list")
@click.argument("what", type=click.Choice(list(_LISTS)), default="certificates")
@click.option("--station", help="Of this station: certificates and requests.")
@limit_option
@api_options
def list_(what: str, *, target: Target, station: str | None, limit: int) -> None:
    """List certificates, requests, authorities or roots."""
    path, columns, none = _LISTS[what]
    if what in {"certificates", "requests"}:
        items = listed(target, path, limit, station=station)
    else:
        items = run(target, lambda api: api.get(path))["items"]
    show_list(items, columns, as_json=target.as_json, none=none)


@pki.command()
@click.argument("serial")
@api_options
def show(serial: str, *, target: Target) -> None:
    """Show one issued certificate with its chain."""
    answer = run(target, lambda api: api.get(f"certificates/{quote(serial, safe='')}"))
    show_item(answer, as_json=target.as_json)


@pki.command()
@click.argument("serial")
@click.option("--reason", default="", help="Your own words about it.")
@api_options
def revoke(serial: str, *, target: Target, reason: str) -> None:
    """Let an issued certificate admit nobody any more; its station's link ends."""
    path = f"certificates/{quote(serial, safe='')}/revocation"
    answer = run(target, lambda api: api.post(path, {"reason": reason}))
    show_item(answer, as_json=target.as_json)


@pki.command()
@click.option("--purpose", type=_PURPOSES, default="station", show_default=True)
@api_options
def crl(*, target: Target, purpose: str) -> None:
    """Print what a built-in authority revoked, as a signed list (PEM), for others to check."""
    answer = run(target, lambda api: api.get(f"certificates/crl/{purpose}"))
    if target.as_json:
        show_json(answer)
    else:
        click.echo(answer["pem"], nl=False)


@pki.command()
@click.argument("file", type=_FILE)
@click.option("--kind", type=click.Choice(["operator", "manufacturer"]), default="operator")
@click.option("--label", default="", help="Your own words about it.")
@api_options
def trust(file: Path, *, target: Target, kind: str, label: str) -> None:
    """Trust the roots in a PEM file: stations' certificates may come from them."""
    body = {"certificate": _text(file), "kind": kind, "label": label}
    answer = run(target, lambda api: api.post("certificates/roots", body))
    show_list(answer["items"], _LISTS["roots"][1], as_json=target.as_json, none="")


@pki.command()
@click.argument("fingerprint")
@api_options
def distrust(fingerprint: str, *, target: Target) -> None:
    """Trust a root no more."""
    path = f"certificates/roots/{quote(fingerprint, safe='')}"
    run(target, lambda api: api.send("DELETE", path))
    if not target.as_json:
        click.echo("It is not trusted any more.")


@pki.command()
@click.argument("file", type=_FILE)
@click.option("--station", required=True, help="The identity of the station that it is for.")
@click.option("--purpose", type=click.Choice(_OF_STATIONS), default="station", show_default=True)
@api_options
def sign(file: Path, *, target: Target, station: str, purpose: str) -> None:
    """Sign a request (PEM) that somebody brings, and print its certificate chain."""
    body = {"csr": _text(file), "station": station, "purpose": purpose}
    answer = run(target, lambda api: api.post("certificates/sign", body))
    if target.as_json:
        show_json(answer)
    else:
        click.echo(answer["chain"], nl=False)


@pki.command()
@click.argument("hosts", nargs=-1, required=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@api_options
def server(hosts: tuple[str, ...], *, target: Target, folder: Path) -> None:
    """Make server certificates (RSA and ECDSA) for these names and addresses, a file each."""
    answer = run(target, lambda api: api.post("certificates/server", {"hosts": hosts}))
    folder.mkdir(parents=True, exist_ok=True)
    files = [_kept(folder / f"server-{each['key']}.pem", each["pem"]) for each in answer["items"]]
    if target.as_json:
        show_json({"files": files})
    else:
        click.echo(f"--tls-certificates {','.join(files)}")


@pki.command()
@click.argument("station")
@click.option("--refresh", is_flag=True, help="Ask the station now.")
@api_options
def installed(station: str, *, target: Target, refresh: bool) -> None:
    """List what a station has, as it last reported."""
    path = _at(station)
    answer = run(target, lambda api: api.post(f"{path}/read", None) if refresh else api.get(path))
    show_list(
        answer["items"],
        ("use", "serial_number", "hash_algorithm", "is_child", "reported_at"),
        as_json=target.as_json,
        none="Nothing is known: `--refresh` asks the station.",
    )


@pki.command()
@click.argument("file", type=_FILE)
@click.argument("stations", nargs=-1, required=True)
@click.option("--use", type=_USES, default="csms_root", show_default=True)
@_PER_MINUTE
@api_options
def install(
    file: Path, stations: tuple[str, ...], *, target: Target, use: str, per_minute: int
) -> None:
    """Put a root (PEM) into stations: one at once, many at a pace."""
    body = {"certificate": _text(file), "use": use}
    _at_stations(target, "install", stations, body, per_minute)


@pki.command()
@click.argument("serial")
@click.argument("stations", nargs=-1, required=True)
@click.option("--use", type=_USES, help="Where several have that serial number.")
@click.option("--insist", is_flag=True, help="Even if it is the last root for this server.")
@_PER_MINUTE
@api_options
def delete(
    serial: str,
    stations: tuple[str, ...],
    *,
    target: Target,
    use: str | None,
    insist: bool,
    per_minute: int,
) -> None:
    """Take a certificate out of stations."""
    body = given(serial_number=serial, use=use, insist=insist)
    _at_stations(target, "delete", stations, body, per_minute)


@pki.command()
@click.argument("stations", nargs=-1, required=True)
@_PER_MINUTE
@api_options
def renew(stations: tuple[str, ...], *, target: Target, per_minute: int) -> None:
    """Ask stations to renew their certificates."""
    _at_stations(target, "renew", stations, None, per_minute)


def _at_stations(
    target: Target, verb: str, stations: tuple[str, ...], body: object, per_minute: int
) -> None:
    if len(stations) == 1:
        path = f"{_at(stations[0])}/{verb}"
        answer = run(target, lambda api: api.post(path, body))
        show_item(answer, as_json=target.as_json)
        if answer["outcome"] != "accepted":
            raise SystemExit(1)
        return
    wanted = {"stations": stations, verb: True if body is None else body, "per_minute": per_minute}
    answer = run(target, lambda api: api.post("certificates/bulk", wanted))
    show_item(answer, as_json=target.as_json)


def _at(station: str) -> str:
    return f"certificates/installed/{quote(station, safe='')}"


def _text(file: Path | None) -> str | None:
    try:
        return None if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        fail(f"{file} cannot be read as text")


def _kept(path: Path, pem: str) -> str:
    """Write a private key where only this user reads it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(pem)
    return str(path)
