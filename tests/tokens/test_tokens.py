"""The register of tokens, on both engines."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database
from laddnav.storage.write import Write
from laddnav.tokens.model import (
    ImportReport,
    LineError,
    NewToken,
    Purpose,
    Token,
    TokenChange,
    TokenPage,
    TokenPolicy,
    TokenRef,
    TokenRefusal,
    TokenStatus,
    TokenVerdict,
    Verdict,
)
from laddnav.tokens.service import TokenAuthority, Tokens

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
STATION = StationKey("default", "CP1")


class Watch:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


class Partner(TokenAuthority):
    """A roaming partner that knows one token and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @override
    async def verdict(
        self, operator: str, ref: TokenRef, *, purpose: Purpose, station: StationKey, now: datetime
    ) -> TokenVerdict | None:
        self.asked.append(ref.uid)
        known = ref.uid == "NL-PARTNER"
        return TokenVerdict(verdict=Verdict.NO_CREDIT, group="NL") if known else None


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def tokens(database: Database, watch: Watch, partner: Partner) -> Tokens:
    return Tokens(database, watch, secret=b"s" * 32, authority=partner)


async def ask(
    tokens: Tokens,
    uid: str,
    kind: str | None = None,
    purpose: Purpose = "start",
    policy: TokenPolicy | None = None,
) -> TokenVerdict:
    return await tokens.verdict(
        "default",
        tokens.presented("default", uid, kind),
        purpose=purpose,
        station=STATION,
        now=NOON,
        policy=policy or TokenPolicy(),
    )


async def add(tokens: Tokens, new: NewToken, operator: str = "default") -> Token:
    added = await tokens.add(operator, new)
    assert isinstance(added, Token)
    return added


async def test_a_token_is_there_as_it_was_added(tokens: Tokens) -> None:
    new = NewToken(
        uid=" 04e1A2B3 ",
        type="emaid",
        status=TokenStatus.NO_CREDIT,
        group="FLEET",
        valid_from=NOON,
        valid_until=NOON + timedelta(days=1),
        allow_concurrent=False,
        language="sv",
        label="Åsa",
    )
    added = await add(tokens, new)
    assert (added.uid, added.type, added.created_at, added.updated_at) == (
        "04e1A2B3",
        "eMAID",
        NOON,
        NOON,
    )
    assert await tokens.get("default", "04E1a2b3") == added
    assert await tokens.get("default", "other") is None


async def test_one_uid_is_one_token_whatever_the_case(tokens: Tokens) -> None:
    await add(tokens, NewToken(uid="04e1"))
    assert await tokens.add("default", NewToken(uid="04E1")) is TokenRefusal.EXISTS
    assert await tokens.add("default", NewToken(uid="")) is TokenRefusal.BAD_UID


async def test_operators_do_not_see_each_others_tokens(tokens: Tokens) -> None:
    ours = await add(tokens, NewToken(uid="04E1", label="ours"))
    theirs = await add(tokens, NewToken(uid="04E1", label="theirs"), operator="other")
    assert await tokens.get("default", "04E1") == ours
    assert await tokens.get("other", "04E1") == theirs
    assert (await tokens.page("default")).items == (ours,)
    assert await tokens.delete("default", "04E1")
    await tokens.change("default", "04E1", TokenChange(label="stolen"))
    assert await tokens.get("other", "04E1") == theirs


async def test_a_change_touches_what_it_names_and_nothing_else(
    tokens: Tokens, watch: Watch
) -> None:
    before = await add(tokens, NewToken(uid="04E1", group="FLEET", label="Åsa"))
    watch.time += timedelta(hours=1)
    change = TokenChange(
        status=TokenStatus.BLOCKED,
        group=None,
        type="iso15693",
        valid_until=NOON + timedelta(days=9),
        allow_concurrent=True,
    )
    after = await tokens.change("default", "04e1", change)
    assert isinstance(after, Token)
    assert (after.status, after.group, after.type, after.label) == (
        TokenStatus.BLOCKED,
        None,
        "ISO15693",
        "Åsa",
    )
    assert (after.created_at, after.updated_at) == (before.created_at, watch.time)
    assert await tokens.get("default", "04E1") == after
    assert (await ask(tokens, "04E1")).verdict is Verdict.BLOCKED


async def test_two_changes_at_once_both_hold(tokens: Tokens) -> None:
    await add(tokens, NewToken(uid="04E1"))
    await asyncio.gather(
        tokens.change("default", "04E1", TokenChange(status=TokenStatus.BLOCKED)),
        tokens.change("default", "04E1", TokenChange(label="lost")),
    )
    token = await tokens.get("default", "04E1")
    assert token is not None
    assert (token.status, token.label) == (TokenStatus.BLOCKED, "lost")


