"""Whether the certificates with which stations come are their own (security profile 3)."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from laddnav.kernel.clock import Clock
from laddnav.pki.model.authority import IssuedCertificate
from laddnav.pki.model.client import ClientAccepted, ClientFlaw, ClientRefused, ClientTrust
from laddnav.pki.rules.clients import judge_client_certificate
from laddnav.pki.service.roots import Roots
from laddnav.stations.model import Station

_TRUST_SECONDS: Final = 5.0


class _Known(NamedTuple):
    until: float
    trust: "asyncio.Task[ClientTrust]"


class Certificates:
    """Judges the certificates of stations.

    What an operator trusts is read at most once in five seconds: all its stations may come at once.
    """

    def __init__(self, roots: Roots, clock: Clock) -> None:
        self._roots = roots
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def judge(
        self, station: Station, chain: Sequence[bytes], names: Collection[str]
    ) -> ClientAccepted | ClientRefused:
        """Judge a chain (DER, the station's own first); `names` are those that it may bear.

        One that was signed here for another station is refused, whatever name that has let be put
        into it, and one that was revoked (A00.FR.702).

        Raises:
            StorageUnavailable: The database is away.
        """
        judged = judge_client_certificate(
            chain,
            trust=await self._trust_of(station.key.operator),
            serials=names,
            identity=station.key.identity,
            allows_expired=station.settings.allow_expired_certificate,
            now=self._clock.now(),
        )
        if isinstance(judged, ClientRefused):
            return judged
        issued = await self._roots.issued(station.key.operator, chain[0])
        return judged if issued is None else _barred(issued, station.key.identity) or judged

    async def _trust_of(self, operator: str) -> ClientTrust:
        now = self._clock.monotonic()
        known = self._known.get(operator)
        if known is None or known.until <= now or _has_failed(known.trust):
            task = asyncio.create_task(self._roots.trust_of(operator), name="trust")
            task.add_done_callback(_has_failed)
            known = self._known[operator] = _Known(now + _TRUST_SECONDS, task)
        return await asyncio.shield(known.trust)


def _barred(issued: IssuedCertificate, identity: str) -> ClientRefused | None:
    """Return why a certificate that was signed here does not admit a station; None: it does."""
    if issued.revoked_at is not None:
        why = f": {issued.revoked_for}" if issued.revoked_for else ""
        return ClientRefused(
            flaw=ClientFlaw.REVOKED,
            detail=f"it was revoked {issued.revoked_at:%Y-%m-%d %H:%M} UTC{why}",
            remedy=(
                "Install another certificate on site (`laddnav pki sign`), or remove the station "
                "here and add it anew with a password."
            ),
        )
    return None if issued.station in {"", identity} else _another(issued.station)


def _another(holder: str) -> ClientRefused:
    return ClientRefused(
        flaw=ClientFlaw.WRONG_NAME,
        detail=f"it was signed here for the station {holder}",
        remedy="Let each station ask for a certificate of its own (`laddnav pki renew`).",
    )


def _has_failed(task: "asyncio.Task[ClientTrust]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
