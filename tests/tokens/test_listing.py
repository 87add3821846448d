"""Lists of tokens as people and spreadsheets write them."""

from datetime import UTC, datetime

import pytest

from laddnav.tokens.model import LineError, NewToken, TokenStatus
from laddnav.tokens.rules import read_csv
from laddnav.tokens.rules.listing import LARGEST_BYTES, MOST_LINES


def tokens(text: str | bytes) -> list[NewToken]:
    """Return the tokens of a list without errors."""
    listing = read_csv(text if isinstance(text, bytes) else text.encode())
    assert listing.errors == ()
    return [listed.token for listed in listing.tokens]


def errors(text: str | bytes) -> list[LineError]:
    listing = read_csv(text if isinstance(text, bytes) else text.encode())
    return list(listing.errors)


def test_every_column_is_read() -> None:
    text = (
        "uid,type,status,group,valid_from,valid_until,allow_concurrent,language,label\n"
        "04E1A2B3,emaid,blocked,FLEET,2026-01-01,2026-12-31T12:00:00+02:00,yes,sv,Åsas kort\n"
    )
    assert tokens(text) == [
        NewToken(
            uid="04E1A2B3",
            type="eMAID",
            status=TokenStatus.BLOCKED,
            group="FLEET",
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
            valid_until=datetime(2026, 12, 31, 10, tzinfo=UTC),
            allow_concurrent=True,
            language="sv",
            label="Åsas kort",
        )
    ]


def test_only_the_uid_is_required() -> None:
    assert tokens("uid\n04E1A2B3\n") == [NewToken(uid="04E1A2B3")]


def test_empty_cells_and_missing_ones_are_the_default() -> None:
    assert tokens("uid;type;status;group\nA;;;\nB\n") == [NewToken(uid="A"), NewToken(uid="B")]


@pytest.mark.parametrize(
    "text",
    [
        b"uid;label\r\nA;a, b\r\n",
        b"\xef\xbb\xbfuid;label\nA;a, b",
        b'uid,label\nA,"a, b"\n',
        b"uid\tlabel\nA\ta, b\n",
        b"sep=;\r\nuid;label\r\nA;a, b\r\n",
        b"\n\nuid;label\n\n;\nA;a, b\n\n",
        b"label;uid\na, b;A",
    ],
)
def test_lists_come_in_many_forms(text: bytes) -> None:
    assert tokens(text) == [NewToken(uid="A", label="a, b")]


@pytest.mark.parametrize(
    "header", ["uid", "UID", "idTag", "id_tag", "Id Token", "id-token", " RFID ", "token"]
)
def test_the_uid_column_has_many_names(header: str) -> None:
    assert tokens(f"{header};parentIdTag;Expiry Date\nA;G;2026-01-02T03:04:05Z\n") == [
        NewToken(uid="A", group="G", valid_until=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    ]


def test_unknown_columns_are_named_and_left_out() -> None:
    listing = read_csv(b"uid;colour;price;\nA;red;5;\n")
    assert [listed.token for listed in listing.tokens] == [NewToken(uid="A")]
    assert listing.ignored_columns == ("colour", "price")
    assert listing.errors == ()


def test_leading_zeros_and_hex_that_looks_like_a_number_stay() -> None:
    found = tokens('uid\n00012345\n04E12345\n1E10\n="0099"\n')
    assert [token.uid for token in found] == ["00012345", "04E12345", "1E10", "0099"]


@pytest.mark.parametrize("uid", ["1,23E+09", "1.23E+09", "4E+15", "1,23457e+19"])
def test_what_a_spreadsheet_did_to_a_long_number_is_refused(uid: str) -> None:
    (error,) = errors(f"uid;label\nA;a\n{uid};b\n")
    assert error.line == 3
    assert uid in error.text
    assert "text" in error.text


def test_a_bare_date_is_valid_to_its_end() -> None:
    (token,) = tokens("uid;valid_until\nA;2026-12-31\n")
    assert token.valid_until == datetime(2027, 1, 1, tzinfo=UTC)
    (forever,) = tokens("uid;valid_until\nA;9999-12-31\n")
    assert forever.valid_until == datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "allowed"),
    [("true", True), ("JA", True), ("1", True), ("no", False), ("Nej", False), ("0", False)],
)
def test_yes_and_no_are_read_in_two_languages(word: str, *, allowed: bool) -> None:
    (token,) = tokens(f"uid;allow_concurrent\nA;{word}\n")
    assert token.allow_concurrent is allowed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (";x", "uid is empty"),
        ("A;x;maybe", "allow_concurrent 'maybe' is neither true nor false"),
        ("A;x;;gone", "status 'gone' is none of accepted, blocked, expired, invalid, no_credit"),
        ("A;x;;;31/12/2026", "date '31/12/2026' is not like 2027-01-31"),
        ("A;x;;;0001-01-01T00:00:00+23:00", "is not like 2027-01-31"),
        ("A;x;;;;this_type_is_too_long", "type is longer than 20 characters"),
        ("first;x", "this uid stands in line 2 already"),
        (" FIRST ;x", "this uid stands in line 2 already"),
        ("A;x;;;;;extra", "there are 7 cells, but the first line names 6 columns"),
        ("A;" + "x" * 501, "label is too long"),
    ],
)
def test_each_bad_line_says_what_is_wrong_and_where(line: str, words: str) -> None:
    header = "uid;label;allow_concurrent;status;valid_until;type"
    listing = read_csv(f"{header}\nfirst;f\n{line}\nlast;l\n".encode())
    assert [listed.token.uid for listed in listing.tokens] == ["first", "last"]
    (error,) = listing.errors
    assert error.line == 3
    assert words in error.text


def test_line_numbers_count_lines_that_are_empty_or_broken_in_two() -> None:
    text = 'sep=;\nuid;label\n\n\nA;"two\nlines"\nB;b;c\n'
    assert [error.line for error in errors(text)] == [5, 7]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "must name the columns"),
        (b"04E1A2B3;Anna\n", "must name the columns"),
        (b"uid;idTag\nA;B\n", "two columns both hold the uid"),
        (b"uid;label\nA;B\nB;\xe5\n", "not UTF-8"),
        (b"uid\n" + b'"' + b"x" * 200_000 + b'"', "not CSV"),
        (b"uid\n" + b"A" * LARGEST_BYTES, "larger than 8 MiB"),
        (b"uid\n" + b"".join(b"%d\n" % n for n in range(MOST_LINES + 1)), "more than 20000"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(content: bytes, words: str) -> None:
    listing = read_csv(content)
    assert listing.tokens == ()
    (error,) = listing.errors
    assert words in error.text


def test_the_longest_list_is_read() -> None:
    content = b"uid\n" + b"".join(b"%d\n" % n for n in range(MOST_LINES))
    assert len(read_csv(content).tokens) == MOST_LINES


def test_after_a_hundred_errors_the_rest_of_them_is_counted() -> None:
    listing = read_csv(b"uid;label\n" + b";x\n" * 500 + b"A;a\n")
    assert len(listing.errors) == 101
    assert listing.errors[-1] == LineError(line=102, text="from here on 400 more lines have errors")
    assert [each.token.uid for each in listing.tokens] == ["A"]
