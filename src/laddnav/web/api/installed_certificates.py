"""The certificates in stations: of one, or of many at a pace."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from litestar import get, post
from litestar.params import Body, PathParameter
from msgspec import Meta, Struct

from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Outcome, Said
from laddnav.pki.model.authority import InstalledCertificate
from laddnav.pki.model.certificate import Purpose, Use
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.bulk import MOST_STATIONS, BulkState, BulkView
from laddnav.pki.service.installed import certificate_flaw
from laddnav.web.api.certificates import unfit
from laddnav.web.api.stations import known_station
from laddnav.web.problems import ProblemError, bad_field, conflict, documented, not_found
from laddnav.web.showing import Time, time
from laddnav.web.visit import Key, Visit, Visited

_TAGS: Final = ["Certificates"]
_PATH: Final = "/certificates/installed/{identity:str}"
_NO_JOB: Final = "There is no such job at this node; it remembers its last hundred."
_ERRORS: Final = documented(404, 409, 413, 422, 504)


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


_Pem = Annotated[str, Meta(max_length=10_000), _says("PEM.")]
_Serial = Annotated[str, Meta(min_length=1, max_length=40), _says("Hex.", "1A2B")]


class InstalledItem(Struct, frozen=True, kw_only=True):
    """A certificate that a station says it has."""

    use: Use
    serial_number: str
    hash_algorithm: str
    issuer_name_hash: str
    issuer_key_hash: str
    is_child: Annotated[bool, _says("It belongs to the chain of the one before it.")]
    reported_at: Time


class InstalledList(Struct, frozen=True, kw_only=True):
    """What a station has, as it last reported."""

    items: tuple[InstalledItem, ...]
    next: str | None = None


class SaidItem(Struct, frozen=True, kw_only=True):
    """What a station said."""

    outcome: Outcome
    wire_status: Annotated[str, _says("Its own word.", "Accepted")]
    reason: str


class InstallBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A root to be put into a station."""

    certificate: _Pem
    use: Use = Use.CSMS_ROOT


class DeleteBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate to be taken out of a station."""

    serial_number: _Serial
    use: Annotated[Use | None, _says("Where several have the same serial number.")] = None
    insist: Annotated[bool, _says("Even if it is the last root for this server.")] = False


class BulkBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for many stations: install, delete, read, or renew."""

    stations: Annotated[tuple[str, ...], Meta(min_length=1, max_length=MOST_STATIONS)]
    install: InstallBody | None = None
    delete: DeleteBody | None = None
    read: bool = False
    renew: bool = False
    per_minute: Annotated[int, Meta(ge=1, le=6000), _says("Stations in a minute, at most.")] = 60


class BulkResult(SaidItem, frozen=True, kw_only=True):
    """What one of many said."""

    station: str
    at: Time


class BulkItem(Struct, frozen=True, kw_only=True):
    """A job over many stations."""

    id: str
    what: str
    state: BulkState
    per_minute: int
    waiting: Annotated[int, _says("Stations still to be asked.")]
    started_at: Time
    results: tuple[BulkResult, ...]


class BulkList(Struct, frozen=True, kw_only=True):
    """Jobs of this node, the newest first."""

    items: tuple[BulkItem, ...]
    next: str | None = None


_Job = Annotated[str, PathParameter(description="The job's id.", max_length=100)]


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
    operation_id="startCertificateJob",
    summary="Do the same at many stations",
    description="One after the other, at a pace; a node that stops ends its jobs.",
    tags=_TAGS,
    status_code=202,
    responses=documented(404, 413, 422),
)
async def start_bulk(visit: Visited, data: Annotated[BulkBody, Body()]) -> BulkItem:
    """Begin a job."""
    what, work = _work(visit, data)
    for identity in data.stations:
        await known_station(visit, StationKey(visit.operator, identity))
    job = visit.rooms.pki.bulk.start(
        visit.operator, what, data.stations, work, per_minute=data.per_minute
    )
    return _job(job)


