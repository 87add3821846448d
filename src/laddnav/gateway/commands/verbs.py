"""The verbs of `stations.control` as messages between nodes: their types are its signatures.

A question names a verb, a station and the arguments; a reply holds the verb's result, or why there
is none. Both are JSON. What does not fit its type exactly is not understood: a node of another
release may know a verb or an argument that this one does not.
"""

import inspect
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, get_type_hints

import msgspec
from msgspec import Raw, Struct
from msgspec.json import Decoder
from msgspec.structs import asdict

from laddnav.kernel.keys import StationKey
from laddnav.stations.control import StationControl


class Obstacle(StrEnum):
    """Why the asked node has no result to give."""

    NOT_HERE = "not_here"
    NOT_UNDERSTOOD = "not_understood"
    TOO_LARGE = "too_large"


class Asked(NamedTuple):
    """A question, understood."""

    verb: str
    key: StationKey
    arguments: Mapping[str, Any]


class _Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    verb: str
    key: StationKey
    arguments: Raw


class _Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="told"):
    result: Raw


class _Untold(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="untold"):
    obstacle: Obstacle


class _Verb(NamedTuple):
    signature: inspect.Signature
    arguments: Decoder[Struct]
    result: Decoder[Any]


def _verb(name: str, function: Any) -> _Verb:  # noqa: ANN401 - the verbs differ in their signatures, which are read here
    """Return a verb with the types of its signature, behind `self` and `key`."""
    signature, hints = inspect.signature(function), get_type_hints(function)
    fields = [
        (each.name, hints[each.name])
        if each.default is each.empty
        else (each.name, hints[each.name], each.default)
        for each in list(signature.parameters.values())[2:]
    ]
    arguments = msgspec.defstruct(
        name, fields, frozen=True, kw_only=True, forbid_unknown_fields=True
    )
    return _Verb(signature, Decoder(arguments), Decoder(hints["return"]))


_VERBS: Final[Mapping[str, _Verb]] = {
    name: _verb(name, member)
    for name, member in vars(StationControl).items()
    if inspect.iscoroutinefunction(member)
}
_read_question: Final = Decoder(_Question).decode
_read_reply: Final = Decoder(_Told | _Untold).decode
_write: Final = msgspec.json.encode


def named(verb: str, *arguments: object, **more: object) -> dict[str, Any]:
    """Return the arguments of a verb, behind its station's key, by their names."""
    bound = _VERBS[verb].signature.bind(None, None, *arguments, **more)
    return dict(list(bound.arguments.items())[2:])


def write_question(asked: Asked) -> bytes:
    """Return a question as it travels."""
    arguments = Raw(_write(asked.arguments))
    return _write(_Question(verb=asked.verb, key=asked.key, arguments=arguments))


def read_question(data: bytes) -> Asked | None:
    """Return what is asked; None: it is not understood."""
    try:
        question = _read_question(data)
        verb = _VERBS.get(question.verb)
        if verb is None:
            return None
        arguments = verb.arguments.decode(question.arguments)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return Asked(question.verb, question.key, asdict(arguments))


def write_reply(result: object) -> bytes:
    """Return a verb's result, or the obstacle to it, as it travels."""
    if isinstance(result, Obstacle):
        return _write(_Untold(obstacle=result))
    return _write(_Told(result=Raw(_write(result))))


def read_reply(verb: str, data: bytes) -> Any:  # noqa: ANN401 - each verb has a result type of its own
    """Return a verb's result, or the `Obstacle` to it; None: the reply cannot be read."""
    try:
        reply = _read_reply(data)
        if isinstance(reply, _Untold):
            return reply.obstacle
        return _VERBS[verb].result.decode(reply.result)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
