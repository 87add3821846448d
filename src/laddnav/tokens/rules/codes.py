"""Codes that drivers type in (KeyCode), which are never written down (C04.FR.04).

Everywhere behind the doors the uid of a code is a keyed digest of it. So one code is recognised
wherever it is presented: in the list of tokens, at a stop, in a session elsewhere. Without the key
nobody can tell the code from its digest, however short the code is.
"""

import re
from hashlib import blake2b
from typing import Final

from msgspec.structs import replace

from laddnav.tokens.model import KEY_CODE, NewToken, TokenRef
from laddnav.tokens.rules.identity import spelt, uid_key

_PREFIX: Final = "keycode:"
_SIZE: Final = 8
_DIGEST: Final = re.compile(rf"{_PREFIX}[0-9a-f]{{{2 * _SIZE}}}", re.ASCII)
_TYPE: Final = KEY_CODE.casefold()


def code_uid(secret: bytes, operator: str, code: str) -> str:
    """Return the uid by which an operator's code is known; case and blanks mean nothing in it."""
    message = f"{operator}\0{uid_key(code)}".encode("utf-8", "surrogatepass")
    digest = blake2b(message, key=secret, digest_size=_SIZE, person=b"laddnav keycode")
    return _PREFIX + digest.hexdigest()


def is_code_uid(uid: str) -> bool:
    """Say whether a uid is the digest of a code, not a code."""
    return _DIGEST.fullmatch(uid_key(uid)) is not None


def presented(secret: bytes, operator: str, uid: str, kind: str | None) -> TokenRef:
    """Return a token that was presented, as it is known here.

    Even what looks like a digest is a code where a station sends it: who reads a digest cannot
    charge with it.
    """
    if kind is None or kind.strip().casefold() != _TYPE:
        return TokenRef(uid, kind)
    return TokenRef(code_uid(secret, operator, uid) if uid.strip() else "", KEY_CODE)


def registered(secret: bytes, operator: str, new: NewToken) -> NewToken:
    """Return a token that an operator describes, as it is kept; a digest is taken for itself.

    So a list that was exported can be imported again.
    """
    kind, uid = spelt(new.type), new.uid.strip()
    if kind == KEY_CODE:
        uid = uid_key(uid) if is_code_uid(uid) else code_uid(secret, operator, uid)
    return replace(new, uid=uid, type=kind)
