"""A table of the server's requests and of what answers them."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec

from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError, from_decode_failure
from laddnav.simulator.commands import Commands

_T = TypeVar("_T", bound=msgspec.Struct)
_Answering = Callable[[Commands, _T], msgspec.Struct]


class Entry(NamedTuple):
    """What reads a request and what answers it."""

    decoder: msgspec.json.Decoder[Any]
    answering: Callable[[Commands, Any], msgspec.Struct]


class Answers:
    """Which function answers which action of a version; what has none is not supported.

    Attributes:
        entries: The functions and what reads their requests, by action.
    """

    def __init__(self, version: Version) -> None:
        self._version = version
        self.entries: dict[str, Entry] = {}

    def to(self, action: str, request: type[_T]) -> Callable[[_Answering[_T]], _Answering[_T]]:
        """Register the decorated function for `action`, whose payload is read as `request`."""

        def register(answering: _Answering[_T]) -> _Answering[_T]:
            self.entries[action] = Entry(msgspec.json.Decoder(request), answering)
            return answering

        return register

    def include(self, *others: "Answers") -> None:
        """Answer with the functions of other tables, too."""
        for other in others:
            self.entries.update(other.entries)

    def __contains__(self, action: str) -> bool:
        return action in self.entries

    def __call__(self, commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
        """Answer one request.

        Raises:
            RemoteProtocolError: It is unreadable, or nothing answers it.
        """
        entry = self.entries.get(action.name)
        if entry is None:
            description = f"{action.name} is not supported"
            raise RemoteProtocolError(ErrorCode.NOT_SUPPORTED, description)
        try:
            request = entry.decoder.decode(payload)
        except (msgspec.MsgspecError, ValueError) as exc:
            raise from_decode_failure(self._version, exc) from exc
        return entry.answering(commands, request)
