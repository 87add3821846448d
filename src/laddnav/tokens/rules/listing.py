"""Reading a list of tokens from CSV, as people and spreadsheets write it.

The first line names the columns, in any order, case and with `_`, `-` or blanks; only the uid is
required. Fields are parted by `;`, `,` or tabs, in UTF-8 with or without a byte order mark. Empty
cells mean the default.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any, Final

from msgspec import Struct

from laddnav.tokens.model import LineError, NewToken, TokenRefusal, TokenStatus
from laddnav.tokens.rules.identity import flaw, spelt, uid_key
from laddnav.tokens.rules.validity import ends_at, starts_at

LARGEST_BYTES: Final = 8 * 1024 * 1024
MOST_LINES: Final = 20_000
MOST_ERRORS: Final = 100

_COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("uid", "idtag", "idtoken", "token", "tokenid", "tag", "rfid", "card"), "uid"),
    **dict.fromkeys(("type", "tokentype"), "type"),
    "status": "status",
    **dict.fromkeys(("group", "groupid", "groupidtoken", "parentidtag", "parent"), "group"),
    "validfrom": "valid_from",
    **dict.fromkeys(("validuntil", "validto", "expires", "expiry", "expirydate"), "valid_until"),
    **dict.fromkeys(("allowconcurrent", "concurrent"), "allow_concurrent"),
    "language": "language",
    **dict.fromkeys(("label", "note", "name", "description"), "label"),
}
# What a spreadsheet makes of a long row of digits. Without the sign it may be a hex uid: 04E12345.
_SCIENTIFIC: Final = re.compile(r"\d+([.,]\d+)?[eE][+-]\d+")
_QUOTED_FORMULA: Final = re.compile(r'="(.*)"')
_YES: Final = frozenset({"1", "true", "yes", "y", "ja"})
_NO: Final = frozenset({"0", "false", "no", "n", "nej"})
_FLAWS: Final = {
    TokenRefusal.BAD_UID: "the uid is empty, longer than 255 characters or not printable",
    TokenRefusal.BAD_TYPE: "the type is longer than 20 characters or not printable",
    TokenRefusal.BAD_DATES: "valid_from is not before valid_until",
    TokenRefusal.BAD_TEXT: "group, language or label is too long or not printable",
}


class ListedToken(Struct, frozen=True, kw_only=True):
    """One good line: the token and which of its fields the file has a column for."""

    line: int
    token: NewToken
    fields: tuple[str, ...]


class Listing(Struct, frozen=True, kw_only=True):
    """What a file holds: its good lines and what is wrong with the others."""

    tokens: tuple[ListedToken, ...] = ()
    errors: tuple[LineError, ...] = ()
    ignored_columns: tuple[str, ...] = ()


class _Unusable(Exception):  # noqa: N818 - it reads as what is wrong, like a verdict
    """A cell, or the whole file, cannot be used: the text says why."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.line = line


def read_csv(content: bytes) -> Listing:
    """Return the tokens of a CSV file and an error, with its line, for each bad line.

    How many there are beyond 100 is told in one. Of a file of more than 8 MiB or 20,000 lines, or
    that is no CSV, nothing is kept.
    """
    try:
        lines = _lines(content)
        header = next(lines, (1, []))[1]
        columns, ignored = _columns(header)
        tokens, errors = _tokens(lines, columns, len(header))
    except _Unusable as reason:
        return Listing(errors=(LineError(line=reason.line, text=str(reason)),))
    return Listing(tokens=tuple(tokens), errors=tuple(errors), ignored_columns=ignored)


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that is not empty, with the number it begins at."""
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    delimiter, skipped = max(";,\t", key=first.count), 0
    hint = first.strip().casefold()
    if hint.startswith("sep=") and len(hint) == len("sep=;"):  # a spreadsheet's first line
        delimiter, text, skipped = hint[-1], rest, 1
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    begins = 1 + skipped
    try:
        for cells in reader:
            if begins > MOST_LINES + 1:
                message = f"the file has more than {MOST_LINES} lines: import it in parts"
                raise _Unusable(message, begins)
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1 + skipped
    except csv.Error as error:
        message = f"this is not CSV: {error}"
        raise _Unusable(message, begins) from error


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_BYTES:
        message = f"the file is larger than {LARGEST_BYTES // 1024 // 1024} MiB: import it in parts"
        raise _Unusable(message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "the file is not UTF-8: save it as CSV UTF-8"
        raise _Unusable(message, line) from error


def _columns(header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the place of each known column and the names of the others."""
    places: dict[str, int] = {}
    ignored = []
    for place, name in enumerate(header):
        field = _COLUMNS.get(re.sub(r"[\s_-]", "", name).casefold())
        if field is None:
            ignored.append(name.strip())
        elif field in places:
            message = f"two columns both hold the {field}: {header[places[field]]} and {name}"
            raise _Unusable(message)
        else:
            places[field] = place
    if "uid" not in places:
        message = "the first line must name the columns, and one of them must be uid"
        raise _Unusable(message)
    return places, tuple(name for name in ignored if name)


