"""What an operator's call entrusts to a station: learned and guarded, whoever makes the call."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import structlog

from laddnav.gateway.line.calls import UNFIT
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import (
    Answered,
    CallFailed,
    CallResult,
    Commanded,
    CommandStatus,
    InvalidPayload,
    NotPossible,
)
from laddnav.stations.model.handover import Taken
from laddnav.stations.service.passage import Passage, Withheld
from laddnav.storage.errors import StorageError

_NONSENSE: Final = -1
_SEVERAL: Final = NotPossible(
    reason="several passwords or security profiles in one message: send each in one of its own"
)
_AWAY: Final = NotPossible(
    reason="the database is away, and must hold what the station is entrusted with"
)
_TAKEN: Final = {
    CommandStatus.ACCEPTED: Taken.ACCEPTED,
    CommandStatus.REBOOT_REQUIRED: Taken.REBOOT,
}
_log = structlog.get_logger(__name__)


class Entrusted(NamedTuple):
    """A password, a security profile or both.

    Attributes:
        is_stored: Whether the station only puts it ready (a network profile).
        is_ambiguous: Whether there are several passwords or profiles: which one the station comes
            with could not be told.
    """

    password: str | None = None
    profile: int | None = None
    is_stored: bool = False
    is_ambiguous: bool = False


def profile_number(text: str) -> int:
    """Return the security profile that a text means; what is none is no profile's number."""
    digits = text.strip()
    return (
        int(digits) if digits.isascii() and digits.isdecimal() and len(digits) == 1 else _NONSENSE
    )


class Custody:
    """Calls that entrust something to one station.

    Before it is sent its digest is stored, so that the station may come back with it whatever
    becomes of the answer. A lower security profile is never sent (A00.FR.005).
    """

    def __init__(self, passage: Passage, key: StationKey) -> None:
        self._passage = passage
        self._key = key

    async def call(
        self,
        entrusted: Entrusted,
        send: Callable[[], Awaitable[CallResult]],
        outcome: Callable[[bytes], Commanded | None],
    ) -> CallResult:
        """Send a call.

        Args:
            entrusted: What is in it.
            send: Sends it.
            outcome: What an answer's payload says of it; None: it cannot be read.
        """
        if entrusted.is_ambiguous:
            return _SEVERAL
        try:
            noted = await self._passage.sending(
                self._key,
                password=entrusted.password,
                profile=entrusted.profile,
                is_stored=entrusted.is_stored,
            )
        except StorageError:
            return _AWAY
        if isinstance(noted, Withheld):
            return NotPossible(reason=noted.reason)
        result = await send()
        taken, detail = _taken(result, outcome)
        try:
            await self._passage.answered(self._key, noted, taken, detail)
        except StorageError as error:  # both stay admitted until the station next comes in
            about = {"station": str(self._key), "why": type(error).__name__}
            _log.warning("what a station took is not stored", **about)
        return result


def _taken(result: CallResult, outcome: Callable[[bytes], Commanded | None]) -> tuple[Taken, str]:
    """Return what the station made of it, and in which words (A01.FR.03, A01.FR.04)."""
    match result:
        case Answered(payload=payload):
            said = outcome(payload)
            if said is None:
                return Taken.UNHEARD, "the answer cannot be read"
            words = ": ".join(filter(None, (said.wire_status, said.reason)))
            return _TAKEN.get(said.status, Taken.REJECTED), words
        case CallFailed(code=code, description=description):
            heard = Taken.UNHEARD if description.startswith(UNFIT) else Taken.REJECTED
            return heard, f"{code}: {description}".removesuffix(": ")
        case NotPossible() | InvalidPayload():
            return Taken.UNSENT, "it was not sent"
        case _:
            return Taken.UNHEARD, "no answer came"
