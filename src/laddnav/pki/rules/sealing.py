"""Private keys at rest: encrypted under a key that is derived from the server's secret."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES: Final = 12

_INFO: Final = b"laddnav pki: private keys at rest"


class UnsealableError(Exception):
    """What is sealed cannot be opened; the text is one line that says what to do."""


class Seal:
    """Seals and opens.

    What is sealed begins with the id of its key, so that the secret can be changed: what was
    sealed under a former one is opened with it, and sealed anew.

    Args:
        secret: The server's secret, of any length.
        former: Secrets of before.
    """

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        self.key_id = key_id(secret)
        self._keys = {key_id(each): AESGCM(_derived(each)) for each in (*former, secret)}

    def seal(self, text: str, *, place: str, nonce: bytes) -> str:
        """Return a text sealed, for the one place where it may be opened.

        Args:
            text: What nobody shall read.
            place: Where it is kept: put elsewhere it cannot be opened.
            nonce: `NONCE_BYTES` by chance, never used twice.
        """
        hidden = self._keys[self.key_id].encrypt(nonce, text.encode(), place.encode())
        return f"{self.key_id}.{b64encode(nonce + hidden).decode()}"

    def open(self, sealed: str, *, place: str) -> str:
        """Return what was sealed for `place`.

        Raises:
            UnsealableError: Its key is not here, or it is not what was sealed.
        """
        name, _, text = sealed.partition(".")
        key = self._keys.get(name)
        if key is None:
            message = (
                f"a private key is sealed under the secret {name}, which is not here: "
                "add the former LADDNAV_SECRET to the setting former_secrets"
            )
            raise UnsealableError(message)
        try:
            data = b64decode(text, validate=True)
            return key.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place.encode()).decode()
        except (ValueError, InvalidTag):
            message = f"a private key of {place} was changed in the database: take it from a backup"
            raise UnsealableError(message) from None

    def knows(self, sealed: str) -> bool:
        """Return whether the secret that sealed something is here."""
        return sealed.partition(".")[0] in self._keys

    def is_current(self, sealed: str) -> bool:
        """Return whether something is sealed under the present secret."""
        return sealed.partition(".")[0] == self.key_id


def key_id(secret: bytes) -> str:
    """Return what a secret's key is known by; it tells nothing of the secret."""
    return blake2b(_derived(secret), digest_size=4, person=b"laddnav seal").hexdigest()


def _derived(secret: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_INFO).derive(secret)
