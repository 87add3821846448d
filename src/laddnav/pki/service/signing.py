"""Stations' requests for certificates: judged at once, signed and delivered after the answer."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from msgspec import Struct
from msgspec.structs import replace

from laddnav.journal.rules.texts import storable
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.pki.control import UNHEARD, LocalCertificateControl, Outcome, Said
from laddnav.pki.model.authority import IssuedCertificate
from laddnav.pki.model.certificate import CertificateHash, Chain, Purpose
from laddnav.pki.model.signing import (
    CsrFlaw,
    Delivery,
    Refused,
    RequestState,
    SigningRequest,
)
from laddnav.pki.rules import requests
from laddnav.pki.rules.sealing import UnsealableError
from laddnav.pki.service.authorities import Authorities
from laddnav.pki.service.ports import Later, Never
from laddnav.pki.store import queries, tables
from laddnav.storage.database import Database
from laddnav.storage.errors import StorageError
from laddnav.storage.write import Row, Write

_AT_ONCE: Final = 8
_MOST_UNHEARD: Final = 5
_PAUSE: Final = timedelta(seconds=60)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_GIVEN_UP_AFTER: Final = timedelta(days=7)
_SEALED_SECONDS: Final = 600.0
_UNSENT: Final = frozenset({Outcome.NOT_POSSIBLE, Outcome.TIMED_OUT})
_NEVER_CAME: Final = "the station did not come back to fetch its certificate"
_OWNERS: Final = "certificates of servers are made by the server's owner: `laddnav pki server`"
_DAY: Final = timedelta(days=1)
_log = structlog.get_logger(__name__)


class Asked(Struct, frozen=True, kw_only=True):
    """What a station asks for.

    Attributes:
        names: What the certificate may be for, as the serial numbers that the station has here;
            none: its identity.
        wire_id: What it numbered its request (OCPP 2.1).
        root: Under which it is to be signed (OCPP 2.1); None: under any.
        refused: Why it is refused whatever it holds.
    """

    csr: str
    purpose: Purpose
    names: tuple[str, ...] = ()
    wire_id: int | None = None
    root: CertificateHash | None = None
    refused: Refused | None = None


class Taken(Struct, frozen=True, kw_only=True):
    """What a request is answered, and what follows.

    Attributes:
        refused: Why it is not accepted; None: it is.
        rows: What must be durable before it is answered.
        then: To be called once it is answered.
    """

    refused: Refused | None
    rows: tuple[Row, ...] = ()
    then: Callable[[], None] | None = None


class Signing:
    """Signs and delivers.

    What was accepted is stored first: whatever fails, it is tried again (`resume`) at the node that
    the station is connected to. A certificate that the station rejects is not given to it again.
    """

    def __init__(self, database: Database, clock: Clock, authorities: Authorities) -> None:
        self._database = database
        self._clock = clock
        self._authorities = authorities
        self._control: LocalCertificateControl | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._repeats: dict[str, tuple[SigningRequest, int]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)

    def attach(self, control: LocalCertificateControl) -> None:
        """Begin to deliver to the stations that `control` reaches."""
        self._control = control

    @property
    def under_way(self) -> int:
        """How many requests are being signed or delivered now."""
        return len(self._tasks)

    async def close(self) -> None:
        """Stop; what is under way is done again at the next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def take(self, key: StationKey, asked: Asked) -> Taken:
        """Judge a request (A02.FR.11-12, A03.FR.11-12); each that is refused is kept or counted.

        Raises:
            StorageUnavailable: The database is away.
        """
        now, digest = self._clock.now(), requests.digest_of(asked.csr)
        query = queries.requests_of(key, asked.purpose)
        recent = [tables.request_from(record) for record in await self._database.fetch(query)]
        known = requests.recognise(recent, digest=digest, now=now)
        if isinstance(known, Refused):
            line = requests.counted(recent, known, digest=digest, now=now)
            if line is not None:
                return self._again(line, asked, known)
            # The first that is too many: unread, so that it must not be known later.
            return self._made(_new(key, asked, "", known, now), known)
        is_refused = known is not None and known.state is RequestState.REFUSED
        if known is not None and not is_refused and asked.refused is None:
            return self._again(known, asked, None)
        refused = asked.refused or await self._flaw(key, asked)
        if known is not None and is_refused and refused is not None:
            return self._again(known, asked, refused)
        return self._made(_new(key, asked, digest, refused, now), refused)

    def _again(self, known: SigningRequest, asked: Asked, refused: Refused | None) -> Taken:
        """Return what is made of a request that is known: it is counted."""
        again = replace(known, wire_id=asked.wire_id)
        return Taken(refused=refused, then=partial(self._start, again, repeated=True))

    def _made(self, request: SigningRequest, refused: Refused | None) -> Taken:
        _log.info(
            "pki.request", station=str(request.key), purpose=request.purpose.value,
            refused=None if refused is None else refused.detail,
        )  # fmt: skip
        then = None if refused is not None else partial(self._start, request, repeated=False)
        return Taken(refused=refused, rows=(tables.request_row(request),), then=then)

    async def sign_now(self, key: StationKey, asked: Asked) -> Chain | Refused:
        """Sign a station's request that somebody brought; its certificate is returned here."""
        if asked.purpose is Purpose.SERVER:
            return Refused(flaw=CsrFlaw.NO_AUTHORITY, detail=_OWNERS)
        refused = await self._flaw(key, asked)
        if refused is not None:
            return refused
        request = _new(key, asked, requests.digest_of(asked.csr), None, self._clock.now())
        signed = await self._signed(request)
        if isinstance(signed, Chain):
            await self._keep(request, signed)
            return signed
        return Refused(flaw=CsrFlaw.NO_AUTHORITY, detail=signed.reason)

    async def resume(self) -> None:
        """Go on with what is open and due, of the stations that are connected here.

        What nobody has come for in a week is given up.
        """
        if self._control is None:
            return
        now, gone = self._clock.now(), list[tuple[str, str, str]]()
        for operator, identity, name, created, next_at in await self._database.fetch(
            queries.open_requests(now)
        ):
            key = StationKey(operator, identity)
            if self._control.reaches(key):
                self._spawn(key, name)
            elif created < to_micros(now - _GIVEN_UP_AFTER) and next_at < to_micros(now - _DAY):
                gone.append((operator, identity, name))
        if gone:
            await self._database.execute(queries.giving_up(gone, _NEVER_CAME, now))

    async def forget(self, before: datetime) -> None:
        """Delete what was over, and what ended, before then."""
        while gone := await self._database.fetch(queries.old_requests(before)):
            keys = [(operator, station, name) for operator, station, name in gone]
            await self._database.execute(queries.forgetting(keys))
        while (await self._database.execute(queries.forgetting_issued(before)))[0]:
            pass

    async def _flaw(self, key: StationKey, asked: Asked) -> Refused | None:
        organization = await self._authorities.organization(key.operator)
        names = asked.names or (key.identity,)
        refused = requests.judge(asked.csr, common_names=names, organization=organization)
        return refused or await self._authorities.absence(key.operator, asked.purpose, asked.root)

    def _start(self, request: SigningRequest, *, repeated: bool) -> None:
        if repeated:
            _, times = self._repeats.get(request.id, (request, 0))
            self._repeats[request.id] = (request, times + 1)
        self._spawn(request.key, request.id)

    def _spawn(self, key: StationKey, name: str) -> None:
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._guarded(key, name), name=f"pki {name}")

    async def _guarded(self, key: StationKey, name: str) -> None:
        try:
            async with self._room:
                await self._work(key, name)
        except StorageError as error:
            _log.info("pki.postponed", reason=type(error).__name__)
        except Exception:  # noqa: BLE001 - our own fault is logged, and it is tried again
            _log.exception("pki.failed")
        finally:  # in the step that looked for repeats last: none is lost between
            self._tasks.pop(name, None)

    async def _work(self, key: StationKey, name: str) -> None:
        """Do what is to be done for a request, and again for each time that it came meanwhile."""
        while True:
            request, times = self._repeats.pop(name, (None, 0))
            if request is not None:
                now = self._clock.now()
                await self._database.execute(queries.repetition(request, times, now))
            await self._advance(key, name)
            if name not in self._repeats:
                return

    async def _advance(self, key: StationKey, name: str) -> None:
        records = await self._database.fetch(queries.request_one(key, name))
        if not records:
            return
        request = tables.request_from(records[0])
        if request.state is RequestState.WAITING:
            request = await self._sign(request)
        if request.state is RequestState.SIGNED and self._control is not None:
            await self._deliver(request, self._control)

    async def _sign(self, request: SigningRequest) -> SigningRequest:
        signed = await self._signed(request)
        now = self._clock.now()
        match signed:
            case Chain():
                await self._keep(request, signed)
                after = replace(
                    request, state=RequestState.SIGNED, chain=signed.pem, detail="",
                    serial=signed.leaf.serial, attempts=0, next_at=now,
                )  # fmt: skip
            case Later() if now - request.created_at < _GIVEN_UP_AFTER:
                after = replace(
                    request, detail=signed.reason, attempts=request.attempts + 1,
                    next_at=now + max(timedelta(seconds=signed.seconds), _pause(request)),
                )  # fmt: skip
            case _:
                after = replace(request, state=RequestState.FAILED, detail=signed.reason)
        return await self._store(request, after)

    async def _signed(self, request: SigningRequest) -> Chain | Later | Never:
        key = request.key
        try:
            signer = await self._authorities.signer(key.operator, request.purpose)
        except UnsealableError as error:
            return Later(seconds=_SEALED_SECONDS, reason=str(error))
        if signer is None:
            return Never(reason="the authority was taken away")
        last = await self._database.fetch(queries.last_issued(key, request.purpose))
        return await signer.sign(request.csr, renews=bool(last))

    async def _keep(self, request: SigningRequest, signed: Chain) -> None:
        issued = IssuedCertificate(
            operator=request.key.operator,
            purpose=request.purpose,
            station=request.key.identity,
            certificate=signed.leaf,
            chain=signed.pem,
            created_at=self._clock.now(),
        )
        await self._database.commit(Write(rows=(tables.issued_row(issued),)))

    async def _deliver(self, request: SigningRequest, control: LocalCertificateControl) -> None:
        if not control.reaches(request.key):
            said = Said(outcome=Outcome.NOT_CONNECTED)
        else:
            delivery = Delivery(
                purpose=request.purpose, chain=request.chain or "", wire_id=request.wire_id
            )
            said = await control.deliver_certificate(request.key, delivery)
            if said.outcome is Outcome.NOT_CONNECTED:  # it went meanwhile, and may have taken it
                request = replace(request, attempts=request.attempts + 1)
        await self._store(request, _after(request, said, self._clock.now()))

    async def _store(self, before: SigningRequest, after: SigningRequest) -> SigningRequest:
        after = replace(after, updated_at=self._clock.now(), detail=storable(after.detail)[:500])
        (touched,) = await self._database.execute(queries.progress(after, before.state))
        if after.state is not before.state:
            _log.info(
                "pki.request", station=str(after.key), state=after.state.value, detail=after.detail
            )
        return after if touched else before


