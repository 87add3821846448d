"""What decoding lets pass and strict mode must not: numbers that came as text, null for nothing."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, get_args

import msgspec
from msgspec import Struct

from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import Failure, RemoteProtocolError, refusal


def misfit(version: Version, payload: Struct, raw: bytes) -> RemoteProtocolError | None:
    """Return why a payload that was decoded is not to the letter of its schema; None: it is."""
    what = next(_misfits(msgspec.json.decode(raw), payload, "$"), None)
    return None if what is None else refusal(version, Failure.TYPE, what)


def _misfits(given: object, meant: object, path: str) -> Iterator[str]:
    """Yield what was given otherwise than its type says."""
    if isinstance(given, dict) and isinstance(meant, Struct):
        for name, (attribute, may_be_null) in _properties(type(meant)).items():
            if name not in given:
                continue
            if given[name] is None and not may_be_null:
                yield f"Expected a value, got `null` - at `{path}.{name}`"
            yield from _misfits(given[name], getattr(meant, attribute), f"{path}.{name}")
    elif isinstance(given, list) and isinstance(meant, tuple):
        for index, (one, other) in enumerate(zip(given, meant, strict=False)):
            yield from _misfits(one, other, f"{path}[{index}]")
    elif isinstance(given, str) and isinstance(meant, Decimal):
        yield f"Expected `number`, got `str` - at `{path}`"


@cache
def _properties(kind: type[Struct]) -> dict[str, tuple[str, bool]]:
    """Return attributes by their wire names, and whether their schema allows null: of any type."""
    return {
        field.encode_name: (field.name, Any in (field.type, *get_args(field.type)))
        for field in msgspec.structs.fields(kind)
    }
