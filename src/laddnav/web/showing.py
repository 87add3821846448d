"""How answers are written: exact numbers, UTC times to the millisecond."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from litestar import Response
from litestar.types import Serializer
from msgspec import Meta
from typing_extensions import override

Time = Annotated[
    str,
    Meta(
        extra_json_schema={
            "description": "RFC 3339, in UTC, to the millisecond.",
            "examples": ["2026-11-20T07:15:30.250Z"],
            "extra": {"format": "date-time"},
        }
    ),
]

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_WHOLE: Final = Decimal(1)


class JsonResponse(Response[Any]):
    """Writes structs as JSON; what is bytes already, as it is."""

    @override
    def render(self, content: Any, media_type: str, enc_hook: Serializer | None = None) -> bytes:
        """Return the body."""
        return content if isinstance(content, bytes) else _ENCODER.encode(content)


def encode(value: object) -> bytes:
    """Return `value` as JSON in the forms of this API."""
    return _ENCODER.encode(value)


def time(instant: datetime) -> str:
    """Return an aware instant as RFC 3339 text."""
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def time_or_none(instant: datetime | None) -> str | None:
    """Return an aware instant as RFC 3339 text; nothing stays nothing."""
    return None if instant is None else time(instant)


def number(value: Decimal) -> Decimal:
    """Return a number that is written exactly and without needless zeros ("1500", "0.25")."""
    if value == value.to_integral_value():
        return value.quantize(_WHOLE) if value else Decimal(0)
    return value.normalize()


def number_or_none(value: Decimal | None) -> Decimal | None:
    """Return a number without needless zeros; nothing stays nothing."""
    return None if value is None else number(value)


def answered(content: object, headers: Mapping[str, str]) -> JsonResponse:
    """Return an answer with headers of its own."""
    return JsonResponse(content, headers=dict(headers))