async def test_bad_changes_are_refused_and_change_nothing(tokens: Tokens) -> None:
    before = await add(tokens, NewToken(uid="04E1", valid_from=NOON))
    late = TokenChange(label="x", valid_until=NOON)
    assert await tokens.change("default", "04E1", late) is TokenRefusal.BAD_DATES
    assert await tokens.change("default", "04E1", TokenChange(type="")) is TokenRefusal.BAD_TYPE
    assert await tokens.change("default", "none", TokenChange()) is TokenRefusal.NOT_FOUND
    assert await tokens.get("default", "04E1") == before


async def test_a_deleted_token_is_unknown(tokens: Tokens) -> None:
    await add(tokens, NewToken(uid="04E1"))
    assert await tokens.delete("default", "04e1")
    assert not await tokens.delete("default", "04e1")
    assert (await ask(tokens, "04E1")).verdict is Verdict.UNKNOWN


async def test_pages_hold_every_token_once_in_the_order_of_uids(tokens: Tokens) -> None:
    uids = [f"{n:04}" for n in range(7)]
    for uid in reversed(uids):
        await add(tokens, NewToken(uid=uid))
    seen: list[str] = []
    page = TokenPage(items=(), next=None)
    for _ in range(4):
        page = await tokens.page("default", limit=2, cursor=page.next)
        seen += [token.uid for token in page.items]
    assert (seen, page.next) == (uids, None)


async def test_a_last_page_that_is_full_says_that_it_is_the_last(tokens: Tokens) -> None:
    for uid in ("A", "B"):
        await add(tokens, NewToken(uid=uid))
    assert (await tokens.page("default", limit=2)).next is None
    assert len((await tokens.page("default", limit=-5)).items) == 1
    assert len((await tokens.page("default", limit=10**9)).items) == 2
    assert (await tokens.page("nobody")).items == ()


