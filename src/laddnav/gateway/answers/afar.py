"""Reading payloads that are so long that mending them would hold the loop."""

from typing import Any

import structlog
from msgspec import Struct

from laddnav.gateway.line.pace import Pace
from laddnav.gateway.mending.packed import Packed
from laddnav.gateway.mending.reading import Decode, Leniency, Read, as_mended, read_strictly
from laddnav.gateway.ports import Menders, MendersAwayError
from laddnav.ocpp.action import Action, Version

_log = structlog.get_logger(__name__)


class LongReader:
    """Reads long payloads of one link: as `mending` does, but holding the loop only shortly.

    Args:
        menders: Who mends what cannot be read strictly.
    """

    __slots__ = ("_menders", "_pace", "_version")

    def __init__(self, version: Version, menders: Menders, pace: Pace) -> None:
        self._version = version
        self._menders = menders
        self._pace = pace

    async def request(self, action: Action, raw: bytes, leniency: Leniency) -> Read:
        """Do as `mending.read_request`; what nobody could mend is refused as it is."""
        return await self._read(action.request, action.decode_request, raw, leniency)

    async def response(self, action: Action, raw: bytes, leniency: Leniency) -> Read:
        """Do as `mending.read_response`; what nobody could mend is refused as it is."""
        kind: Any = action.response
        return await self._read(kind, action.decode_response, raw, leniency)

    async def _read(
        self, kind: type[Struct], decode: Decode, raw: bytes, leniency: Leniency
    ) -> Read:
        read = await self._pace.do(read_strictly, self._version, decode, raw, leniency)
        if isinstance(read, Read):
            return read
        if leniency is not Leniency.STRICT:
            packed = await self._mended(kind, raw, leniency)
            done = None if packed is None else await self._unpacked(decode, packed)
            if done is not None:
                return done
        raise read

    async def _mended(self, kind: type[Struct], raw: bytes, leniency: Leniency) -> Packed | None:
        try:
            return await self._menders.mend(kind, bytes(raw), salvage=leniency is Leniency.SALVAGE)
        except MendersAwayError as error:
            _log.error("a message could not be mended", kind=kind.__name__, why=str(error))
            return None

    async def _unpacked(self, decode: Decode, packed: Packed) -> Read | None:
        return await self._pace.unhurried(as_mended(decode, packed.mended, packed.values()))
