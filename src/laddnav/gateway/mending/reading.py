"""Reading payloads: strictly first; what does not fit is mended where chargers are known to err.

A payload that fails its strict reading is walked once along its type. Numbers and text change
places, objects become lists, null and "" become absent; what is unknown or too long is kept.
Energy that was delivered is never refused: a message that carries it is salvaged, which means that
what cannot be mended is left out where it is optional, and stands as None where it is required.

So a payload that was mended may hold what its type does not say:

- an enumeration: any text;
- text with a limit: longer or shorter text;
- a required time: `instants.EPOCH`, where there was none that could be used;
- in a message that was salvaged, required values: None; a `Decimal`: the text that came; a list:
  fewer items than its least.

`whole` and `text` read such attributes.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Struct, structs

from laddnav.gateway.mending.letter import misfit
from laddnav.gateway.mending.mends import Mend, MendKind, Step, Unusable, Walk
from laddnav.gateway.mending.structure import Cut, message_shape
from laddnav.gateway.mending.times import holds_usable_times
from laddnav.kernel.steps import Steps, at_once
from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.errors import Failure, RemoteProtocolError, from_decode_failure, refusal

LONGEST_ANSWER: Final = 64 * 1024
"""Octets of an answer beyond which it is not mended: that may take more than 20 ms."""

_LONGEST_WHOLE: Final = 40
_PUT_AT_A_STRETCH: Final = 500
_FAILURES: Final = (msgspec.MsgspecError, ValueError, RecursionError, ArithmeticError)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
Decode: TypeAlias = Callable[[bytes], Struct]
_Path: TypeAlias = tuple[Step, ...]
RawValue: TypeAlias = tuple[_Path, object]
"""What stands in a struct as it is, and where."""


class Leniency(Enum):
    """How far reading goes to take a message."""

    STRICT = "as the specification says, for conformance tests"
    MEND = "mend what chargers are known to get wrong"
    SALVAGE = "mend, and take what carries energy if any of it can be read"


class Read(NamedTuple):
    """A payload that was read, and what had to be mended for it."""

    payload: Struct
    mends: tuple[Mend, ...] = ()


class Mended(NamedTuple):
    """What mending makes of a payload, in a form that is quick to read wherever it was made.

    Attributes:
        text: JSON that fits the type.
        mends: What was changed.
        raw: What goes into the struct as it is.
    """

    text: bytes
    mends: tuple[Mend, ...]
    raw: tuple[RawValue, ...]


def read_request(
    version: Version, action: Action, raw: bytes, leniency: Leniency = Leniency.MEND
) -> Read:
    """Read the payload of a station's call; `raw` may be anything with octets in it.

    Raises:
        RemoteProtocolError: It cannot be read; the code is that of its first fault.
    """
    return _read(version, action.request, action.decode_request, raw, leniency)


def read_response(
    version: Version, action: Action, raw: bytes, leniency: Leniency = Leniency.MEND
) -> Read:
    """Read the payload of a station's answer to our call; raises as `read_request` does.

    One that is longer than `LONGEST_ANSWER` is read strictly.
    """
    if action.response is None:
        message = f"{action.name} is never answered"
        raise TypeError(message)
    if len(raw) > LONGEST_ANSWER:
        leniency = Leniency.STRICT
    return _read(version, action.response, action.decode_response, raw, leniency)


def whole(value: object) -> int | None:
    """Return a required whole number of a salvaged message, None where it is missing."""
    return value if isinstance(value, int) else None


def text(value: object) -> str | None:
    """Return a required text of a salvaged message, None where it is missing."""
    return value if isinstance(value, str) else None


def _read(
    version: Version, kind: type[Struct], decode: Decode, raw: bytes, leniency: Leniency
) -> Read:
    read = read_strictly(version, decode, raw, leniency)
    if isinstance(read, Read):
        return read
    if leniency is not Leniency.STRICT:
        mended = mend(kind, bytes(raw), salvage=leniency is Leniency.SALVAGE)
        done = None if mended is None else at_once(as_mended(decode, mended, mended.raw))
        if done is not None:
            return done
    raise read


def read_strictly(
    version: Version, decode: Decode, raw: bytes, leniency: Leniency
) -> Read | RemoteProtocolError:
    """Read a payload as it is, or return why that cannot be done."""
    try:
        payload = decode(raw)
    except _FAILURES as failure:
        return from_decode_failure(version, failure)
    if leniency is Leniency.STRICT:
        beyond = None if len(raw) > LONGEST_ANSWER else misfit(version, payload, raw)
        return beyond or Read(payload)
    if holds_usable_times(payload):
        return Read(payload)
    return refusal(version, Failure.VALUE, "$: a time is not one that can be used")


def mend(kind: type[Struct], raw: bytes, *, salvage: bool) -> Mended | None:
    """Return what can be made of a payload that is to be of type `kind`, None: nothing.

    For long ones this takes seconds: some 2 ms for each kilobyte of the worst. So those that come
    from stations are mended by `Menders`.
    """
    walk = Walk(salvage=salvage)
    try:
        tree = _tree(raw)
        if tree is None or tree == []:
            walk.note(MendKind.TO_OBJECT)
            tree = {}
        text = _ENCODER.encode(message_shape(kind).mend(tree, walk))
    except (Unusable, *_FAILURES):
        return None
    if walk.losses and not walk.usable:
        return None
    # Nothing in it was changed: then it was not quite JSON (Infinity, a control character).
    mends = tuple(walk.notes) or (Mend(MendKind.NO_JSON, "$"),)
    return Mended(text, mends, tuple(walk.raw.items()))


def as_mended(decode: Decode, mended: Mended, raw: Iterable[RawValue]) -> Steps[Read | None]:
    """Read a payload that was mended, with its raw values; None: it does not fit even so."""
    try:
        payload = decode(mended.text)
    except _FAILURES:
        return None
    yield from _put_all(payload, raw)
    return Read(payload, mended.mends)


def _tree(raw: bytes) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
    """Return the JSON as it is, with numbers that keep all their digits.

    Not msgspec: it refuses control characters in text and whole numbers of many digits, which is
    what some of these payloads are here for.
    """
    return json.loads(
        bytes(raw), strict=False, parse_float=_number, parse_int=_whole, parse_constant=str
    )  # fmt: skip


def _number(digits: str) -> Decimal | str:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return digits


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_WHOLE else digits


def _put_all(payload: Struct, raw: Iterable[RawValue]) -> Steps[None]:
    """Let each value stand at its path; a list is made anew only once, for it may be long."""
    lists: dict[_Path, list[object]] = {}
    for count, (path, value) in enumerate(raw, 1):
        if not count % _PUT_AT_A_STRETCH:
            yield
        way, last = path[:-1], path[-1]
        if isinstance(last, int):
            items = lists.get(way)
            if items is None:
                items = lists[way] = list(_at(payload, way))
            items[last] = value
        elif path in lists and isinstance(value, Cut):
            del lists[path][value.length :]
        else:
            _put(payload, path, value)
    for path, items in lists.items():
        _put(payload, path, tuple(items))


def _put(payload: Struct, path: _Path, value: object) -> None:
    """Let `value` stand at `path`, whatever the type there."""
    *way, last = path
    owner = _at(payload, way)
    attribute = _attribute(owner, last)
    if isinstance(value, Cut):
        value = getattr(owner, attribute)[: value.length]
    structs.force_setattr(owner, attribute, value)


def _at(payload: Any, way: Sequence[Step]) -> Any:  # noqa: ANN401 - a step may lead to a struct, a tuple or a leaf of any type
    for step in way:
        is_item = isinstance(step, int)
        payload = payload[step] if is_item else getattr(payload, _attribute(payload, step))
    return payload


def _attribute(owner: Struct, step: Step) -> str:
    """Return the attribute that goes by the wire name `step`."""
    return owner.__struct_fields__[owner.__struct_encode_fields__.index(str(step))]
