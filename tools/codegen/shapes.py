"""What is taken over from the schemas: names, types and limits."""

from msgspec import Struct


class Named(Struct, frozen=True):
    """A type with a name of its own: an object or an enumeration."""

    name: str


class Text(Struct, frozen=True):
    """A string of at most `longest` characters."""

    longest: int | None


class Whole(Struct, frozen=True):
    """An integer; without a limit of its own it must fit 64 bits."""

    least: int | None
    greatest: int | None


class Number(Struct, frozen=True):
    """A decimal number; `tenths`: at most one digit after the point."""

    least: int | None
    greatest: int | None
    tenths: bool


class Truth(Struct, frozen=True):
    """A boolean."""


class Moment(Struct, frozen=True):
    """A date-time."""


class Anything(Struct, frozen=True):
    """Any JSON value."""


class Custom(Struct, frozen=True):
    """A vendor's own data: any JSON object."""


class Items(Struct, frozen=True):
    """An array."""

    item: "Shape"
    fewest: int | None
    most: int | None


Shape = Named | Text | Whole | Number | Truth | Moment | Anything | Custom | Items


class Property(Struct, frozen=True):
    """One property of an object, by its wire name."""

    wire: str
    shape: Shape
    required: bool


class Object(Struct, frozen=True):
    """An object with its properties, in the schema's order."""

    name: str
    properties: tuple[Property, ...]


class Words(Struct, frozen=True):
    """An enumeration of wire words, in the schema's order."""

    name: str
    words: tuple[str, ...]


Definition = Object | Words


def names_in(definition: Definition) -> set[str]:
    """The named types that a definition refers to directly."""
    if isinstance(definition, Words):
        return set()
    return {name for prop in definition.properties if (name := _name_in(prop.shape))}


def _name_in(shape: Shape) -> str | None:
    if isinstance(shape, Items):
        return _name_in(shape.item)
    return shape.name if isinstance(shape, Named) else None
