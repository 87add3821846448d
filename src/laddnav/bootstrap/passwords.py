"""Which stations' passwords still hang on a former secret: for `laddnav doctor`."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import msgspec

from laddnav.accounts import rules
from laddnav.accounts.rules import Keyring
from laddnav.bootstrap.control import control_socket
from laddnav.bootstrap.findings import Finding
from laddnav.bootstrap.secrets import station_secret
from laddnav.settings import Settings
from laddnav.stations.service.ledger import FormerSecrets, on_former_secrets
from laddnav.storage.database import Database

_PATIENCE: Final = aiohttp.ClientTimeout(total=10)
_SUBJECT: Final = "passwords"


async def told(settings: Settings) -> list[Finding]:
    """Ask the running server; nothing where it does not tell."""
    connector = aiohttp.UnixConnector(path=str(control_socket(settings.database)))
    try:
        async with (
            aiohttp.ClientSession("http://laddnav", connector=connector, timeout=_PATIENCE) as http,
            http.get("/api/v1/status") as answer,
        ):
            status: Mapping[str, Any] = msgspec.json.decode(await answer.read(), type=dict)
    except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError):
        return []
    names = "passwords_on_former_secrets", "passwords_on_lost_secrets"
    return _findings(FormerSecrets(*(int(status.get(name, 0)) for name in names)))


async def counted(settings: Settings, database: Database) -> list[Finding]:
    """Look into a database that no server runs on.

    Raises:
        StartupError: The secret cannot be had.
        StorageError: The database does not answer.
    """
    former = [rules.station_secret(each.encode()) for each in settings.former_secrets]
    keys = Keyring(station_secret(settings), former)
    return _findings(await on_former_secrets(database, keys))


def _findings(found: FormerSecrets) -> list[Finding]:
    findings: list[Finding] = []
    if found.lost:
        text = (
            f"{found.lost} hang on a secret that is not here: add it to former_secrets, or give "
            "these stations new passwords"
        )
        findings.append(Finding(subject=_SUBJECT, state="wrong", text=text))
    if found.waiting:
        text = (
            f"{found.waiting} hang on a former secret until their stations next connect: keep it "
            "in former_secrets"
        )
        findings.append(Finding(subject=_SUBJECT, state="warning", text=text))
    if not findings:
        text = "all hang on the present secret"
        findings.append(Finding(subject=_SUBJECT, state="ok", text=text))
    return findings
