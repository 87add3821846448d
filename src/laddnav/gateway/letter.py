"""What decoding lets pass and strict mode must not: a number that came as text."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from laddnav.ocpp.action import Version, encode
from laddnav.ocpp.errors import Failure, RemoteProtocolError, refusal


def misfit(version: Version, payload: Struct, raw: bytes) -> RemoteProtocolError | None:
    """Return why a payload that was decoded is not to the letter of its schema; None: it is."""
    given, meant = msgspec.json.decode(raw), msgspec.json.decode(encode(payload))
    path = next(_texts(given, meant, "$"), None)
    if path is None:
        return None
    return refusal(version, Failure.TYPE, f"Expected `number`, got `str` - at `{path}`")


def _texts(given: object, meant: object, path: str) -> Iterator[str]:
    """Yield where there is text and a number is meant."""
    if isinstance(given, dict) and isinstance(meant, dict):
        for name in given.keys() & meant.keys():
            yield from _texts(given[name], meant[name], f"{path}.{name}")
    elif isinstance(given, list) and isinstance(meant, list):
        for index, (one, other) in enumerate(zip(given, meant, strict=False)):
            yield from _texts(one, other, f"{path}[{index}]")
    elif isinstance(given, str) and isinstance(meant, int | float):
        yield path
