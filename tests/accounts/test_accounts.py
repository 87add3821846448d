"""Operators and keys on each engine; the secret file."""

import stat
from pathlib import Path

import pytest

from laddnav.accounts.model import (
    AccountRefusal,
    ApiKey,
    NewApiKey,
    Operator,
    Policies,
    UnknownTokens,
)
from laddnav.accounts.service import Accounts, SecretUnusable, open_secret
from laddnav.storage.database import Database
from tests.stations.hall import START, ManualClock
from tests.waiting import until


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def accounts(database: Database, clock: ManualClock) -> Accounts:
    opened = Accounts(database, clock)
    await opened.open()
    return opened


async def new_key(accounts: Accounts, operator: str = "default") -> NewApiKey:
    made = await accounts.create_api_key(operator, "integration")
    assert isinstance(made, NewApiKey)
    return made


async def test_the_default_operator_is_there_from_the_first_start(accounts: Accounts) -> None:
    operator = await accounts.operator("default")
    assert operator
    assert operator.policies == Policies()
    await accounts.open()
    assert [each.slug for each in await accounts.operators()] == ["default"]


async def test_a_later_start_leaves_the_operators_policies_alone(accounts: Accounts) -> None:
    accepting = Policies(unknown_tokens=UnknownTokens.ACCEPT, master_group="M")
    await accounts.change_operator("default", policies=accepting)
    await accounts.open()
    operator = await accounts.operator("default")
    assert operator
    assert (operator.name, operator.policies) == ("Default operator", accepting)


async def test_operators_are_added_once(accounts: Accounts) -> None:
    added = await accounts.add_operator("nord-el", "Nord El")
    assert isinstance(added, Operator)
    assert await accounts.operator("nord-el") == added
    assert await accounts.add_operator("nord-el", "Again") is AccountRefusal.EXISTS


@pytest.mark.parametrize("slug", ["", "Nord", "a b", "-a", "a-", "a" * 64, "å", "a/b", "a\n"])
async def test_a_slug_that_cannot_stand_in_a_url_is_refused(accounts: Accounts, slug: str) -> None:
    assert await accounts.add_operator(slug, "Name") is AccountRefusal.BAD_SLUG
    assert await accounts.operator(slug) is None


async def test_changing_nobody_is_refused(accounts: Accounts) -> None:
    answer = await accounts.change_operator("nobody", name="x")
    assert answer is AccountRefusal.UNKNOWN_OPERATOR


async def test_a_key_is_shown_once_and_verified(accounts: Accounts) -> None:
    made = await new_key(accounts)
    assert made.key.startswith("lnv_")
    assert made.key not in repr(made)
    verified = await accounts.verify_api_key(made.key)
    assert verified
    assert (verified.id, verified.operator) == (made.about.id, "default")
    listed = await accounts.list_api_keys("default")
    assert [key.id for key in listed] == [made.about.id]
    assert made.key.startswith(listed[0].prefix)


async def test_what_is_no_key_is_refused(accounts: Accounts) -> None:
    made = await new_key(accounts)
    last = "0" if made.key[-1] != "0" else "1"
    wrong = [made.key[:-1] + last, made.key.upper(), made.key + "0", "", "lnv_", "ä", made.key[4:]]
    assert [await accounts.verify_api_key(text) for text in wrong] == [None] * len(wrong)


async def test_a_revoked_key_is_worthless_at_once(accounts: Accounts) -> None:
    made = await new_key(accounts)
    assert await accounts.verify_api_key(made.key)
    assert await accounts.revoke_api_key("default", made.about.id)
    assert await accounts.verify_api_key(made.key) is None
    assert not await accounts.revoke_api_key("default", made.about.id)
    assert (await accounts.list_api_keys("default"))[0].revoked_at == START


async def test_a_key_revoked_elsewhere_is_worthless_within_seconds(
    accounts: Accounts, database: Database, clock: ManualClock
) -> None:
    made = await new_key(accounts)
    assert await accounts.verify_api_key(made.key)
    await Accounts(database, clock).revoke_api_key("default", made.about.id)
    clock.turn(11)
    assert await accounts.verify_api_key(made.key) is None


async def test_no_operator_sees_or_revokes_keys_of_another(accounts: Accounts) -> None:
    await accounts.add_operator("other", "Other")
    made = await new_key(accounts)
    assert await accounts.list_api_keys("other") == []
    assert not await accounts.revoke_api_key("other", made.about.id)
    assert await accounts.verify_api_key(made.key)


async def test_the_last_use_of_a_key_is_noted_by_the_hour(
    accounts: Accounts, clock: ManualClock
) -> None:
    made = await new_key(accounts)

    async def noted() -> bool:
        return (await accounts.list_api_keys("default"))[0].last_used_at == clock.now()

    assert await accounts.verify_api_key(made.key)
    await until(noted)
    clock.turn(3_599)
    used = await accounts.verify_api_key(made.key)
    assert used
    assert used.last_used_at == START
    clock.turn(1)
    assert await accounts.verify_api_key(made.key)
    await until(noted)


async def test_a_key_needs_a_name_and_an_operator(accounts: Accounts) -> None:
    assert await accounts.create_api_key("default", " ") is AccountRefusal.BAD_NAME
    assert await accounts.create_api_key("default", "a\0") is AccountRefusal.BAD_NAME
    assert await accounts.create_api_key("nobody", "x") is AccountRefusal.UNKNOWN_OPERATOR


def test_the_secret_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "laddnav.secret"
    first = open_secret(None, path)
    assert len(first) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_secret(None, path) == first
    assert list(tmp_path.iterdir()) == [path]


def test_a_configured_secret_needs_no_file(tmp_path: Path) -> None:
    path = tmp_path / "none"
    first = open_secret("correct horse battery staple", path)
    assert first == open_secret(" correct horse battery staple\n", path)
    assert first != open_secret("correct horse battery stapler", path)
    assert not path.exists()


def test_a_short_secret_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SecretUnusable, match=r"LADDNAV_SECRET: .* 16 characters"):
        open_secret("short", tmp_path / "none")
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(SecretUnusable, match=r"empty: .* 16 characters"):
        open_secret(None, empty)


def test_a_secret_file_that_cannot_be_used_is_told_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(SecretUnusable, match="set LADDNAV_SECRET"):
        open_secret(None, tmp_path / "no" / "such" / "directory" / "x")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff" * 40)
    with pytest.raises(SecretUnusable, match="not text"):
        open_secret(None, binary)


def test_a_listed_key_says_nothing_secret() -> None:
    assert "digest" not in ApiKey.__struct_fields__