@get(
    "/certificates/bulk",
    operation_id="listCertificateJobs",
    summary="List jobs over many stations",
    tags=_TAGS,
    responses=documented(),
)
async def list_bulk(visit: Visited) -> BulkList:
    """Return the jobs of this node."""
    return BulkList(items=tuple(_job(each) for each in visit.rooms.pki.bulk.of(visit.operator)))


@get(
    "/certificates/bulk/{job:str}",
    operation_id="getCertificateJob",
    summary="Show a job over many stations",
    tags=_TAGS,
    responses=documented(404),
)
async def get_bulk(visit: Visited, job: _Job) -> BulkItem:
    """Return one job with what each station said."""
    return _found(visit.rooms.pki.bulk.get(visit.operator, job))


@post(
    "/certificates/bulk/{job:str}/stop",
    operation_id="stopCertificateJob",
    summary="Ask no further station",
    tags=_TAGS,
    status_code=200,
    responses=documented(404),
)
async def stop_bulk(visit: Visited, job: _Job) -> BulkItem:
    """Stop a job."""
    return _found(visit.rooms.pki.bulk.stop(visit.operator, job))


def _work(visit: Visit, body: BulkBody) -> tuple[str, Callable[[StationKey], Awaitable[Said]]]:
    """Return what is to be done at each station, in words and as a function."""
    installed = visit.rooms.installed
    match body:
        case BulkBody(install=InstallBody() as wanted, delete=None, read=False, renew=False):
            flaw = certificate_flaw(wanted.use, wanted.certificate)
            if flaw is not None:
                raise unfit(flaw)
            return f"install {wanted.use.value}", lambda key: _plain(
                installed.install(key, wanted.use, wanted.certificate)
            )
        case BulkBody(install=None, delete=DeleteBody() as gone, read=False, renew=False):
            return f"delete {gone.serial_number}", lambda key: _plain(
                installed.delete(key, gone.serial_number, use=gone.use, insist=gone.insist)
            )
        case BulkBody(install=None, delete=None, read=True, renew=False):
            return "read", lambda key: _plain(installed.read(key))
        case BulkBody(install=None, delete=None, read=False, renew=True):
            return "renew", lambda key: installed.renew(key, Purpose.STATION)
        case _:
            raise bad_field(None, "name one of install, delete, read and renew")


async def _plain(asked: Awaitable[Said | Unfit | list[InstalledCertificate]]) -> Said:
    said = await asked
    match said:
        case Said():
            return said
        case Unfit():
            return Said(outcome=Outcome.NOT_POSSIBLE, reason=said.text)
        case _:
            return Said(outcome=Outcome.ACCEPTED, reason=f"{len(said)} certificates")


def _told(said: Said | Unfit) -> SaidItem:
    if isinstance(said, Unfit):
        raise unfit(said)
    if said.outcome in {Outcome.NOT_CONNECTED, Outcome.TIMED_OUT, Outcome.NOT_POSSIBLE}:
        raise _unanswered(said)
    return SaidItem(outcome=said.outcome, wire_status=said.wire_status, reason=said.reason)


def _unanswered(said: Said) -> ProblemError:
    match said.outcome:
        case Outcome.NOT_CONNECTED:
            return conflict("The station is not connected: nothing is known to have reached it.")
        case Outcome.TIMED_OUT:
            detail = "The station did not answer in time; it may still have acted."
            return ProblemError(504, detail)
        case _:
            words = said.reason or said.wire_status
            return conflict(f"The station did not do it ({said.outcome.value}): {words}.")


def _found(job: BulkView | None) -> BulkItem:
    if job is None:
        raise not_found(_NO_JOB)
    return _job(job)


def _job(job: BulkView) -> BulkItem:
    return BulkItem(
        id=job.id,
        what=job.what,
        state=job.state,
        per_minute=job.per_minute,
        waiting=job.waiting,
        started_at=time(job.started_at),
        results=tuple(
            BulkResult(
                station=each.station,
                at=time(each.at),
                outcome=each.said.outcome,
                wire_status=each.said.wire_status,
                reason=each.said.reason,
            )
            for each in job.results
        ),
    )


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
    start_bulk,
    list_bulk,
    get_bulk,
    stop_bulk,
)
