"""Whether all times in a payload lie where times can be reckoned with."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, get_args, get_origin

from msgspec import Struct, structs

from laddnav.gateway.mending.instants import is_usable

_Check = Callable[[Any], bool]


def holds_usable_times(payload: Struct) -> bool:
    """Whether every time in `payload` is usable; one look-up where its type holds no times."""
    check = _check_for(type(payload))
    return check is None or check(payload)


@cache
def _check_for(annotation: Any) -> _Check | None:  # noqa: ANN401 - a field may be annotated with any type
    """How values of this type are checked; None where they hold no times."""
    if annotation is datetime:
        return is_usable
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return _check_of_struct(annotation)
    inner = next(filter(None, map(_check_for, get_args(annotation))), None)
    if inner is not None and get_origin(annotation) is tuple:
        return _check_of_items(inner)
    return inner


def _check_of_struct(kind: type[Struct]) -> _Check | None:
    parts = tuple(
        (field.name, check)
        for field in structs.fields(kind)
        if (check := _check_for(field.type)) is not None
    )

    def check_parts(payload: Struct) -> bool:
        for name, check in parts:
            value = getattr(payload, name)
            if value is not None and not check(value):
                return False
        return True

    return check_parts if parts else None


def _check_of_items(check: _Check) -> _Check:
    def check_items(items: tuple[Any, ...]) -> bool:
        return all(map(check, items))

    return check_items
