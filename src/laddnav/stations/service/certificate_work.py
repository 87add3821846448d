"""Certificates of many stations: put in, taken out, read, renewed."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Outcome, Said
from laddnav.pki.model.certificate import Purpose, Use
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.installed import Installed
from laddnav.stations.model.bulk import Bulk, BulkItem, ItemState, NewBulk, Result
from laddnav.stations.service.bulk_runner import BulkWork

KIND: Final = "certificates"
_ENDS: Final = {
    Outcome.ACCEPTED: ItemState.DONE,
    Outcome.NOT_FOUND: ItemState.DONE,  # what is to be taken out is not there
    Outcome.NOT_CONNECTED: ItemState.WAITING,
    Outcome.TIMED_OUT: ItemState.WAITING,
}


class Install(Struct, frozen=True, kw_only=True, tag="install"):
    """Put a root in."""

    certificate: str
    use: Use


class Delete(Struct, frozen=True, kw_only=True, tag="delete"):
    """Take a certificate out; see `Installed.delete`."""

    serial_number: str
    use: Use | None
    insist: bool


class Read(Struct, frozen=True, kw_only=True, tag="read"):
    """Ask what there is."""


class Renew(Struct, frozen=True, kw_only=True, tag="renew"):
    """Ask the station to ask for a new one."""


CertificateTask = Install | Delete | Read | Renew


def certificate_bulk(task: CertificateTask, *, per_minute: int, deadline_seconds: int) -> NewBulk:
    """Return the bulk operation that does this at many stations."""
    return NewBulk(
        kind=KIND,
        what=_words(task),
        details=msgspec.to_builtins(task),
        per_minute=per_minute,
        deadline_seconds=deadline_seconds,
    )


class CertificateWork(BulkWork):
    """Speaks with each station about its certificates."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed

    @override
    async def begin(self, bulk: Bulk, key: StationKey) -> Result:
        task: CertificateTask = msgspec.convert(bulk.details, CertificateTask)
        said = await self._asked(task, key)
        match said:
            case Unfit():
                return Result(state=ItemState.FAILED, reason=said.text)
            case Said():
                return _result(said)
            case _:
                return Result(state=ItemState.DONE, reason=f"{len(said)} certificates")

    async def _asked(self, task: CertificateTask, key: StationKey) -> Said | Unfit | list[object]:
        match task:
            case Install():
                return await self._installed.install(key, task.use, task.certificate)
            case Delete():
                return await self._installed.delete(
                    key, task.serial_number, use=task.use, insist=task.insist
                )
            case Renew():
                return await self._installed.renew(key, Purpose.STATION)
            case Read():
                found = await self._installed.read(key)
                return found if isinstance(found, Said) else [*found]

    @override
    async def progress(self, bulk: Bulk, items: Mapping[str, BulkItem]) -> Mapping[str, Result]:
        return {}  # it is done with the answer


def _words(task: CertificateTask) -> str:
    match task:
        case Install():
            return f"install {task.use.value}"
        case Delete():
            return f"delete {task.serial_number}"
        case Read():
            return "read certificates"
        case Renew():
            return "renew certificates"


def _result(said: Said) -> Result:
    words = said.outcome.value.replace("_", " ")
    reason = ": ".join(filter(None, (words, said.wire_status, said.reason)))
    if said.outcome is Outcome.ACCEPTED:
        reason = said.reason
    return Result(state=_ENDS.get(said.outcome, ItemState.FAILED), reason=reason)
