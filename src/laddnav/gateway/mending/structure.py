"""The shapes of lists and objects, and how the shape of a message is made from its type."""

from functools import cache
from typing import Any, Final, NamedTuple

from msgspec import Struct, inspect

from laddnav.gateway.mending.mends import MendKind, Unusable, Walk
from laddnav.gateway.mending.shapes import (
    FlagShape,
    InstantShape,
    NumberShape,
    OpenShape,
    Shape,
    TextShape,
    WholeShape,
    WordShape,
)

_ABSENT: Final = object()


class Cut(NamedTuple):
    """Stands for a list of which only the first `length` items are real."""

    length: int


class ListShape:
    """A list: a single object or value becomes a list of one, an empty object an empty list.

    An item of which nothing can be used is left out: there may be hundreds of thousands of them.
    """

    __slots__ = ("item", "least", "most")

    def __init__(self, item: Shape, least: int | None, most: int | None) -> None:
        self.item = item
        self.least = least or 0
        self.most = most

    def mend(self, value: object, walk: Walk) -> list[Any]:
        """Return `value` as a list."""
        items = self._items(value, walk)
        mended: list[Any] = []
        for item in items:
            mark = walk.enter(len(mended))
            try:
                mended.append(self._item(item, walk))
            except Unusable:
                walk.give_up(mark)
            finally:
                walk.leave()
        return self._fitting(mended, walk)

    def _item(self, item: object, walk: Walk) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
        losses, used = walk.losses, walk.usable + walk.times
        mended = self.item.mend(item, walk)
        if walk.losses > losses and walk.usable + walk.times == used:
            raise Unusable
        return mended

    def stand_in(self) -> list[Any]:
        """Return as few items as may be."""
        return [self.item.stand_in() for _ in range(self.least)]

    def _items(self, value: object, walk: Walk) -> list[Any]:
        if isinstance(value, list):
            return value
        walk.note(MendKind.TO_LIST)
        return [] if value == {} else [value]

    def _fitting(self, items: list[Any], walk: Walk) -> list[Any]:
        """Return `items` in the number that msgspec takes."""
        if self.most is not None and len(items) > self.most:
            walk.refuse_or_note(MendKind.TOO_LONG)
            walk.forget_items_from(self.most)
            return items[: self.most]
        if len(items) < self.least:
            walk.refuse_or_note(MendKind.TOO_SHORT)
            walk.keep_raw(Cut(len(items)))
            return items + [self.item.stand_in() for _ in range(self.least - len(items))]
        return items


class Property(NamedTuple):
    """One property of an object."""

    shape: Shape
    required: bool


class ObjectShape:
    """An object: only what its type declares is kept of it."""

    __slots__ = ("properties",)

    def __init__(self, properties: dict[str, Property]) -> None:
        self.properties = properties

    def mend(self, value: object, walk: Walk) -> dict[str, Any]:
        """Return `value` as an object."""
        if isinstance(value, list) and len(value) == 1:
            walk.note(MendKind.TO_OBJECT)
            value = value[0]
        if not isinstance(value, dict):
            raise Unusable
        mended: dict[str, Any] = {}
        for name, prop in self.properties.items():
            mark = walk.enter(name)
            try:
                taken = _taken(prop, value.get(name, _ABSENT), walk, mark)
            finally:
                walk.leave()
            if taken is not _ABSENT:
                mended[name] = taken
        return mended

    def stand_in(self) -> dict[str, Any]:
        """Return the least that may be."""
        return {
            name: prop.shape.stand_in() for name, prop in self.properties.items() if prop.required
        }


def _taken(prop: Property, value: object, walk: Walk, mark: int) -> object:
    """Return what stands for a property that holds `value`; `_ABSENT`: nothing does."""
    if value is _ABSENT or _says_nothing(prop, value):
        if value not in (_ABSENT, None):
            walk.note(MendKind.ABSENT)
        return _missing(prop.shape, walk) if prop.required else _ABSENT
    try:
        mended = prop.shape.mend(value, walk)
    except Unusable:
        walk.give_up(mark)
        return _missing(prop.shape, walk) if prop.required else _ABSENT
    if prop.required:
        _count(prop.shape, mended, walk)
    return mended


def _count(shape: Shape, mended: object, walk: Walk) -> None:
    """Count a required leaf that can be used."""
    if isinstance(shape, InstantShape):
        walk.times += mended != shape.stand_in()
    elif not isinstance(shape, ListShape | ObjectShape):
        walk.usable += 1


def _says_nothing(prop: Property, value: object) -> bool:
    """Whether `value` is how some stations write that there is none (mobilityhouse#230)."""
    if value is None:
        return True
    if value == "":
        return not isinstance(prop.shape, TextShape)
    return not prop.required and value in ([], {}) and not isinstance(prop.shape, OpenShape)


def _missing(shape: Shape, walk: Walk) -> Any:  # noqa: ANN401 - decoded JSON can be of any type
    """Return what stands for a required value that is not there."""
    if isinstance(shape, InstantShape):
        walk.note(MendKind.NO_TIME)
        return shape.stand_in()
    walk.refuse_or_note(MendKind.MISSING)
    if isinstance(shape, ObjectShape):
        return shape.mend({}, walk)
    walk.keep_raw(Cut(0) if isinstance(shape, ListShape) else None)
    return shape.stand_in()


@cache
def message_shape(kind: type[Struct]) -> ObjectShape:
    """Return the shape of a message of type `kind`."""
    return _object_shape(inspect.type_info(kind))  # type: ignore[arg-type]  # msgspec types it as Type, but of a Struct it is a StructType


def _object_shape(info: inspect.StructType) -> ObjectShape:
    return ObjectShape({
        field.encode_name: Property(_shape(field.type), field.required) for field in info.fields
    })  # fmt: skip


def _shape(info: inspect.Type) -> Shape:  # noqa: C901, PLR0911 - a table of types as a match: one line for each kind
    match info:
        case inspect.UnionType():
            return _shape(next(t for t in info.types if not isinstance(t, inspect.NoneType)))
        case inspect.StructType():
            return _object_shape(info)
        case inspect.VarTupleType():
            return ListShape(_shape(info.item_type), info.min_length, info.max_length)
        case inspect.LiteralType():
            return WordShape(info)
        case inspect.StrType():
            return TextShape(info)
        case inspect.IntType():
            return WholeShape(info)
        case inspect.DecimalType():
            return NumberShape()
        case inspect.BoolType():
            return FlagShape()
        case inspect.DateTimeType():
            return InstantShape()
        case inspect.DictType():
            return OpenShape({})
        case _:
            return OpenShape(None)
