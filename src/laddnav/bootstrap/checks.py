"""What `laddnav doctor` looks at."""

import resource
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from laddnav.bootstrap import control, passwords
from laddnav.bootstrap.addresses import split_address, unavailable
from laddnav.bootstrap.errors import StartupError
from laddnav.bootstrap.findings import Finding
from laddnav.bootstrap.places import places
from laddnav.bootstrap.secrets import secret_path
from laddnav.gateway.entry.tls import TlsMisconfiguredError, tls_context
from laddnav.kernel.clock import SystemClock
from laddnav.settings import Settings
from laddnav.storage.errors import DatabaseMisconfigured, StorageError
from laddnav.storage.opening import open_database
from laddnav.storage.url import SqliteUrl, missing_file, parse_url

_FEW_FILES = 4096
_LITTLE_SPACE = 1_000_000_000


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything that can keep a server from starting or from serving well."""
    try:
        running = await control.answers(control.control_socket(settings.database))
    except StartupError as error:
        return [Finding(subject="server", state="wrong", text=str(error))]
    findings = [_python(), _files(), *_secret(settings), *_certificates(settings)]
    if running:
        findings.append(Finding(subject="server", state="ok", text="it runs and answers commands"))
        findings += await passwords.told(settings)
    else:
        text = "none runs on this database; `laddnav serve` starts it"
        findings.append(Finding(subject="server", state="warning", text=text))
        findings += [*await _database(settings), *_ports(settings)]
    return [*findings, *_space(settings)]


def _python() -> Finding:
    return Finding(subject="python", state="ok", text=sys.version.split()[0])


def _files() -> Finding:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _FEW_FILES:
        text = f"only {soft} connections fit: raise the limit (`ulimit -n 65536`, or LimitNOFILE)"
        return Finding(subject="open files", state="warning", text=text)
    return Finding(subject="open files", state="ok", text=f"up to {soft}")


def _secret(settings: Settings) -> Iterator[Finding]:
    if settings.secret:
        yield Finding(subject="secret", state="ok", text="from LADDNAV_SECRET")
        return
    path = secret_path(settings)
    if not path.exists():
        yield Finding(
            subject="secret", state="warning", text=f"{path} will be made at the first start"
        )
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        text = f"others can read {path}: chmod 600 {path}"
        yield Finding(subject="secret", state="wrong", text=text)
    else:
        yield Finding(subject="secret", state="ok", text=str(path))


def _certificates(settings: Settings) -> Iterator[Finding]:
    try:
        if all(place.asks is None for place in places(settings)):
            return
        tls_context(settings.tls_certificates)
    except (StartupError, TlsMisconfiguredError) as error:
        yield Finding(subject="certificates", state="wrong", text=str(error))
    else:
        yield Finding(subject="certificates", state="ok", text="they load with their keys")


async def _database(settings: Settings) -> list[Finding]:
    try:
        if missing_file(settings.database):
            text = "the file does not exist yet; the first start makes it"
            return [Finding(subject="database", state="warning", text=text)]
        database = await open_database(settings.database, clock=SystemClock())
        try:
            found = await passwords.counted(settings, database)
        finally:
            await database.close()
    except (DatabaseMisconfigured, StartupError) as error:
        return [Finding(subject="database", state="wrong", text=str(error))]
    except StorageError:
        return [Finding(subject="database", state="wrong", text="it does not answer")]
    text = "it opens and its tables are up to date"
    return [Finding(subject="database", state="ok", text=text), *found]


def _ports(settings: Settings) -> Iterator[Finding]:
    found = [("web", settings.web, *split_address("web", settings.web))]
    with suppress(StartupError):  # else it is told with the certificates
        found += [(each.setting, each.text, each.host, each.port) for each in places(settings)]
    for name, text, host, port in found:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            socket.create_server((host, port), family=family).close()
        except (OSError, UnicodeError) as error:
            said = str(unavailable(name, text, error))
            yield Finding(subject=f"address {text}", state="wrong", text=said)
        else:
            yield Finding(subject=f"address {text}", state="ok", text="free")


def _space(settings: Settings) -> Iterator[Finding]:
    with suppress(DatabaseMisconfigured):
        url = parse_url(settings.database)
        if isinstance(url, SqliteUrl):
            yield _free(url.path)


def _free(path: Path) -> Finding:
    directory = next(parent for parent in path.resolve().parents if parent.exists())
    free = shutil.disk_usage(directory).free
    text = f"{free // 1_000_000} MB free"
    if free < _LITTLE_SPACE:
        text += ": make room, or what stations report cannot be stored soon"
        return Finding(subject="disk", state="warning", text=text)
    return Finding(subject="disk", state="ok", text=text)
