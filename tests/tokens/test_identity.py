"""When two tokens are the same, and which may be registered."""

from datetime import UTC, datetime

import pytest

from laddnav.tokens.model import NewToken, Token, TokenRef, TokenRefusal
from laddnav.tokens.rules import flaw, same_kind, spelt, uid_key

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_case_and_blanks_make_no_other_token() -> None:
    assert uid_key("04e1A2b3") == uid_key(" 04E1a2B3 ")
    assert uid_key("04E1A2B3") != uid_key("04E1A2B4")


@pytest.mark.parametrize("registered", ["ISO14443", "eMAID", "MacAddress", "Central", "VIN", "Odd"])
def test_ocpp_1_6_presents_any_token_without_a_type(registered: str) -> None:
    assert same_kind(registered, None)


@pytest.mark.parametrize("registered", ["KeyCode", "NoAuthorization"])
def test_a_code_is_never_meant_by_an_id_tag(registered: str) -> None:
    assert not same_kind(registered, None)


@pytest.mark.parametrize("presented", ["ISO14443", "ISO15693", "Central", "Local"])
def test_readers_report_one_card_as_several_types(presented: str) -> None:
    assert same_kind("ISO14443", presented)
    assert same_kind("Central", presented)


@pytest.mark.parametrize("presented", ["KeyCode", "eMAID", "MacAddress", "DirectPayment", "odd"])
def test_other_types_are_not_cards(presented: str) -> None:
    assert not same_kind("ISO14443", presented)
    assert same_kind(presented, presented.upper())


def test_types_get_their_spelling() -> None:
    assert [spelt(word) for word in ("emaid", "KEYCODE", " iso14443", "Vendor")] == [
        "eMAID",
        "KeyCode",
        "ISO14443",
        "Vendor",
    ]


@pytest.mark.ocpp("C04.FR.04")
def test_a_key_code_is_never_written_anywhere() -> None:
    ref = TokenRef("314159", "KeyCode")
    token = Token(uid="314159", type="KeyCode", operator="o", created_at=NOON, updated_at=NOON)
    assert "314159" not in f"{ref} {ref!r} {token} {token!r}"
    assert "04E1A2B3" in repr(TokenRef("04E1A2B3", None))


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (NewToken(uid="04E1A2B3"), None),
        (NewToken(uid="x" * 255, type="y" * 20, group="g", language="sv", label="Åsa"), None),
        (NewToken(uid=""), TokenRefusal.BAD_UID),
        (NewToken(uid="  "), TokenRefusal.BAD_UID),
        (NewToken(uid="x" * 256), TokenRefusal.BAD_UID),
        (NewToken(uid="a\0b"), TokenRefusal.BAD_UID),
        (NewToken(uid="a\ud800b"), TokenRefusal.BAD_UID),
        (NewToken(uid="a", type=""), TokenRefusal.BAD_TYPE),
        (NewToken(uid="a", type="y" * 21), TokenRefusal.BAD_TYPE),
        (NewToken(uid="a", valid_from=NOON, valid_until=NOON), TokenRefusal.BAD_DATES),
        (NewToken(uid="a", valid_until=NOON.replace(tzinfo=None)), TokenRefusal.BAD_DATES),
        (NewToken(uid="a", label="l" * 501), TokenRefusal.BAD_TEXT),
        (NewToken(uid="a", group="g\n"), TokenRefusal.BAD_TEXT),
        (NewToken(uid="a", language="l" * 9), TokenRefusal.BAD_TEXT),
    ],
)
def test_what_no_database_or_station_can_take_is_refused(
    token: NewToken, expected: TokenRefusal | None
) -> None:
    assert flaw(token) == expected
