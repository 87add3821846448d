"""The official schemas of the PyPI package `ocpp`, and an ear on every test's link.

Whatever Laddnav sends over a link of a test is held against the schema of its version, action and
way; the frames around it against OCPP-J. What does not fit is put down in `flaws` and fails the
test in which it was sent: `tests/conftest.py` looks after each. Nothing is sampled: each schema is
built once, and a frame costs some 5 microseconds.
"""

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import jsonschema_rs
from typing_extensions import override
from websockets.asyncio.client import ClientConnection
from websockets.frames import Frame, Opcode

from laddnav.ocpp import v16, v21, v201
from laddnav.ocpp.action import Action, Direction, Version

ACTIONS: Final[Mapping[Version, Mapping[str, Action]]] = {
    Version.V16: v16.ACTIONS,
    Version.V201: v201.ACTIONS,
    Version.V21: v21.ACTIONS,
}
FOLDERS: Final = {Version.V16: "v16", Version.V201: "v201", Version.V21: "v21"}
# The codes of errors, as each version spells them [J16 table 7, J201 and J21 section 4.3].
_CODES: Final = frozenset({
    "GenericError", "InternalError", "NotImplemented", "NotSupported", "ProtocolError",
    "PropertyConstraintViolation", "SecurityError", "TypeConstraintViolation",
})  # fmt: skip
_CODES_16: Final = _CODES | {"FormationViolation", "OccurenceConstraintViolation"}
_CODES_2: Final = _CODES | {
    "FormatViolation", "MessageTypeNotSupported", "OccurrenceConstraintViolation",
    "RpcFrameworkError",
}  # fmt: skip
_UNREADABLE: Final = "-1"  # the id of the answer to a call whose own cannot be read [J201 4.2.3]
# What an exception of ours looks like, where its text is shown to a station.
_EXPOSED: Final = re.compile(r'\b[A-Z]\w*(?:Error|Exception)\(|Traceback|File \\*"|\w\.py\b')
_LONGEST_ID: Final = 36
_LONGEST_DESCRIPTION: Final = 255
_RESULT_ERROR, _SEND = 5, 6
_HEAD: Final = 1_000  # characters of what a station says that are looked at
_MOST_SHOWN: Final = 10
# Stations of tests may send anything; of what may be a call only that is looked at which an
# answer must fit: its id and its action.
_CALL: Final = re.compile(
    r"[\s\ufeff]*\[\s*(?![345]\s*,)\d+\s*,"
    r'\s*("(?:[^"\\]|\\.){0,300}"|-?\d{1,300}(?:\.\d+)?)\s*,\s*"([^"]{1,50})"'
)

flaws: Final[list[str]] = []
"""What was sent, since this was last looked at, that should not have been."""


@cache
def validator(version: Version, stem: str) -> jsonschema_rs.Validator:
    """Return the official schema of a message, by the name of its file."""
    path = files("ocpp").joinpath(FOLDERS[version], "schemas", f"{stem}.json")
    schema = json.loads(path.read_text(encoding="utf-8-sig"))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def request_stem(version: Version, action: str) -> str:
    """Return the name of the schema of a request."""
    named = ACTIONS[version].get(action)
    is_sent = named is not None and named.response is None
    return action if version is Version.V16 or is_sent else f"{action}Request"


def hold() -> None:
    """Fail where anything was put down."""
    found, flaws[:] = list(flaws), []
    assert not found, "\n".join(found[:_MOST_SHOWN])


class _End:
    """One end of a link: which calls it may make, and what it has asked."""

    def __init__(self, name: str, asks: Direction) -> None:
        self.name = name
        self.asks = {asks, Direction.BOTH}
        self.ids: set[Any] = set()
        self._asked: defaultdict[Any, deque[str]] = defaultdict(deque)

    def ask(self, message_id: Any, action: str) -> None:
        self.ids.add(message_id)
        self._asked[message_id].append(action)

    def answered(self, message_id: Any) -> str | None:
        """Return the action that was asked under an id and is not answered yet."""
        if message_id not in self._asked:
            return None
        action = self._asked[message_id].popleft()
        if not self._asked[message_id]:
            del self._asked[message_id]
        return action