@pytest.mark.parametrize("cursor", ["!", "A", "gIA", "AAAA", "å"])
async def test_a_cursor_that_is_not_ours_is_refused(tokens: Tokens, cursor: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        await tokens.page("default", cursor=cursor)


async def test_the_verdict_is_about_the_registered_token(tokens: Tokens) -> None:
    token = await add(tokens, NewToken(uid="04e1a2b3", group="FLEET"))
    found = await ask(tokens, "04E1A2B3")
    assert found == TokenVerdict(verdict=Verdict.ACCEPTED, group="FLEET", token=token)
    assert (await ask(tokens, "04E1A2B3", "ISO15693")).token == token
    assert (await ask(tokens, "04E1A2B3", "eMAID")).verdict is Verdict.UNKNOWN


async def test_over_long_and_empty_tags_are_tokens_like_any_other(tokens: Tokens) -> None:
    # 21 characters: Sigen, lbbrhzn#1803; none at all: ocpp-go#277
    await add(tokens, NewToken(uid="0123456789ABCDEF01234"))
    assert (await ask(tokens, "0123456789abcdef01234")).verdict is Verdict.ACCEPTED
    assert (await ask(tokens, "x" * 5000)).verdict is Verdict.UNKNOWN
    assert (await ask(tokens, "")).verdict is Verdict.UNKNOWN
    free = await ask(tokens, "", policy=TokenPolicy(free_vend=True))
    assert free.verdict is Verdict.ACCEPTED


async def test_a_tag_that_no_database_can_hold_is_unknown(tokens: Tokens) -> None:
    assert (await ask(tokens, "a\0b")).verdict is Verdict.UNKNOWN
    assert (await ask(tokens, "a\ud800b")).verdict is Verdict.UNKNOWN


async def test_many_verdicts_at_once_are_each_about_their_own_token(tokens: Tokens) -> None:
    for n in range(20):
        status = TokenStatus.BLOCKED if n % 2 else TokenStatus.ACCEPTED
        await add(tokens, NewToken(uid=f"T{n}", status=status))
    found = await asyncio.gather(*(ask(tokens, f"t{n}") for n in range(20)))
    assert [each.verdict for each in found] == [Verdict.ACCEPTED, Verdict.BLOCKED] * 10


async def test_others_are_asked_only_for_tokens_that_are_not_ours(
    tokens: Tokens, partner: Partner
) -> None:
    await add(tokens, NewToken(uid="OURS", status=TokenStatus.BLOCKED))
    assert (await ask(tokens, "OURS")).verdict is Verdict.BLOCKED
    assert (await ask(tokens, "", "NoAuthorization")).verdict is Verdict.ACCEPTED
    assert (await ask(tokens, "1234", "KeyCode")).verdict is Verdict.INVALID
    assert partner.asked == []
    theirs = await ask(tokens, "NL-PARTNER", policy=TokenPolicy(unknown_tokens="accept"))
    assert (theirs.verdict, theirs.group, theirs.token) == (Verdict.NO_CREDIT, "NL", None)
    assert (await ask(tokens, "NOBODY")).verdict is Verdict.UNKNOWN
    assert partner.asked == ["NL-PARTNER", "NOBODY"]


@pytest.mark.ocpp("C04.FR.01")
@pytest.mark.ocpp("C04.FR.02")
@pytest.mark.ocpp("C04.FR.06")
async def test_guessing_codes_locks_even_the_right_one_for_a_while(tokens: Tokens) -> None:
    await add(tokens, NewToken(uid="314159", type="KeyCode"))
    assert (await ask(tokens, "314159", "KeyCode")).verdict is Verdict.ACCEPTED
    assert (await ask(tokens, "314159")).verdict is Verdict.UNKNOWN
    for guess in range(5):
        assert (await ask(tokens, f"{guess}", "KeyCode")).verdict is Verdict.INVALID
    assert (await ask(tokens, "314159", "KeyCode")).verdict is Verdict.INVALID
    later = await tokens.verdict(
        "default",
        tokens.presented("default", "314159", "KeyCode"),
        purpose="start",
        station=STATION,
        now=NOON + timedelta(minutes=1),
    )
    assert later.verdict is Verdict.ACCEPTED


async def test_a_token_of_our_own_making_is_accepted_in_every_version_for_a_day(
    tokens: Tokens, watch: Watch
) -> None:
    issued = await tokens.issue("default")
    assert (len(issued.uid), issued.type) == (20, "Central")
    assert (await ask(tokens, issued.uid.lower())).verdict is Verdict.ACCEPTED
    assert (await ask(tokens, issued.uid, "Central")).verdict is Verdict.ACCEPTED
    assert issued.valid_until == watch.time + timedelta(days=1)
    assert (await tokens.issue("default")).uid != issued.uid


async def test_a_list_adds_and_changes_tokens(tokens: Tokens, watch: Watch) -> None:
    old = await add(tokens, NewToken(uid="old", group="FLEET", label="keep"))
    watch.time += timedelta(hours=1)
    report = await tokens.import_csv("default", b"uid;status;group\nOLD;blocked;\nnew;;G\n")
    assert report == ImportReport(added=1, changed=1)
    changed = await tokens.get("default", "old")
    assert changed is not None
    assert (changed.uid, changed.status, changed.group, changed.label) == (
        "OLD",
        TokenStatus.BLOCKED,
        None,
        "keep",
    )
    assert (changed.created_at, changed.updated_at) == (old.created_at, watch.time)
    fresh = await tokens.get("default", "NEW")
    assert fresh is not None
    assert (fresh.group, fresh.created_at) == ("G", watch.time)


async def test_a_list_with_a_bad_line_stores_nothing_unless_it_may_be_partial(
    tokens: Tokens,
) -> None:
    content = b"uid;status;colour\nA;;\nB;gone;\nC;;\n"
    report = await tokens.import_csv("default", content)
    error = LineError(
        line=3, text="status 'gone' is none of accepted, blocked, expired, invalid, no_credit"
    )
    assert report == ImportReport(errors=(error,), ignored_columns=("colour",))
    assert (await tokens.page("default")).items == ()
    partial = await tokens.import_csv("default", content, partial=True)
    assert (partial.added, partial.changed, partial.errors) == (2, 0, (error,))
    assert [token.uid for token in (await tokens.page("default")).items] == ["A", "C"]


async def test_a_list_of_thousands_is_stored_and_then_found_unchanged(
    tokens: Tokens,
) -> None:
    content = b"uid;type\n" + b"".join(b"CARD%05d;\n" % n for n in range(5000))
    assert await tokens.import_csv("default", content) == ImportReport(added=5000)
    assert await tokens.import_csv("default", content) == ImportReport(changed=5000)
    assert (await ask(tokens, "card04999")).verdict is Verdict.ACCEPTED


async def test_a_list_of_thousands_leaves_the_database_to_others(
    tokens: Tokens, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    commit = database.commit

    async def measured(write: Write) -> None:
        sizes.append(len(write.rows))
        await commit(write)

    monkeypatch.setattr(database, "commit", measured)
    content = b"uid;type\n" + b"".join(b"CARD%05d;\n" % n for n in range(1_000))
    assert await tokens.import_csv("default", content) == ImportReport(added=1_000)
    assert sum(sizes) == 1_000
    assert max(sizes) <= 200


async def test_an_empty_list_stores_nothing(tokens: Tokens) -> None:
    assert await tokens.import_csv("default", b"uid\n") == ImportReport()
