"""Which calls entrust a password or a security profile to a station, in each version."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from msgspec import Struct

from laddnav.gateway.commands.custody import Custody, Entrusted
from laddnav.gateway.link import ACTIONS, Link
from laddnav.gateway.mending.reading import read_response
from laddnav.gateway.v16 import credentials as v16
from laddnav.gateway.v201 import credentials as v201
from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import RemoteProtocolError
from laddnav.stations.control import CallResult, Commanded


class _Words(NamedTuple):
    entrusted: Callable[[str, Any], Entrusted | None]
    outcome: Callable[[str, Any, Any], Commanded]


_WORDS: Final[Mapping[Version, _Words]] = {
    Version.V16: _Words(v16.entrusted, v16.outcome),
    Version.V201: _Words(v201.entrusted, v201.outcome),
    Version.V21: _Words(v201.entrusted, v201.outcome),
}


async def entrust(
    link: Link, name: str, request: Struct, send: Callable[[], Awaitable[CallResult]]
) -> CallResult:
    """Send a call by `send`; what it entrusts to the station is learned, or it is not sent."""
    entrusted = _WORDS[link.version].entrusted(name, request)
    if entrusted is None:
        return await send()
    custody = Custody(link.rooms.stations.passage, link.key)
    return await custody.call(entrusted, send, partial(_outcome, link.version, name, request))


def _outcome(version: Version, name: str, request: Struct, payload: bytes) -> Commanded | None:
    try:
        answer = read_response(version, ACTIONS[version][name], payload).payload
    except RemoteProtocolError:
        return None
    return _WORDS[version].outcome(name, request, answer)