def _tokens(
    lines: Iterator[tuple[int, list[str]]], columns: Mapping[str, int], width: int
) -> tuple[list[ListedToken], list[LineError]]:
    tokens: list[ListedToken] = []
    errors: list[LineError] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        try:
            _check_width(cells, width)
            token = _token(cells, columns)
            _note(token, line, seen)
            tokens.append(ListedToken(line=line, token=token, fields=tuple(columns)))
        except _Unusable as reason:
            errors.append(LineError(line=line, text=str(reason)))
    return tokens, _told(errors)


def _told(errors: list[LineError]) -> list[LineError]:
    """Return as many errors as anybody reads, and how many more there are."""
    told, rest = errors[:MOST_ERRORS], errors[MOST_ERRORS:]
    if rest:
        text = f"from here on {len(rest)} more lines have errors"
        told.append(LineError(line=rest[0].line, text=text))
    return told


def _check_width(cells: Sequence[str], width: int) -> None:
    if any(cell.strip() for cell in cells[width:]):
        message = f"there are {len(cells)} cells, but the first line names {width} columns"
        raise _Unusable(message)


def _note(token: NewToken, line: int, seen: dict[str, int]) -> None:
    earlier = seen.setdefault(uid_key(token.uid), line)
    if earlier != line:
        message = f"this uid stands in line {earlier} already"
        raise _Unusable(message)


def _token(cells: Sequence[str], columns: Mapping[str, int]) -> NewToken:
    given: dict[str, Any] = {}
    for field, place in columns.items():
        text = _cell(cells[place]) if place < len(cells) else ""
        if text or field == "uid":
            given[field] = _READERS.get(field, str)(text)
    token = NewToken(**given)
    problem = flaw(token)
    if problem is not None:
        raise _Unusable(_FLAWS[problem])
    return token


def _cell(text: str) -> str:
    formula = _QUOTED_FORMULA.fullmatch(text.strip())
    return formula[1].strip() if formula else text.strip()


def _uid(text: str) -> str:
    if _SCIENTIFIC.fullmatch(text):
        message = (
            f"uid {text} is what a spreadsheet made of a long number: "
            "its digits are lost; format the column as text and enter it again"
        )
        raise _Unusable(message)
    return text


def _status(text: str) -> TokenStatus:
    word = re.sub(r"[\s-]", "_", text.casefold())
    try:
        return TokenStatus("no_credit" if word == "nocredit" else word)
    except ValueError:
        known = ", ".join(TokenStatus)
        message = f"status {_shown(text)} is none of {known}"
        raise _Unusable(message) from None


def _flag(text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    message = f"allow_concurrent {_shown(text)} is neither true nor false"
    raise _Unusable(message)


def _instant(text: str) -> datetime:
    return _usable(starts_at, text)


def _until(text: str) -> datetime:
    return _usable(ends_at, text)


def _usable(read: Callable[[str], datetime], text: str) -> datetime:
    try:
        return read(text)
    except ValueError as error:
        raise _Unusable(str(error)) from None


def _shown(text: str) -> str:
    longest = 40
    return repr(text[:longest])


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "uid": _uid,
    "type": spelt,
    "status": _status,
    "valid_from": _instant,
    "valid_until": _until,
    "allow_concurrent": _flag,
}
