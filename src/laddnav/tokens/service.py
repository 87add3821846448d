"""Who may charge, and the operator's list of tokens."""

import asyncio
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import UNSET
from msgspec.structs import asdict, replace
from typing_extensions import override

from laddnav.accounts.rules import Keyring
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.storage.database import Database
from laddnav.storage.errors import Unstorable
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Row, Write
from laddnav.tokens import rules, store
from laddnav.tokens.live import FormerDigests, WrongCodes
from laddnav.tokens.model import (
    CENTRAL,
    KEY_CODE,
    ImportReport,
    NewToken,
    Purpose,
    Token,
    TokenChange,
    TokenPage,
    TokenPolicy,
    TokenRef,
    TokenRefusal,
    TokenVerdict,
    Verdict,
)
from laddnav.tokens.rules.listing import ListedToken, Listing

_MOST_IN_PAGE: Final = 1_000
_ISSUED_BYTES: Final = 10  # 20 hex digits: what an OCPP 1.6 idTag can hold
_ISSUED_FOR: Final = timedelta(days=1)
_TAKEN_AT_ONCE: Final = 200  # lines of a list: some 5 ms
_REFUSED_CODE: Final = TokenVerdict(verdict=Verdict.INVALID)
_NO_POLICY: Final = TokenPolicy()


class TokenAuthority(Protocol):
    """Who answers for tokens that are not ours: a roaming partner, a payment."""

    async def verdict(
        self, operator: str, ref: TokenRef, *, purpose: Purpose, station: StationKey, now: datetime
    ) -> TokenVerdict | None:
        """Return the answer, None for a token unknown there too; in time for a station to wait."""
        ...


class NoAuthority(TokenAuthority):
    """Knows no token."""

    @override
    async def verdict(
        self, operator: str, ref: TokenRef, *, purpose: Purpose, station: StationKey, now: datetime
    ) -> TokenVerdict | None:
        return None