class Overheard:
    """What goes over one link between a station of a test and Laddnav.

    Args:
        version: What they speak.
        vouches: Whether what the station says must fit as well.
    """

    def __init__(self, version: Version, *, vouches: bool = False) -> None:
        self._version = version
        self._vouches = vouches
        self._station = _End("the station", Direction.STATION_TO_CSMS)
        self._laddnav = _End("Laddnav", Direction.CSMS_TO_STATION)

    def hear(self, way: Literal["in", "out"], text: str) -> None:
        """Take a frame, as the stations of the simulator tell of them."""
        if way == "in":
            self.came(text)
        else:
            self.told(text)

    def told(self, text: str | bytes) -> None:
        """Take what the station is about to send."""
        if self._vouches:
            self._hold(text, self._station, self._laddnav)
            return
        head = text[:_HEAD]
        words = head.decode(errors="replace") if isinstance(head, bytes) else head
        if (call := _CALL.match(words)) is not None:
            self._station.ask(json.loads(call[1], strict=False), re.sub(r"\W", "", call[2]))

    def came(self, text: str | bytes) -> None:
        """Take what Laddnav has sent."""
        self._hold(text, self._laddnav, self._station)

    def _hold(self, text: str | bytes, own: _End, other: _End) -> None:
        try:
            found = list(self._found(json.loads(text), own, other))
        except (ValueError, OSError) as error:
            found = [f"it is no frame: {error!r}"]
        shown = f"{own.name} sent in OCPP {self._version}: {text[:_HEAD]!r}"
        flaws.extend(f"{shown}\n  {flaw}" for flaw in found)

    def _found(self, frame: object, own: _End, other: _End) -> Iterator[str]:
        match frame:
            case [2 | 6 as number, message_id, str() as action, dict() as payload]:
                yield from self._of_call(number, message_id, action, own)
                own.ask(message_id, action)
                yield from self._of_payload(request_stem(self._version, action), payload)
            case [3, message_id, dict() as payload]:
                asked = other.answered(message_id)
                if asked is None:
                    yield "nobody asked that"
                else:
                    yield from self._of_payload(f"{asked}Response", payload)
            case [4 | 5 as number, message_id, code, description, dict() as details]:
                yield from self._of_error(number, message_id, own, other)
                yield from self._of_words(code, description)
                if _EXPOSED.search(f"{description} {json.dumps(details)}"):
                    yield "it shows an exception, or where in the code it came from"
            case _:
                yield "it is no frame"

    def _of_call(self, number: int, message_id: Any, action: str, own: _End) -> Iterator[str]:
        known = ACTIONS[self._version].get(action)
        if known is None or known.direction not in own.asks:
            yield "the other end takes no such call"
        elif (known.response is None) is not (number == _SEND):
            yield "the message type is not that of the action"
        if not isinstance(message_id, str) or not 0 < len(message_id) <= _LONGEST_ID:
            yield "the message id has not 1 to 36 characters"
        elif message_id in own.ids:
            yield "the message id was used before on this link"

    def _of_payload(self, stem: str, payload: Any) -> Iterator[str]:
        for error in validator(self._version, stem).iter_errors(payload):
            yield f"{stem}: {error.message}, at {list(error.instance_path)}"

    def _of_error(self, number: int, message_id: Any, own: _End, other: _End) -> Iterator[str]:
        if number == _RESULT_ERROR:
            if self._version is not Version.V21 or message_id not in own.ids:
                yield "no result can be refused so"
        elif other.answered(message_id) is None and not self._is_unreadable(message_id):
            yield "nobody asked that"

    def _is_unreadable(self, message_id: Any) -> bool:
        """Whether an id stands for one that could not be read; 1.6 has none."""
        return self._version is not Version.V16 and message_id == _UNREADABLE

    def _of_words(self, code: Any, description: Any) -> Iterator[str]:
        if code not in (_CODES_16 if self._version is Version.V16 else _CODES_2):
            yield f"{code!r} is no code of this version"
        if not isinstance(description, str) or len(description) > _LONGEST_DESCRIPTION:
            yield "the description is no text of at most 255 characters"


class OverheardConnection(ClientConnection):
    """A station's connection of which everything is overheard, also what nobody reads."""

    _ear: Overheard | None = None
    _begun = b""

    @property
    def _overheard(self) -> Overheard:
        if self._ear is None:
            version = Version.from_subprotocol(self.subprotocol or "")
            self._ear = Overheard(version or Version.V16)  # without one, OCPP 1.6 is taken
        return self._ear

    @override
    def process_event(self, event: Any) -> None:
        if isinstance(event, Frame) and event.opcode in {Opcode.TEXT, Opcode.CONT}:
            self._begun += event.data
            if event.fin:
                whole, self._begun = self._begun, b""
                self._overheard.came(whole)
        super().process_event(event)

    @override
    async def send(self, message: Any, *, text: bool | None = None) -> None:
        if isinstance(message, str | bytes):
            self._overheard.told(message)
        await super().send(message, text=text)
