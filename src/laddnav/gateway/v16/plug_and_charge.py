"""Plug & Charge in OCPP 1.6, whose messages of ISO 15118 travel inside DataTransfer.

Only contracts that the station has checked itself are judged: what belongs to certificates is not
taken at all, and the station is told so.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct, field

from laddnav.gateway.answers.authority import ask
from laddnav.gateway.dispatch import Desk
from laddnav.gateway.v16.authorization import STATUSES
from laddnav.ocpp.v16 import core
from laddnav.tokens.model import TokenRef, TokenVerdict, Verdict

VENDOR: Final = "org.openchargealliance.iso15118pnc"

_EMAID: Final = "eMAID"
_REJECTED: Final = core.DataTransferResponse(status="Rejected")
_UNPROVEN: Final = TokenVerdict(verdict=Verdict.INVALID)


class _IdToken(Struct, frozen=True, kw_only=True):
    id_token: str = field(name="idToken")


class _Authorize(Struct, frozen=True, kw_only=True):
    id_token: _IdToken = field(name="idToken")
    certificate: str | None = None
    hash_data: list[Any] | None = field(name="iso15118CertificateHashData", default=None)

    @property
    def asks_for_proof(self) -> bool:
        """Whether the station leaves the certificates to us."""
        return bool(self.certificate or self.hash_data)


_DECODER: Final = msgspec.json.Decoder(_Authorize)


async def authorize(desk: Desk, data: str) -> core.DataTransferResponse:
    """Judge a contract; one whose certificates we would have to check is refused (C07.FR.17)."""
    try:
        request = _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _REJECTED
    if request.asks_for_proof:
        return _told(_UNPROVEN, certificateStatus="CertChainError")
    return _told(await ask(desk, TokenRef(request.id_token.id_token, _EMAID)))


def _told(verdict: TokenVerdict, **also: str) -> core.DataTransferResponse:
    answer = {**also, "idTokenInfo": {"status": STATUSES[verdict.verdict]}}
    return core.DataTransferResponse(status="Accepted", data=msgspec.json.encode(answer).decode())
