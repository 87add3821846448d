"""How keys and slugs are made and judged."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from laddnav.accounts.model import SLUG_PATTERN

KEY_PREFIX = "lnv_"
KEY_BYTES = 32
SHOWN_CHARS = len(KEY_PREFIX) + 6
LONGEST_NAME = 200
USE_GRAIN = timedelta(hours=1)

_KEY = re.compile(rf"{KEY_PREFIX}[0-9a-f]{{{2 * KEY_BYTES}}}", re.ASCII)
_SLUG = re.compile(SLUG_PATTERN, re.ASCII)


def is_slug(text: str) -> bool:
    """Return whether `text` may name an operator."""
    return _SLUG.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Return whether `text` may be the name that people read: printable, not blank, not endless."""
    return bool(text.strip()) and len(text) <= LONGEST_NAME and text.isprintable()


def api_key_text(secret: str) -> str:
    """Return the key that is shown once, made of `secret` (hex of `KEY_BYTES` random bytes)."""
    return KEY_PREFIX + secret


def api_key_digest(text: str) -> str | None:
    """Return what is stored of a key; None: `text` has not the form of one.

    A fast hash is enough: the key is random, there is nothing to guess.
    """
    if _KEY.fullmatch(text) is None:
        return None
    return blake2b(text.encode("ascii"), digest_size=32, person=b"laddnav api key").hexdigest()


def station_secret(configured: bytes) -> bytes:
    """Return the key of the stations' password digests, made of a secret of any length."""
    return blake2b(configured, digest_size=32, person=b"laddnav station").digest()


class Keyring:
    """The secret under which digests are made, and those of before, which still verify.

    Attributes:
        secret: The present one.
        key_id: By which it is known beside what was made under it; it tells nothing of it.
    """

    __slots__ = ("_secrets", "key_id", "secret")

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        self.secret = secret
        self.key_id = _key_id(secret)
        self._secrets = {_key_id(each): each for each in (secret, *former)}

    def __iter__(self) -> Iterator[bytes]:
        """Go through all secrets, the present one first."""
        return iter(self._secrets.values())

    def of(self, key_id: str) -> bytes | None:
        """Return the secret with this id; None: it is not here any more."""
        return self._secrets.get(key_id)


def _key_id(secret: bytes) -> str:
    return blake2b(secret, digest_size=4, person=b"laddnav key id").hexdigest()


def is_new_use(noted: datetime | None, now: datetime) -> bool:
    """Return whether a use at `now` is worth noting beside the one noted last."""
    return noted is None or now - noted >= USE_GRAIN
