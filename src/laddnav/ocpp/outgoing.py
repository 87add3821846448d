"""How times and numbers are written so that every station can read them.

Some stations refuse microseconds, offsets or exponents, and msgspec writes all three. What would
come out so is replaced just before a payload is encoded. Which attributes can need it is worked
out once for each type; a payload without such attributes costs one look-up.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin

from msgspec import Struct, structs

Rewrite = Callable[[Any], Any]  # gives back the very same object where nothing has to change


def presentable(payload: Struct) -> Struct:
    """The payload as it may be encoded: times in UTC with at most milliseconds, no exponents.

    Raises:
        ValueError: It holds a time without a time zone.
    """
    rewrite = _rewrite_for(type(payload))
    return payload if rewrite is None else rewrite(payload)


@cache
def _rewrite_for(annotation: Any) -> Rewrite | None:  # noqa: ANN401 - a field may be annotated with any type
    """How values of this type are rewritten; None where they never are."""
    if annotation is datetime:
        return _written_time
    if annotation is Decimal:
        return _written_number
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return _struct_rewrite(annotation)
    inner = next(filter(None, map(_rewrite_for, get_args(annotation))), None)
    if inner is not None and get_origin(annotation) is tuple:
        return _items_rewrite(inner)
    return inner


def _struct_rewrite(kind: type[Struct]) -> Rewrite | None:
    """How structs of this kind are rewritten, by those of their attributes that can need it."""
    parts = tuple(
        (field.name, rewrite)
        for field in structs.fields(kind)
        if (rewrite := _rewrite_for(field.type)) is not None
    )

    def rewrite_parts(payload: Struct) -> Struct:
        changes: dict[str, Any] = {}
        for name, rewrite in parts:
            value = getattr(payload, name)
            if value is not None and (written := rewrite(value)) is not value:
                changes[name] = written
        return structs.replace(payload, **changes) if changes else payload

    return rewrite_parts if parts else None


def _items_rewrite(rewrite: Rewrite) -> Rewrite:
    """How the items of a list are rewritten."""

    def rewrite_items(items: tuple[Any, ...]) -> tuple[Any, ...]:
        written = tuple(map(rewrite, items))
        changed = any(new is not old for new, old in zip(written, items, strict=True))
        return written if changed else items

    return rewrite_items


def _written_time(value: datetime) -> datetime | str:
    """A time as it is written: itself where msgspec writes it well, else text."""
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            message = "a time without a time zone cannot be sent"
            raise ValueError(message)
        value = value.astimezone(UTC)
    if value.microsecond:
        return value.isoformat(timespec="milliseconds")[:-6] + "Z"
    return value


def _written_number(value: Decimal) -> Decimal:
    """A number as it is written: 1E+3 becomes 1000."""
    return Decimal(format(value, "f")) if "E+" in str(value) else value