def _new(
    key: StationKey, asked: Asked, digest: str, refused: Refused | None, now: datetime
) -> SigningRequest:
    return SigningRequest(
        key=key,
        id=ids.new_id(),
        purpose=asked.purpose,
        digest=digest,
        csr=storable(asked.csr)[: requests.LONGEST_CSR],
        wire_id=asked.wire_id,
        state=RequestState.WAITING if refused is None else RequestState.REFUSED,
        flaw=None if refused is None else refused.flaw,
        detail="" if refused is None else storable(refused.detail),
        next_at=now,
        created_at=now,
        updated_at=now,
    )


def _pause(request: SigningRequest) -> timedelta:
    return min(_PAUSE * (1 << min(request.attempts, 8)), _LONGEST_PAUSE)


def _after(request: SigningRequest, said: Said, now: datetime) -> SigningRequest:
    """Return how far a request has come with what the station said to its certificate.

    Where it said nothing of it, and was asked often enough, the same request is a new one.
    """
    if said.outcome is Outcome.ACCEPTED:
        return replace(request, state=RequestState.INSTALLED, detail="", attempts=0)
    if said.outcome is Outcome.NOT_CONNECTED:
        return _absent(request, now)
    detail = _told(said)
    if said.outcome not in UNHEARD | _UNSENT:
        return replace(request, state=RequestState.DECLINED, detail=detail)
    if request.attempts + 1 >= _MOST_UNHEARD:
        over = RequestState.FAILED if said.outcome in _UNSENT else RequestState.DECLINED
        return replace(request, state=over, detail=detail)
    return replace(
        request,
        attempts=request.attempts + 1,
        next_at=now + _pause(request),
        detail=detail,
    )


def _told(said: Said) -> str:
    match said.outcome:
        case Outcome.TIMED_OUT:
            return "the station did not answer"
        case Outcome.NOT_POSSIBLE:
            return f"its certificate could not be sent: {said.reason}"
        case _:
            words = filter(None, (said.wire_status or said.outcome.value, said.reason))
            return f"the station answered {': '.join(words)}"


def _absent(request: SigningRequest, now: datetime) -> SigningRequest:
    if now - request.created_at < _GIVEN_UP_AFTER:
        return replace(request, next_at=now)
    return replace(request, state=RequestState.FAILED, detail=_NEVER_CAME)
