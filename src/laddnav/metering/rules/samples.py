"""The text form in which samples are stored, and the digest by which a repeat is known."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from laddnav.metering.model import Sample

_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")
_DECODER: Final = msgspec.json.Decoder(tuple[Sample, ...])


def encode_samples(samples: Sequence[Sample]) -> str:
    """Return samples as compact JSON text; numbers are text in it and stay exact."""
    return _ENCODER.encode(samples).decode("utf-8")


def decode_samples(text: str) -> tuple[Sample, ...]:
    """Return the samples that `encode_samples` wrote.

    Raises:
        msgspec.DecodeError: `text` was not written by it.
    """
    return _DECODER.decode(text)


def digest(text: str) -> str:
    """Return 16 hex digits that are the same for the same stored text, in every process.

    Together with session and instant they are the natural key of a reading: a repeat falls on its
    original, and a sampling split over several messages of one instant (J01.FR.15) does not.
    """
    return blake2b(text.encode("utf-8"), digest_size=8).hexdigest()
