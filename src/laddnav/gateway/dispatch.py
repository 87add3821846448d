"""Which function answers which action: the table that the translators fill.

A translator turns a message into a business word, lets a room act on it, and returns the answer:

    @answers(Version.V16, "StopTransaction")
    async def stop_transaction(desk: Desk, request: core.StopTransactionRequest) -> Answer: ...

It is an ordinary function where it never waits (Heartbeat, StatusNotification, MeterValues) and a
coroutine function where it may. It never commits: the link stores `Answer.write`, and sends the
response only when that is durable.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

from msgspec import Struct

from laddnav.gateway.line.pace import Pace
from laddnav.gateway.mending.mends import Mend
from laddnav.gateway.rooms import Rooms
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Action, Version
from laddnav.stations.live import LiveStation
from laddnav.storage.write import Write


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """What a translator makes of a message.

    Attributes:
        response: What is sent; None where the action is never answered (SEND of 2.1).
        write: What must be durable before.
        after: Called once the response is durable and sent: for commands that follow an answer.
    """

    response: Struct | None
    write: Write | None = None
    after: Callable[[], None] | None = None


class Desk(Struct, frozen=True, kw_only=True, gc=False):
    """What a translator knows besides the message itself.

    Attributes:
        now: When the message came (aware, UTC), however long it waited since.
        raw: The whole frame as it came.
        mends: What had to be mended in it: see `mending` for what the request may then hold.
        pace: How what is long is done.
    """

    key: StationKey
    version: Version
    now: datetime
    raw: str
    live: LiveStation
    rooms: Rooms
    pace: Pace
    mends: tuple[Mend, ...] = ()


Answering: TypeAlias = Callable[[Desk, Any], Answer | Awaitable[Answer]]
Apology: TypeAlias = Callable[[Desk], Struct | Awaitable[Struct]]
_Function = TypeVar("_Function", bound=Callable[..., object])

CARRIES_ENERGY: Final = frozenset({
    "StartTransaction",
    "StopTransaction",
    "MeterValues",
    "TransactionEvent",
})  # fmt: skip
"""Actions that are never refused for what they say, and whose frame is never lost."""

_ANSWERS: Final[dict[Version, dict[str, Answering]]] = {version: {} for version in Version}
_APOLOGIES: Final[dict[Version, dict[str, Apology]]] = {version: {} for version in Version}


def answers(version: Version, action: str) -> Callable[[_Function], _Function]:
    """Register the decorated function as the one that answers `action` in `version`.

    What answers in 2.0.1 answers in 2.1 too, unless 2.1 has its own.
    """
    return _registers(_ANSWERS, version, action)


def apologises(version: Version, action: str) -> Callable[[_Function], _Function]:
    """Register what makes a valid response for a message whose translator failed.

    Needed only for actions in `CARRIES_ENERGY` whose response has required properties: the frame
    has been kept as evidence, and the station must not send it again until it gives up.
    """
    return _registers(_APOLOGIES, version, action)


def answering(version: Version) -> Mapping[str, Answering]:
    """Return the functions that answer the actions of a version, by their names.

    All translators have been imported before (`translators`).
    """
    return _answering_21() if version is Version.V21 else _ANSWERS[version]


@cache
def _answering_21() -> Mapping[str, Answering]:
    return {**_ANSWERS[Version.V201], **_ANSWERS[Version.V21]}


def apology(version: Version, action: str) -> Apology | None:
    """Return the function that makes a valid response to a message that could not be taken."""
    found = _APOLOGIES[version].get(action)
    if found is None and version is Version.V21:
        return _APOLOGIES[Version.V201].get(action)
    return found


async def apologising(version: Version, action: Action, desk: Desk) -> Struct:
    """Return a valid response to a message that could not be taken."""
    apologise = apology(version, action.name)
    if apologise is None:
        return action.decode_response(b"{}")
    response = apologise(desk)
    return response if isinstance(response, Struct) else await response


def _registers(
    table: dict[Version, dict[str, Any]], version: Version, action: str
) -> Callable[[_Function], _Function]:
    def register(function: _Function) -> _Function:
        if action in table[version]:
            message = f"{action} of OCPP {version} is answered twice"
            raise ValueError(message)
        table[version][action] = function
        return function

    return register