class Tokens:
    """The tokens of all operators.

    Whether a token has a session elsewhere is not decided here: that belongs to the start.

    A code (KeyCode) is never kept: its uid is a digest of it, in lists and in sessions too, from
    the moment it is added (C04.FR.04). Only its driver needs it afterwards; an operator who is told
    it finds, changes and deletes the token by it as well as by that uid.

    Args:
        secret: The key of these digests. Where it is lost, codes must be added anew.
        former_secrets: Keys of before: a code under one of them is kept under the present one from
            its next use on.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        secret: bytes,
        former_secrets: Sequence[bytes] = (),
        authority: TokenAuthority | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._keys = Keyring(secret, former_secrets)
        self._former = FormerDigests()
        self._authority = authority or NoAuthority()
        self._wrong_codes = WrongCodes()
        key = (store.tokens.c.operator, store.tokens.c.uid_key)
        self._rows = Lookup(database, store.tokens, key)

    def presented(self, operator: str, uid: str, kind: str | None) -> TokenRef:
        """Return a token as it is known here, from what a station, or a person, presents."""
        ref = rules.presented(self._keys.secret, operator, uid, kind)
        if ref.type == KEY_CODE and ref.uid:
            self._former.note(ref.uid, self._former_uids(operator, uid))
        return ref

    async def verdict(
        self,
        operator: str,
        ref: TokenRef,
        *,
        purpose: Purpose,
        station: StationKey,
        now: datetime,
        policy: TokenPolicy = _NO_POLICY,
    ) -> TokenVerdict:
        """Say what a token that was presented (`presented`) at `station` may do.

        Tokens of ours are judged by what the operator decided, those of others by the authority,
        and the rest by the policy.

        Raises:
            StorageUnavailable: The database is away: nothing can be said.
        """
        vouched = rules.vouched_for(ref, policy)
        if vouched is not None:
            return vouched
        if ref.type == KEY_CODE:
            return await self._code_verdict(
                operator, ref, purpose=purpose, station=station, now=now, policy=policy
            )
        token = await self._registered(operator, ref)
        if token is not None:
            return rules.judge(token, purpose, policy, now)
        of_others = await self._authority.verdict(
            operator, ref, purpose=purpose, station=station, now=now
        )
        return of_others or rules.judge_unknown(ref, policy)

    async def add(self, operator: str, new: NewToken) -> Token | TokenRefusal:
        """Register a token."""
        flaw = rules.flaw(new)
        if flaw is not None:
            return flaw
        token = self._registered_now(operator, new)
        if token.type == KEY_CODE:
            await self._follow(operator, token.uid, self._former_uids(operator, new.uid))
        try:
            await self._database.execute(store.addition(token))
        except Unstorable:  # everything else is checked: only the uid can be taken
            return TokenRefusal.EXISTS
        return token

    async def issue(self, operator: str) -> Token:
        """Register a token of our own making (C05), for a remote start that names none.

        It is valid for a day and fits every OCPP version.
        """
        now = self._clock.now()
        new = NewToken(
            uid=ids.new_secret(_ISSUED_BYTES).upper(),
            type=CENTRAL,
            valid_until=now + _ISSUED_FOR,
            label="Remote start",
        )
        token = self._registered_now(operator, new)
        await self._database.execute(store.addition(token))
        return token

    async def get(self, operator: str, uid: str) -> Token | None:
        """Return the token with this uid, whatever the case; a code is found by itself too."""
        token = await self._stored(operator, uid)
        if token is None:
            code = rules.code_uid(self._keys.secret, operator, uid)
            await self._follow(operator, code, self._former_uids(operator, uid))
            token = await self._stored(operator, code)
        return token

    async def change(self, operator: str, uid: str, change: TokenChange) -> Token | TokenRefusal:
        """Change what `change` names; other changes made at the same time to the rest stay."""
        before = await self.get(operator, uid)
        if before is None:
            return TokenRefusal.NOT_FOUND
        named = {field: value for field, value in asdict(change).items() if value is not UNSET}
        if "type" in named:
            named["type"] = rules.spelt(named["type"])
            if (named["type"] == KEY_CODE) is not (before.type == KEY_CODE):
                return TokenRefusal.CODE
        after = replace(before, **named, updated_at=self._clock.now())
        flaw = rules.flaw(after)
        if flaw is not None:
            return flaw
        (changed,) = await self._database.execute(store.rewriting(after, named))
        return after if changed else TokenRefusal.NOT_FOUND

    async def delete(self, operator: str, uid: str) -> bool:
        """Delete a token; say whether there was one. Its sessions stay."""
        token = await self.get(operator, uid)
        if token is None:
            return False
        (deleted,) = await self._database.execute(store.removal(operator, token.uid))
        return deleted > 0

    async def page(
        self, operator: str, *, limit: int = 100, cursor: str | None = None
    ) -> TokenPage:
        """Return tokens in the order of their uids: at most `limit` (1 to 1,000).

        Raises:
            ValueError: `cursor` is none of ours.
        """
        size = min(max(limit, 1), _MOST_IN_PAGE)
        records = await self._database.fetch(store.page(operator, _place(cursor), size + 1))
        items = tuple(store.token_from(record) for record in records[:size])
        more = len(records) > size
        return TokenPage(items=items, next=_cursor(items[-1]) if more else None)

    async def import_csv(
        self, operator: str, content: bytes, *, partial: bool = False
    ) -> ImportReport:
        """Add the tokens of a CSV file and change those that are there already.

        Of a token that is there, only what the file has a column for changes. With any bad line
        nothing is stored, unless `partial`. Where the database goes away meanwhile, part of it may
        be stored: the same file again does the rest.

        Raises:
            StorageUnavailable: The database is away.
        """
        listing = await asyncio.to_thread(rules.read_csv, content)
        if listing.errors and not partial:
            return _report(listing, 0, 0)
        added = 0
        for start in range(0, len(listing.tokens), _TAKEN_AT_ONCE):
            some = listing.tokens[start : start + _TAKEN_AT_ONCE]
            listed = await asyncio.to_thread(self._as_kept, operator, some)
            for was, each in zip(some, listed, strict=True):
                if each.token.type == KEY_CODE:
                    former = self._former_uids(operator, was.token.uid)
                    await self._follow(operator, each.token.uid, former)
            known = await self._known(operator, listed)
            rows = await asyncio.to_thread(_rows, operator, listed, known, self._clock.now())
            await self._database.commit(Write(rows=tuple(rows)))
            added += known.count(None)
        return _report(listing, added, len(listing.tokens) - added)

    async def _stored(self, operator: str, uid: str) -> Token | None:
        records = await self._rows.get(operator, rules.uid_key(uid))
        return store.token_from(records[0]) if records else None

    async def _registered(self, operator: str, ref: TokenRef) -> Token | None:
        """Return the token of ours that was presented."""
        token = await self._stored(operator, ref.uid)
        return token if token is not None and rules.same_kind(token.type, ref.type) else None

    async def _code_verdict(
        self,
        operator: str,
        ref: TokenRef,
        *,
        purpose: Purpose,
        station: StationKey,
        now: datetime,
        policy: TokenPolicy,
    ) -> TokenVerdict:
        """Judge a code: after too many wrong ones, without even looking (C04.FR.06)."""
        if self._wrong_codes.locked(station, now):
            return _REFUSED_CODE
        token = await self._registered(operator, ref)
        if token is None and await self._follow(operator, ref.uid, self._former.of(ref.uid)):
            token = await self._registered(operator, ref)
        if token is None:
            self._wrong_codes.note_wrong(station, now)
            return rules.judge_unknown(ref, policy)
        self._wrong_codes.note_right(station)
        return rules.judge(token, purpose, policy, now)

    async def _follow(self, operator: str, uid: str, former: Sequence[str]) -> bool:
        """Keep a code under its present digest that is there under a former one; False: none is."""
        for each in former:
            if await self._stored(operator, each) is not None:
                await self._database.execute(store.renaming(operator, each, uid))
                return True
        return False

    def _former_uids(self, operator: str, code: str) -> tuple[str, ...]:
        """Return the digests of a code under the secrets of before."""
        if rules.is_code_uid(code):
            return ()
        _, *former = self._keys
        return tuple(rules.code_uid(secret, operator, code) for secret in former)

    def _as_kept(self, operator: str, listed: Sequence[ListedToken]) -> list[ListedToken]:
        return [
            replace(each, token=rules.registered(self._keys.secret, operator, each.token))
            for each in listed
        ]

    async def _known(self, operator: str, listed: Sequence[ListedToken]) -> list[Token | None]:
        """Return what is there of listed tokens; where no type is listed, a code by itself too."""
        return await asyncio.gather(
            *(
                (self._stored if "type" in each.fields else self.get)(operator, each.token.uid)
                for each in listed
            )
        )

    def _registered_now(self, operator: str, new: NewToken) -> Token:
        kept, now = rules.registered(self._keys.secret, operator, new), self._clock.now()
        return _token(operator, kept, now)


def _token(operator: str, kept: NewToken, now: datetime) -> Token:
    return Token(**asdict(kept), operator=operator, created_at=now, updated_at=now)


def _rows(
    operator: str, listed: Sequence[ListedToken], known: Sequence[Token | None], now: datetime
) -> list[Row]:
    """Return the rows of listed tokens, each on top of what is known of it."""
    rows = []
    for each, before in zip(listed, known, strict=True):
        if before is None:
            token = _token(operator, each.token, now)
        else:
            stays = ("uid", "type") if before.type == KEY_CODE else ()
            named = {
                field: getattr(each.token, field) for field in each.fields if field not in stays
            }
            token = replace(before, **named, updated_at=now)
        rows.append(store.token_row(token))
    return rows


def _report(listing: Listing, added: int, changed: int) -> ImportReport:
    return ImportReport(
        added=added,
        changed=changed,
        errors=listing.errors,
        ignored_columns=listing.ignored_columns,
    )


def _cursor(last: Token) -> str:
    return urlsafe_b64encode(rules.uid_key(last.uid).encode()).decode().rstrip("=")


def _place(cursor: str | None) -> str:
    """Return the key behind which a page begins; ValueError where that is not one of ours."""
    if cursor is None:
        return ""
    padding = "=" * (-len(cursor) % 4)
    place = b64decode(cursor + padding, altchars=b"-_", validate=True).decode()
    if not place.isprintable():
        message = "no cursor of this list"
        raise ValueError(message)
    return place
