"""When two tokens are the same, and what may be registered at all."""

from datetime import datetime
from typing import Final

from laddnav.tokens.model import (
    CENTRAL,
    DIRECT_PAYMENT,
    ISO14443,
    ISO15693,
    KEY_CODE,
    LOCAL,
    NO_AUTHORIZATION,
    NewToken,
    TokenRefusal,
)

_LONGEST_UID: Final = 255
_LONGEST_TYPE: Final = 20
_LONGEST_LANGUAGE: Final = 8
_LONGEST_GROUP: Final = 255
_LONGEST_LABEL: Final = 500

# Readers report one card as any of these, and a token of ours as a card.
_CARDS: Final = frozenset(word.casefold() for word in (CENTRAL, ISO14443, ISO15693, LOCAL))
# What nobody holds against a reader: OCPP 1.6, which sends no type, cannot mean these.
_NEVER_UNTYPED: Final = frozenset(word.casefold() for word in (KEY_CODE, NO_AUTHORIZATION))
_TYPES: Final = {
    word.casefold(): word
    for word in (
        CENTRAL,
        DIRECT_PAYMENT,
        "eMAID",
        "EVCCID",
        ISO14443,
        ISO15693,
        KEY_CODE,
        LOCAL,
        "MacAddress",
        NO_AUTHORIZATION,
        "VIN",
    )
}


def uid_key(uid: str) -> str:
    """Return what two spellings of one uid have in common: case and blanks mean nothing."""
    return uid.strip().casefold()


def spelt(token_type: str) -> str:
    """Return a token type as OCPP 2 spells it; a type that is not listed as it came."""
    word = token_type.strip()
    return _TYPES.get(word.casefold(), word)


def same_kind(registered: str, presented: str | None) -> bool:
    """Say whether a token registered as one type may be what was presented as another.

    OCPP 1.6 presents no type: anything but a code. Cards are reported as ISO14443, ISO15693,
    Central or Local by turns and are one kind; other types must be equal.
    """
    kept = registered.casefold()
    if presented is None:
        return kept not in _NEVER_UNTYPED
    shown = presented.casefold()
    return kept == shown or (kept in _CARDS and shown in _CARDS)


def flaw(token: NewToken) -> TokenRefusal | None:
    """Return why a token cannot be registered as described, None if it can."""
    if not _fits(token.uid, _LONGEST_UID) or not token.uid.strip():
        return TokenRefusal.BAD_UID
    if not _fits(token.type, _LONGEST_TYPE) or not token.type.strip():
        return TokenRefusal.BAD_TYPE
    if not _in_turn(token.valid_from, token.valid_until):
        return TokenRefusal.BAD_DATES
    texts = (
        (token.group, _LONGEST_GROUP),
        (token.language, _LONGEST_LANGUAGE),
        (token.label, _LONGEST_LABEL),
    )
    fit = all(text is None or _fits(text, longest) for text, longest in texts)
    return None if fit else TokenRefusal.BAD_TEXT


def _fits(text: str, longest: int) -> bool:
    """Say whether every database and every station can take a text."""
    return len(text) <= longest and text.isprintable()


def _in_turn(valid_from: datetime | None, valid_until: datetime | None) -> bool:
    aware = all(at is None or at.tzinfo is not None for at in (valid_from, valid_until))
    if valid_from is None or valid_until is None or not aware:
        return aware
    return valid_from < valid_until
