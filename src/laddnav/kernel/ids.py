"""Identifiers: the only place that draws random numbers."""

import os
import time
from binascii import hexlify

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_BITS = (1 << 76) - 1
_TAIL = (1 << 62) - 1


def new_id() -> str:
    """Return a new UUID of version 7 (RFC 9562): text of 36 characters, ordered by creation.

    Two ids of one millisecond come in no particular order.
    """
    millis = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big") & _RANDOM_BITS
    head = noise >> 62 & 0xFFF
    value = millis << 80 | _VERSION_7 | head << 64 | _VARIANT | noise & _TAIL
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_secret(size: int = 24) -> str:
    """Return a new secret of `size` random bytes, as lower-case hex text."""
    return hexlify(os.urandom(size)).decode("ascii")


def jitter() -> float:
    """Return a random number from 0 up to, not including, 1: to spread what would come at once."""
    return int.from_bytes(os.urandom(6), "big") / (1 << 48)
