"""The certificates that a higher security profile needs: looked for in a station, and put there."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.pki.control import UNHEARD, Outcome, Said
from laddnav.pki.model.authority import InstalledCertificate
from laddnav.pki.model.certificate import Purpose, Use
from laddnav.pki.model.signing import OPEN_STATES, RequestState, SigningRequest
from laddnav.pki.rules import reading
from laddnav.pki.service import Pki
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.installed import Installed, name_of
from laddnav.stations.model.handover import Need
from laddnav.stations.service.ports import StationCertificates, Supplied, Supply

_LASTS: Final = timedelta(days=1)
_UNKNOWN_ROOT: Final = (
    "the root of this server's certificate is not known here: see that it is in the station "
    "(`laddnav pki install`), and say `unchecked`"
)
_NOBODY_SIGNS: Final = "nobody signs certificates of stations here: `laddnav pki init`"


class Equipment(StationCertificates):
    """Asks stations, wherever they are connected, and who signs.

    Args:
        installed: What stations have.
        files: This server's own certificates.
    """

    def __init__(
        self, pki: Pki, installed: Installed, clock: Clock, *, files: Sequence[str]
    ) -> None:
        self._pki = pki
        self._installed = installed
        self._clock = clock
        self._files = files

    @override
    async def obstacle(self, key: StationKey, need: Need) -> str | None:
        if need is Need.ROOT:
            known = await self._pki.roots.of_server(self._files)
            return None if known else _UNKNOWN_ROOT
        if await self._pki.authorities.exists(key.operator, Purpose.STATION):
            return None
        return None if await self._valid(key) else _NOBODY_SIGNS

    @override
    async def organization(self, key: StationKey) -> str:
        return await self._pki.authorities.organization(key.operator)

    @override
    async def supply(self, key: StationKey, need: Need) -> Supplied:
        return await (self._root(key) if need is Need.ROOT else self._certificate(key))

    # ---- the root of the server -------------------------------------------------------------

    async def _root(self, key: StationKey) -> Supplied:
        roots = await self._pki.roots.of_server(self._files)
        if not roots:
            return Supplied(supply=Supply.REFUSED, detail=_UNKNOWN_ROOT)
        held = await self._installed.read(key)
        if isinstance(held, Said):
            return _unmet(held, "which certificates it has")
        missing = [pem for pem in roots if not _is_held(pem, held)]
        for pem in missing:
            said = await self._installed.install(key, Use.CSMS_ROOT, pem)
            if isinstance(said, Unfit):
                return Supplied(supply=Supply.REFUSED, detail=said.text)
            if said.outcome is not Outcome.ACCEPTED:
                return _unmet(said, "the root of this server's certificate")
        return Supplied(supply=Supply.MET, detail="installed" if missing else "it was there")

    # ---- the station's own ------------------------------------------------------------------

    async def _certificate(self, key: StationKey) -> Supplied:
        if await self._valid(key):
            return Supplied(supply=Supply.MET, detail="it was there")
        newest = await self._newest(key)
        if newest is not None and newest.state in OPEN_STATES:
            return Supplied(supply=Supply.UNDER_WAY, detail="it has asked already")
        if not await self._pki.authorities.exists(key.operator, Purpose.STATION):
            return Supplied(supply=Supply.REFUSED, detail=_NOBODY_SIGNS)
        said = await self._installed.renew(key, Purpose.STATION)
        if said.outcome is Outcome.ACCEPTED:
            return Supplied(supply=Supply.UNDER_WAY, detail=said.wire_status)
        return _unmet(said, "a certificate of its own")

    @override
    async def progress(self, key: StationKey, since: datetime) -> Supplied:
        request = await self._newest(key)
        if request is None or (request.updated_at < since and request.state not in OPEN_STATES):
            return Supplied(supply=Supply.UNHEARD, detail="the station asked for no certificate")
        return _standing(request)

    async def _newest(self, key: StationKey) -> SigningRequest | None:
        return await self._pki.newest_request(key, Purpose.STATION)

    async def _valid(self, key: StationKey) -> bool:
        """Return whether it took the certificate that was last signed for it, and it still lasts.

        One that is about to end would bring a station that is waited for in after it has ended.
        """
        issued = await self._pki.last_issued(key, Purpose.STATION)
        if issued is None or issued.revoked_at is not None:
            return False
        if issued.certificate.valid_until - self._clock.now() < _LASTS:
            return False
        newest = await self._newest(key)
        taken = newest is not None and newest.state is RequestState.INSTALLED
        return taken and newest is not None and newest.serial == issued.certificate.serial


def _standing(request: SigningRequest) -> Supplied:
    """Return how a request for a certificate stands."""
    match request.state:
        case RequestState.INSTALLED:
            return Supplied(supply=Supply.MET, detail=f"serial number {request.serial}")
        case RequestState.WAITING if request.attempts:
            return Supplied(supply=Supply.QUEUED, detail=f"who signs said {request.detail}")
        case RequestState.DECLINED if request.attempts:
            detail = "the station may have taken its certificate, and could not say so"
            return Supplied(supply=Supply.UNHEARD, detail=detail)
        case RequestState.WAITING | RequestState.SIGNED:
            detail = request.detail or f"its request is {request.state}"
            return Supplied(supply=Supply.UNDER_WAY, detail=detail)
        case _:
            detail = f"its request for a certificate was {request.state}: {request.detail}"
            return Supplied(supply=Supply.REFUSED, detail=detail)


def _unmet(said: Said, what: str) -> Supplied:
    """Return what a station's answer makes of a need."""
    words = ": ".join(filter(None, (said.wire_status or said.outcome.value, said.reason)))
    if said.outcome is Outcome.NOT_CONNECTED:
        return Supplied(supply=Supply.AWAY, detail="the station is not connected")
    supply = Supply.UNHEARD if said.outcome in UNHEARD else Supply.REFUSED
    return Supplied(supply=supply, detail=f"asked for {what}, the station said {words}")


def _is_held(pem: str, held: Iterable[InstalledCertificate]) -> bool:
    """Return whether a station reports a root, in whichever hash algorithm it does."""
    (root,) = reading.load(pem)
    roots = (each for each in held if each.use is Use.CSMS_ROOT)
    return any(reading.is_named(root, name_of(each)) for each in roots)
