"""Stations without manners: raw frames over connections that end as they like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import quote

import msgspec

from tests.transcripts.wire import Wire

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


class Rough:
    """One raw connection."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def tell(self, *frame: Any) -> None:
        """Send a frame and wait for nothing."""
        self.wire.send(_ENCODER.encode(frame).decode())

    async def hear(self) -> Any:
        """Return the next frame."""
        return msgspec.json.decode(await self.wire.text())

    async def ask(self, action: str, payload: Any, message_id: Any = "1") -> Any:
        """Send a call and return the payload of the result that must be the next frame."""
        self.tell(2, message_id, action, payload)
        number, answered, result = await self.hear()
        assert (number, answered) == (3, message_id)
        return result


@asynccontextmanager
async def rough(
    url: str, identity: str, version: str = "1.6", **headers: str
) -> AsyncIterator[Rough]:
    """Connect with these extra headers (`_` for `-`); the end is abrupt."""
    wire = await Wire.open(
        url,
        target=f"/ocpp/{quote(identity, safe='')}",
        offers=[f"ocpp{version}"],
        headers={name.replace("_", "-"): text for name, text in headers.items()},
    )
    try:
        yield Rough(wire)
    finally:
        wire.drop()
