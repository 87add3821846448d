"""Every setting with its type, default, bounds and unit: read once, by bootstrap.

A value comes from, in falling order: a flag of the command line, the environment
(`LADDNAV_` and the name in capitals), the TOML file named by `--config` or `LADDNAV_CONFIG`,
the default. docs/reference/settings.md is generated from this module.
"""

import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

PREFIX = "LADDNAV_"

_SECRETIVE = frozenset({"bus", "database", "former_secrets", "secret"})
"""These may hold a password, and are never shown."""

_NO_SETTINGS = frozenset({"CONFIG", "EST_PASSWORD", "PYTHON", "TEST_SEED"})
"""What commands, `./dev` and the tests read from the environment besides the settings."""

_TAKES = {
    "ocpp": "HOST:PORT, for example 0.0.0.0:9000",
    "ocpp_tls": "HOST:PORT, for example 0.0.0.0:9443",
    "web": "HOST:PORT, for example 127.0.0.1:8080",
    "ocpp_listeners": (
        "for each address HOST:PORT=PROFILES, the security profiles being of 0 to 3, for example "
        "0.0.0.0:9443=2+3"
    ),
    "public_ocpp": "ws://HOST or ws://HOST:PORT without a path, for example ws://csms.example:9000",
    "public_ocpp_tls": "wss://HOST or wss://HOST:PORT without a path, for example wss://csms.example",
    "former_secrets": "secrets of at least 16 characters each, as the setting secret does",
    "bus": "nats://HOST:PORT (or tls://), for example nats://127.0.0.1:4222, several with commas",
    "trusted_proxies": (
        "addresses and networks, for example 10.0.0.0/24 or 127.0.0.1 (a list: "
        '["10.0.0.0/24", "::1"])'
    ),
    "hold_seconds": "0 to 25 s: no transaction message is held longer",
}
"""What a setting takes, where its type says it in no words."""

Seconds = Annotated[float, Meta(ge=0, le=86_400 * 366, extra={"unit": "s"})]
HoldSeconds = Annotated[float, Meta(ge=0, le=25, extra={"unit": "s"})]
Secret = Annotated[str, Meta(min_length=16)]
BusUrl = Annotated[
    str, Meta(pattern=r"^$|^(nats|tls)://[^/\s,]+/?(,(nats|tls)://[^/\s,]+/?)*$", max_length=2000)
]
Port = Annotated[str, Meta(pattern=r"^$|^(\[[0-9a-fA-F:.]+\]|[^:]*):[0-9]{1,5}$", max_length=300)]
Listener = Annotated[
    str,
    Meta(pattern=r"^(\[[0-9a-fA-F:.]+\]|[^:]*):[0-9]{1,5}=[0-3](\+[0-3])*$", max_length=300),
]


def _says(text: str, unit: str = "") -> Meta:
    return Meta(description=text, extra={"unit": unit})


