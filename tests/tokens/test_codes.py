"""Codes that drivers type in: known by a digest, and never kept."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from laddnav.kernel.clock import SystemClock
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database
from laddnav.tokens import store
from laddnav.tokens.live import FormerDigests
from laddnav.tokens.model import (
    NewToken,
    Token,
    TokenChange,
    TokenRef,
    TokenRefusal,
    TokenStatus,
    Verdict,
)
from laddnav.tokens.rules import code_uid, is_code_uid, presented
from laddnav.tokens.service import Tokens

SECRET = b"s" * 32
CODE = "314159"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
STATION = StationKey("default", "CP1")


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database, SystemClock(), secret=SECRET)


async def _add(tokens: Tokens, uid: str = CODE, kind: str = "KeyCode") -> Token:
    token = await tokens.add("default", NewToken(uid=uid, type=kind))
    assert isinstance(token, Token)
    return token


async def _verdict(tokens: Tokens, ref: TokenRef) -> Verdict:
    told = await tokens.verdict("default", ref, purpose="start", station=STATION, now=NOON)
    return told.verdict


def test_a_code_is_known_by_a_short_digest_that_case_and_blanks_do_not_change() -> None:
    uid = code_uid(SECRET, "default", " 12ab ")
    assert uid == code_uid(SECRET, "default", "12AB")
    assert uid.startswith("keycode:")
    assert len(uid) == 24
    assert is_code_uid(uid)
    assert not is_code_uid("12AB")
    assert not is_code_uid(uid + "0")


def test_the_digest_says_nothing_to_whoever_has_not_the_key_and_differs_by_operator() -> None:
    uids = {
        code_uid(SECRET, "default", CODE),
        code_uid(b"t" * 32, "default", CODE),
        code_uid(SECRET, "other", CODE),
        code_uid(SECRET, "default", "314158"),
    }
    assert len(uids) == 4


@pytest.mark.parametrize("kind", [None, "ISO14443", "Central", "Local", "eMAID", "odd", ""])
def test_any_other_token_is_known_as_it_was_presented(kind: str | None) -> None:
    assert presented(SECRET, "default", CODE, kind) == TokenRef(CODE, kind)


@pytest.mark.ocpp("C04.FR.04")
@pytest.mark.parametrize("kind", ["KeyCode", "keycode", " KEYCODE "])
def test_a_code_is_concealed_however_its_station_spells_the_type(kind: str) -> None:
    ref = presented(SECRET, "default", CODE, kind)
    assert ref == TokenRef(code_uid(SECRET, "default", CODE), "KeyCode")


@pytest.mark.parametrize("code", ["", "  "])
def test_an_empty_code_stays_empty(code: str) -> None:
    assert presented(SECRET, "default", code, "KeyCode") == TokenRef("", "KeyCode")


def test_a_code_may_be_any_text() -> None:
    assert is_code_uid(presented(SECRET, "default", "\ud800\0", "KeyCode").uid)


@pytest.mark.ocpp("C04.FR.04")
async def test_a_code_is_neither_stored_nor_shown(tokens: Tokens, database: Database) -> None:
    added = await _add(tokens, kind="keycode")
    assert (added.uid, added.type) == (code_uid(SECRET, "default", CODE), "KeyCode")
    assert (await tokens.page("default")).items == (added,)
    assert CODE not in str(await database.fetch(sa.select(store.tokens)))


@pytest.mark.ocpp("C04.FR.02")
async def test_a_registered_code_is_accepted(tokens: Tokens) -> None:
    await _add(tokens)
    ref = tokens.presented("default", CODE, "KeyCode")
    assert await _verdict(tokens, ref) is Verdict.ACCEPTED


async def test_who_reads_the_digest_of_a_code_cannot_charge_with_it(tokens: Tokens) -> None:
    uid = (await _add(tokens)).uid
    for kind in ("KeyCode", "ISO14443", None):
        ref = tokens.presented("default", uid, kind)
        assert await _verdict(tokens, ref) is not Verdict.ACCEPTED


@pytest.mark.parametrize("by", ["a driver", "its operator", "adding it", "a list"])
async def test_a_code_of_before_is_known_under_a_new_secret(
    database: Database, tokens: Tokens, by: str
) -> None:
    added = await _add(tokens)
    later = Tokens(database, SystemClock(), secret=b"t" * 32, former_secrets=(b"u" * 32, SECRET))
    ref = later.presented("default", CODE, "KeyCode")
    if by == "a driver":
        assert await _verdict(later, ref) is Verdict.ACCEPTED
    elif by == "its operator":
        assert await later.get("default", CODE) is not None
    elif by == "adding it":
        twice = await later.add("default", NewToken(uid=CODE, type="KeyCode"))
        assert twice is TokenRefusal.EXISTS
    else:
        again = await later.import_csv("default", f"uid,type\n{CODE},KeyCode\n".encode())
        assert (again.added, again.changed) == (0, 1)
    (moved,) = (await later.page("default")).items
    assert moved.uid == ref.uid != added.uid
    assert await later.delete("default", CODE)
    assert await _verdict(later, later.presented("default", CODE, "KeyCode")) is not (
        Verdict.ACCEPTED
    )


async def test_a_code_under_a_secret_that_is_gone_is_unknown(
    database: Database, tokens: Tokens
) -> None:
    await _add(tokens)
    later = Tokens(database, SystemClock(), secret=b"t" * 32)
    ref = later.presented("default", CODE, "KeyCode")
    assert await _verdict(later, ref) is not Verdict.ACCEPTED


def test_of_former_digests_only_the_latest_are_remembered() -> None:
    former = FormerDigests(most_codes=2)
    for number in range(3):
        former.note(f"{number}", (f"former {number}",))
    former.note("3", ())
    assert [former.of(f"{number}") for number in range(4)] == [(), ("former 1",), ("former 2",), ()]


async def test_one_code_is_one_token_and_a_card_of_the_same_number_is_another(
    tokens: Tokens,
) -> None:
    await _add(tokens)
    twice = await tokens.add("default", NewToken(uid=CODE, type="KeyCode"))
    assert twice is TokenRefusal.EXISTS
    card = await _add(tokens, kind="ISO14443")
    assert await tokens.get("default", CODE) == card
    assert await _verdict(tokens, tokens.presented("default", CODE, None)) is Verdict.ACCEPTED


@pytest.mark.parametrize("by_itself", [False, True])
async def test_a_code_is_found_changed_and_deleted_by_itself_and_by_its_uid(
    tokens: Tokens, *, by_itself: bool
) -> None:
    added = await _add(tokens)
    name = CODE if by_itself else added.uid.upper()
    assert await tokens.get("default", name) == added
    changed = await tokens.change("default", name, TokenChange(status=TokenStatus.BLOCKED))
    assert isinstance(changed, Token)
    assert (changed.uid, changed.status) == (added.uid, TokenStatus.BLOCKED)
    ref = tokens.presented("default", CODE, "KeyCode")
    assert await _verdict(tokens, ref) is Verdict.BLOCKED
    assert await tokens.delete("default", name)
    assert not await tokens.delete("default", name)


async def test_a_code_stays_a_code_and_nothing_else_becomes_one(tokens: Tokens) -> None:
    await _add(tokens)
    await _add(tokens, "04E1", "ISO14443")
    to_card, to_code = TokenChange(type="ISO14443"), TokenChange(type="keycode")
    assert await tokens.change("default", CODE, to_card) is TokenRefusal.CODE
    assert await tokens.change("default", "04E1", to_code) is TokenRefusal.CODE
    assert isinstance(await tokens.change("default", CODE, to_code), Token)


async def test_listed_codes_are_kept_as_digests_and_may_be_listed_again(tokens: Tokens) -> None:
    content = f"uid;type;label\n{CODE};KeyCode;Åsa\n{CODE}0;ISO14443;\n".encode()
    assert (await tokens.import_csv("default", content)).added == 2
    card, code = (await tokens.page("default")).items
    assert (card.uid, code.uid) == (f"{CODE}0", code_uid(SECRET, "default", CODE))
    assert code.label == "Åsa"
    exported = f"uid;type;status\n{code.uid};KeyCode;blocked\n".encode()
    report = await tokens.import_csv("default", exported)
    assert (report.added, report.changed) == (0, 1)
    changed = await tokens.get("default", CODE)
    assert changed is not None
    assert (changed.uid, changed.status, changed.label) == (
        code.uid,
        TokenStatus.BLOCKED,
        "Åsa",
    )


@pytest.mark.parametrize("by_itself", [False, True])
async def test_a_list_without_types_changes_codes_too(tokens: Tokens, *, by_itself: bool) -> None:
    code = await _add(tokens)
    name = CODE if by_itself else code.uid
    report = await tokens.import_csv("default", f"uid;status\n{name};blocked\n".encode())
    assert (report.added, report.changed) == (0, 1)
    (changed,) = (await tokens.page("default")).items
    assert (changed.uid, changed.type, changed.status) == (
        code.uid,
        "KeyCode",
        TokenStatus.BLOCKED,
    )


async def test_a_list_makes_no_card_of_a_code(tokens: Tokens) -> None:
    code = await _add(tokens)
    await tokens.import_csv("default", f"uid;type\n{code.uid};ISO14443\n".encode())
    assert (await tokens.page("default")).items[-1].type == "KeyCode"


@pytest.mark.ocpp("C04.FR.06")
async def test_guesses_are_counted_however_their_station_spells_the_type(tokens: Tokens) -> None:
    await _add(tokens)
    for guess in range(5):
        await _verdict(tokens, tokens.presented("default", f"{guess}", "keycode"))
    right = tokens.presented("default", CODE, "KEYCODE")
    assert await _verdict(tokens, right) is Verdict.INVALID
