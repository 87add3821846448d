"""The certificates in stations: of one, or begun for many."""

from datetime import datetime
from typing import Annotated, Final

from litestar import get, post
from litestar.params import Body
from msgspec import Meta, Struct

from laddnav.pki.control import Outcome, Said
from laddnav.pki.model.authority import InstalledCertificate
from laddnav.pki.model.certificate import Purpose, Use
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.installed import certificate_flaw
from laddnav.stations.service.certificate_work import (
    CertificateTask,
    Delete,
    Install,
    Read,
    Renew,
    certificate_bulk,
)
from laddnav.web.api.bulk_views import BulkShown, Deadline, Identities, PerMinute, says
from laddnav.web.api.bulks import BULK_TEXT, begun_bulk
from laddnav.web.api.certificates import unfit
from laddnav.web.api.stations import known_station
from laddnav.web.problems import ProblemError, bad_field, conflict, documented
from laddnav.web.showing import Time, time
from laddnav.web.visit import Key, Visited

_TAGS: Final = ["Certificates"]
_PATH: Final = "/certificates/installed/{identity:str}"
_ERRORS: Final = documented(404, 409, 413, 422, 504)


_Pem = Annotated[str, Meta(max_length=10_000), says("PEM.")]
_Serial = Annotated[str, Meta(min_length=1, max_length=40), says("Hex.", "1A2B")]


class InstalledItem(Struct, frozen=True, kw_only=True):
    """A certificate that a station says it has."""

    use: Use
    serial_number: str
    hash_algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    is_child: Annotated[bool, says("It belongs to the chain of the one before it.")]
    reported_at: Time


class InstalledList(Struct, frozen=True, kw_only=True):
    """What a station has, as it last reported."""

    items: tuple[InstalledItem, ...]
    next: str | None = None


class SaidItem(Struct, frozen=True, kw_only=True):
    """What a station said."""

    outcome: Outcome
    wire_status: Annotated[str, says("Its own word.", "Accepted")]
    reason: str


class InstallBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A root to be put into a station."""

    certificate: _Pem
    use: Use = Use.CSMS_ROOT


class DeleteBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate to be taken out of a station."""

    serial_number: _Serial
    use: Annotated[Use | None, says("Where several have the same serial number.")] = None
    insist: Annotated[bool, says("Even if it is the last root for this server.")] = False


class BulkBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for many stations: install, delete, read, or renew."""

    stations: Identities
    install: InstallBody | None = None
    delete: DeleteBody | None = None
    read: bool = False
    renew: bool = False
    per_minute: PerMinute = 30
    deadline_seconds: Deadline = 7 * 86_400


@get(
    _PATH,
    operation_id="listInstalledCertificates",
    summary="List what a station has, as it last reported",
    tags=_TAGS,
    responses=documented(404),
)
async def list_installed(visit: Visited, key: Key) -> InstalledList:
    """Return what a station has."""
    await known_station(visit, key)
    return _list(await visit.rooms.installed.known(key))


@post(
    f"{_PATH}/read",
    operation_id="readInstalledCertificates",
    summary="Ask a station what it has",
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def read_installed(visit: Visited, key: Key) -> InstalledList:
    """Ask a station what it has, and keep it."""
    await known_station(visit, key)
    found = await visit.rooms.installed.read(key)
    if isinstance(found, Said):
        raise _unanswered(found)
    return _list(found)


@post(
    f"{_PATH}/install",
    operation_id="installCertificate",
    summary="Put a root into a station",
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def install(visit: Visited, key: Key, data: Annotated[InstallBody, Body()]) -> SaidItem:
    """Put a root into a station."""
    await known_station(visit, key)
    return _told(await visit.rooms.installed.install(key, data.use, data.certificate))


@post(
    f"{_PATH}/delete",
    operation_id="deleteInstalledCertificate",
    summary="Take a certificate out of a station",
    description="It is named by the hashes that the station itself reports.",
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def delete_installed(
    visit: Visited, key: Key, data: Annotated[DeleteBody, Body()]
) -> SaidItem:
    """Take a certificate out of a station."""
    await known_station(visit, key)
    return _told(
        await visit.rooms.installed.delete(
            key, data.serial_number, use=data.use, insist=data.insist
        )
    )


@post(
    f"{_PATH}/renew",
    operation_id="renewCertificate",
    summary="Ask a station to renew its certificate",
    description="Accepted means that it will ask for one: see the list of requests.",
    tags=_TAGS,
    status_code=200,
    responses=_ERRORS,
)
async def renew(visit: Visited, key: Key) -> SaidItem:
    """Ask a station to renew its certificate."""
    await known_station(visit, key)
    return _told(await visit.rooms.installed.renew(key, Purpose.STATION))


@post(
    "/certificates/bulk",
    operation_id="beginBulkCertificates",
    summary="Install, delete, read or renew certificates at many stations",
    description=BULK_TEXT,
    tags=_TAGS,
    responses=documented(409, 413, 422),
)
async def begin_bulk_certificates(visit: Visited, data: Annotated[BulkBody, Body()]) -> BulkShown:
    """Begin a bulk operation."""
    task = _task(data, visit.rooms.clock.now())
    new = certificate_bulk(task, per_minute=data.per_minute, deadline_seconds=data.deadline_seconds)
    return await begun_bulk(visit, data.stations, new)


def _task(body: BulkBody, now: datetime) -> CertificateTask:
    """Return what is to be done at each station."""
    match body:
        case BulkBody(install=InstallBody() as wanted, delete=None, read=False, renew=False):
            flaw = certificate_flaw(wanted.use, wanted.certificate, now)
            if flaw is not None:
                raise unfit(flaw)
            return Install(certificate=wanted.certificate, use=wanted.use)
        case BulkBody(install=None, delete=DeleteBody() as gone, read=False, renew=False):
            return Delete(serial_number=gone.serial_number, use=gone.use, insist=gone.insist)
        case BulkBody(install=None, delete=None, read=True, renew=False):
            return Read()
        case BulkBody(install=None, delete=None, read=False, renew=True):
            return Renew()
        case _:
            raise bad_field(None, "name one of install, delete, read and renew")


def _told(said: Said | Unfit) -> SaidItem:
    if isinstance(said, Unfit):
        raise unfit(said)
    if said.outcome in {Outcome.NOT_CONNECTED, Outcome.TIMED_OUT, Outcome.NOT_POSSIBLE}:
        raise _unanswered(said)
    return SaidItem(outcome=said.outcome, wire_status=said.wire_status, reason=said.reason)


def _unanswered(said: Said) -> ProblemError:
    match said.outcome:
        case Outcome.NOT_CONNECTED:
            return conflict("The station is not connected: it was not sent.")
        case Outcome.TIMED_OUT:
            detail = "The station did not answer in time; it may still have acted."
            return ProblemError(504, detail)
        case _:
            words = said.reason or said.wire_status
            return conflict(f"The station did not do it ({said.outcome.value}): {words}.")


def _list(held: list[InstalledCertificate]) -> InstalledList:
    return InstalledList(
        items=tuple(
            InstalledItem(
                use=each.use,
                serial_number=each.serial_number,
                hash_algorithm=each.algorithm,
                issuer_name_hash=each.issuer_name_hash,
                issuer_key_hash=each.issuer_key_hash,
                is_child=each.is_child,
                reported_at=time(each.reported_at),
            )
            for each in held
        )
    )


ROUTES: Final = (
    list_installed,
    read_installed,
    install,
    delete_installed,
    renew,
    begin_bulk_certificates,
)