class SettingsError(Exception):
    """A setting cannot be used; the text is one line that says which, where and what to do."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of one node."""

    database: Annotated[
        str,
        _says("Where the data is kept: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"),
    ] = "sqlite:///laddnav.db"
    ocpp: Annotated[Port, _says("Address for stations without TLS; empty: none")] = "0.0.0.0:9000"
    ocpp_tls: Annotated[Port, _says("Address for stations with TLS; empty: none")] = ""
    public_ocpp: Annotated[
        str,
        Meta(pattern=r"^$|^ws://[^/\s]+/?$", max_length=300),
        _says("How stations reach that address: ws://HOST[:PORT]; the doctor tells it to owners"),
    ] = ""
    public_ocpp_tls: Annotated[
        str,
        Meta(pattern=r"^$|^wss://[^/\s]+/?$", max_length=300),
        _says("How stations reach the one with TLS: wss://HOST[:PORT], of a proxy too"),
    ] = ""
    web: Annotated[Port, _says("Address of the REST API")] = "127.0.0.1:8080"
    ocpp_listeners: Annotated[
        tuple[Listener, ...],
        _says(
            "More addresses, each for the security profiles behind its =: HOST:PORT=1, "
            "HOST:PORT=2+3 (with TLS), HOST:PORT=3 (only with a client certificate)"
        ),
    ] = ()
    tls_certificates: Annotated[
        tuple[str, ...],
        _says(
            "PEM files, each a key and its certificate chain; one RSA and one ECDSA serve all. "
            "Changed files are used for new connections, at once after SIGHUP or `laddnav reload`"
        ),
    ] = ()
    tls_old_suites: Annotated[
        bool,
        _says(
            "Speak AES-GCM with RSA key exchange too, which old stations may need and A00.FR.318 "
            "lists; who gets the RSA key later can then read what was recorded"
        ),
    ] = False
    secret: Annotated[
        str,
        _says("Key of the digests of passwords and codes; empty: a file made at the first start"),
    ] = ""
    secret_file: Annotated[
        str, _says("That file; empty: beside an SQLite database, otherwise ./laddnav.secret")
    ] = ""
    former_secrets: Annotated[
        tuple[Secret, ...],
        _says(
            "Secrets of before: what was encrypted under them is encrypted under the present one "
            "at the start"
        ),
    ] = ()
    node: Annotated[str, Meta(max_length=64), _says("This node's name; empty: a new one")] = ""
    bus: Annotated[
        BusUrl,
        _says(
            "Signals between nodes: nats://HOST:PORT; empty: through PostgreSQL (on SQLite there "
            "is but one node)"
        ),
    ] = ""
    quirks: Annotated[
        str, _says("Folder with quirks of your own, a TOML file each; empty: the shipped ones only")
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        _says("Networks whose X-Forwarded-For and X-Forwarded-Proto are believed"),
    ] = ()
    proxy_protocol: Annotated[
        bool, _says("Trusted proxies begin each connection with the PROXY protocol (1 or 2)")
    ] = False
    frame_bytes: Annotated[
        int, Meta(ge=4096, le=64 * 1024 * 1024), _says("Largest OCPP frame", "bytes")
    ] = 1024 * 1024
    heartbeat_seconds: Annotated[
        int, Meta(ge=10, le=86_400), _says("Heartbeat interval handed to stations", "s")
    ] = 300
    ping_seconds: Annotated[
        int, Meta(ge=0, le=3600), _says("Interval of WebSocket pings; 0: none", "s")
    ] = 60
    survey_seconds: Annotated[
        Seconds,
        _says(
            "A station's variables are read so long after it connects or boots, where they are not "
            "known or its firmware changed; 0: only on request",
            "s",
        ),
    ] = 60
    handshake_seconds: Annotated[Seconds, _says("Time for TLS and HTTP before WebSocket", "s")] = 10
    call_seconds: Annotated[Seconds, _says("Time a station has to answer a command", "s")] = 30
    hold_seconds: Annotated[
        HoldSeconds, _says("How long a message waits for a database that is away; at most 25", "s")
    ] = 25
    shutdown_seconds: Annotated[
        Seconds, _says("Links are closed spread over this time at shutdown", "s")
    ] = 10
    orphan_available_seconds: Annotated[
        Seconds,
        _says("A session ends when its connector has been available for so long", "s"),
    ] = 300
    orphan_silent_seconds: Annotated[
        Seconds, _says("A session ends when its station has been silent for so long", "s")
    ] = 86_400
    journal_days: Annotated[
        int, Meta(ge=0, le=36_500), _says("OCPP frames are kept so long; 0: not at all", "days")
    ] = 30
    journal_megabytes: Annotated[
        int, Meta(ge=1, le=10_000_000), _says("OCPP frames take at most so much", "MB")
    ] = 2048
    readings_days: Annotated[
        int,
        Meta(ge=0, le=36_500),
        _says("Readings are kept so long, a running session's longer; 0: for ever", "days"),
    ] = 0
    refusal_days: Annotated[
        int,
        Meta(ge=1, le=3650),
        _says("Refused connections are listed so long (100,000 lines at most)", "days"),
    ] = 90
    certificate_days: Annotated[
        int, Meta(ge=1, le=3650), _says("A station's certificate is valid so long", "days")
    ] = 365
    certificate_renewal_days: Annotated[
        int,
        Meta(ge=0, le=365),
        _says(
            "So long before its end, in its last third, a station is asked to renew it; 0: never",
            "days",
        ),
    ] = 30
    violation_days: Annotated[
        int,
        Meta(ge=1, le=3650),
        _says("What a station does wrong is counted until it has not happened for so long", "days"),
    ] = 365
    security_event_days: Annotated[
        int, Meta(ge=1, le=36_500), _says("Security events are kept so long", "days")
    ] = 730
    log_format: Annotated[
        Literal["auto", "pretty", "json"], _says("auto: pretty on a terminal, JSON elsewhere")
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _says("The least that is logged")
    ] = "info"


def load(
    *,
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    config: str | None = None,
) -> Settings:
    """Return the settings from all sources.

    Args:
        flags: Settings given on the command line; None stands for "not given".
        environment: The process's environment.
        config: The TOML file; by default the one that LADDNAV_CONFIG names.

    Raises:
        SettingsError: A file cannot be read, a name is unknown or a value out of range.
    """
    path = config or environment.get(f"{PREFIX}CONFIG")
    values: dict[str, Any] = _from_file(path) if path else {}
    source = dict.fromkeys(values, f"in {path}")
    for name in Settings.__struct_fields__:
        text = environment.get(PREFIX + name.upper())
        if text is not None:
            values[name], source[name] = _from_text(name, text), f"{PREFIX}{name.upper()}"
        if flags.get(name) is not None:
            values[name], source[name] = flags[name], f"--{name.replace('_', '-')}"
    for name, value in values.items():
        _check(name, value, source[name])
    return msgspec.convert(values, Settings, strict=False)


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Return the names in the environment that look like settings and are none."""
    known = {name.upper() for name in Settings.__struct_fields__} | _NO_SETTINGS
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known
    )


def _from_file(path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        message = f"the settings file {path} cannot be read: {error.strerror}"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"the settings file {path} is not TOML: {error}"
    raise SettingsError(message)


def _from_text(name: str, text: str) -> object:
    """Split lists, which an environment variable can only hold as comma-separated text."""
    if isinstance(getattr(Settings(), name), tuple):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _check(name: str, value: object, source: str) -> None:
    if name not in Settings.__struct_fields__:
        message = f"unknown setting {name!r} {source}; docs/reference/settings.md lists them all"
        raise SettingsError(message)
    try:
        read = msgspec.convert({name: value}, Settings, strict=False)
        for network in read.trusted_proxies:
            ip_network(network, strict=False)
    except ValueError as error:  # msgspec's ValidationError is one too
        reason = str(error).split(" - at ")[0]
        if name in _TAKES and not reason.startswith("Expected `str`, got"):
            reason = f"it takes {_TAKES[name]}"
        shown = "what it is" if name in _SECRETIVE else repr(value)
        message = f"setting {name} ({source}) cannot be {shown}: {reason}"
        raise SettingsError(message) from None
