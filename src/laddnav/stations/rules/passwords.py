"""Passwords of stations: what is stored of them, how they are recognised, how they are made."""

from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from laddnav.accounts.rules import Keyring
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import PasswordForm, Passwords

LONGEST_PASSWORD: Final = 128
NEW_BYTES: Final = 20
"""Of a new password, which is written as hex: 40 characters.

That is an AuthorizationKey of OCPP 1.6 (16 to 20 bytes) and a passwordString of 2.x (16 to 40).
"""


def is_password(text: str) -> bool:
    """Return whether `text` can be a station's password."""
    return 0 < len(text) <= LONGEST_PASSWORD and text.isprintable()


def as_text(presented: bytes) -> str:
    """Return the text that a presented password would be set as: itself, or the hex of it."""
    try:
        text = presented.decode()
    except UnicodeDecodeError:
        return presented.hex()
    return text if is_password(text) else presented.hex()


def password_digests(keys: Keyring, key: StationKey, password: str) -> Passwords:
    """Return what is stored of a password: a keyed digest of each form that may be presented.

    A fast hash, for 10,000 stations come back at once; it is worth nothing without the secret.
    """
    raw = _from_hex(password.encode())
    return Passwords(
        key=keys.key_id,
        text=_digest(keys.secret, key, password.encode()),
        decoded=None if raw is None else _digest(keys.secret, key, raw),
    )


def match_password(
    keys: Keyring, key: StationKey, passwords: Passwords, presented: bytes
) -> PasswordForm | None:
    """Return which form of the password was presented, None where none was.

    Hex may be presented in capitals or not: its bytes are the same. A digest whose secret is not
    here any more matches nothing.
    """
    secret = keys.of(passwords.key)
    if secret is None:
        return None
    digest = _digest(secret, key, presented)
    if compare_digest(digest, passwords.text):
        return PasswordForm.TEXT
    return _match_decoded(secret, key, passwords.decoded, presented)


def _match_decoded(
    secret: bytes, key: StationKey, decoded: str | None, presented: bytes
) -> PasswordForm | None:
    if decoded is None:
        return None
    if compare_digest(_digest(secret, key, presented), decoded):
        return PasswordForm.BYTES
    raw = _from_hex(presented)
    if raw is not None and compare_digest(_digest(secret, key, raw), decoded):
        return PasswordForm.TEXT
    return None


def renewed(
    keys: Keyring, key: StationKey, passwords: Passwords, form: PasswordForm, presented: bytes
) -> Passwords | None:
    """Return the digests of a password that has just matched, under the present secret.

    None: they are under it already.
    """
    if passwords.key == keys.key_id:
        return None
    if form is PasswordForm.BYTES:
        return password_digests(keys, key, presented.hex())
    return password_digests(keys, key, presented.decode())


def _digest(secret: bytes, key: StationKey, password: bytes) -> str:
    """Return a digest that differs for equal passwords of two stations; NUL is in no identity."""
    message = f"{key.operator}\0{key.identity}\0".encode() + password
    return blake2b(message, key=secret, digest_size=32).hexdigest()


def _from_hex(text: bytes) -> bytes | None:
    """Return the bytes that hex digits of even number spell, None where `text` is none."""
    try:
        return bytes.fromhex(text.decode("ascii")) if text and text.isalnum() else None
    except ValueError:
        return None
