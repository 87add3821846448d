"""Operators and their API keys; and the secret behind the stations' passwords."""

import os
from collections import OrderedDict
from contextlib import suppress
from hmac import compare_digest
from pathlib import Path
from typing import Generic, TypeVar

from msgspec.structs import replace

from laddnav.accounts import rules, store
from laddnav.accounts.model import AccountRefusal, ApiKey, NewApiKey, Operator, Policies
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock, to_micros
from laddnav.kernel.keys import DEFAULT_OPERATOR
from laddnav.storage.database import Database
from laddnav.storage.errors import Unstorable
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Write

_CACHED = 1_000
_FRESH_SECONDS = 10.0
_SHORTEST_SECRET = 16

_T = TypeVar("_T")


class SecretUnusable(Exception):  # noqa: N818 - it reads as what is wrong, like a verdict
    """The secret cannot be used: one line that says what to do."""


def open_secret(configured: str | None, path: Path) -> bytes:
    """Return the key of the digests of stations' passwords, and of codes that drivers type in.

    It comes from `configured`; without that from the file `path`, made at first (mode 0600).
    Where it is lost, every station needs a new password, and every code must be added anew.

    Raises:
        SecretUnusable: It is too short, or the file can be neither read nor made.
    """
    text = _secret_of_file(path) if configured is None else configured.strip()
    if len(text) < _SHORTEST_SECRET:
        source = str(path) if configured is None else "LADDNAV_SECRET"
        message = f"{source}: the secret needs at least {_SHORTEST_SECRET} characters"
        raise SecretUnusable(message)
    return rules.station_secret(text.encode())


def _secret_of_file(path: Path) -> str:
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        message = f"cannot use the secret file {path} ({reason}): set LADDNAV_SECRET or mend it"
        raise SecretUnusable(message) from error


def _make_secret(path: Path) -> None:
    """Put a whole new secret at `path` in one step, unless another process was faster."""
    draft = path.with_name(f"{path.name}.{ids.new_secret(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(ids.new_secret(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


class Accounts:
    """Who the tenants are, and which programs may speak for them.

    Operators and keys are remembered for 10 seconds: what another node changes is seen then.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._operators: _Remembered[Operator] = _Remembered()
        self._keys: _Remembered[ApiKey] = _Remembered()
        self._operator_rows = Lookup(database, store.operators, (store.operators.c.operator,))
        self._key_rows = Lookup(database, store.keys_with_uses(), (store.api_keys.c.digest,))

    async def open(self) -> None:
        """See to it that the default operator exists."""
        operator = Operator(
            slug=DEFAULT_OPERATOR,
            name="Default operator",
            policies=Policies(),
            created_at=self._clock.now(),
        )
        await self._database.commit(Write(rows=(store.operator_row(operator),)))

    async def operator(self, slug: str) -> Operator | None:
        """Return the operator called `slug`, None where there is none.

        Raises:
            StorageUnavailable: It is not remembered, and the database is away.
        """
        known = self._operators.get(slug, self._clock.monotonic())
        if known is not None or not rules.is_slug(slug):
            return known
        records = await self._operator_rows.get(slug)
        if not records:
            return None
        operator = store.operator_from(records[0])
        self._operators.put(slug, operator, self._clock.monotonic() + _FRESH_SECONDS)
        return operator

    async def operators(self, *, after: str = "", limit: int = 100) -> list[Operator]:
        """Return operators in the order of their slugs, from behind `after`."""
        records = await self._database.fetch(store.operator_list(after, limit))
        return [store.operator_from(record) for record in records]

    async def add_operator(
        self, slug: str, name: str, policies: Policies | None = None
    ) -> Operator | AccountRefusal:
        """Add an operator."""
        if not rules.is_slug(slug):
            return AccountRefusal.BAD_SLUG
        if not rules.is_name(name):
            return AccountRefusal.BAD_NAME
        operator = Operator(
            slug=slug, name=name, policies=policies or Policies(), created_at=self._clock.now()
        )
        try:
            await self._database.execute(store.operator_addition(operator))
        except Unstorable:  # name and policies are checked: only the slug can be taken
            return AccountRefusal.EXISTS
        return operator

    async def change_operator(
        self, slug: str, *, name: str | None = None, policies: Policies | None = None
    ) -> Operator | AccountRefusal:
        """Change an operator's name or policies; what is None stays."""
        if name is not None and not rules.is_name(name):
            return AccountRefusal.BAD_NAME
        records = await self._operator_rows.get(slug)
        if not records:
            return AccountRefusal.UNKNOWN_OPERATOR
        before = store.operator_from(records[0])
        after = replace(before, name=name or before.name, policies=policies or before.policies)
        await self._database.execute(store.operator_change(after))
        self._operators.drop(slug)
        return after

    async def create_api_key(self, operator: str, name: str) -> NewApiKey | AccountRefusal:
        """Make a key; its text is in the answer and nowhere else."""
        if not rules.is_name(name):
            return AccountRefusal.BAD_NAME
        if await self.operator(operator) is None:
            return AccountRefusal.UNKNOWN_OPERATOR
        text = rules.api_key_text(ids.new_secret(rules.KEY_BYTES))
        about = ApiKey(
            id=ids.new_id(),
            operator=operator,
            name=name,
            prefix=text[: rules.SHOWN_CHARS],
            created_at=self._clock.now(),
        )
        digest = rules.api_key_digest(text) or ""
        await self._database.commit(Write(rows=(store.key_row(about, digest),)))
        return NewApiKey(key=text, about=about)

    async def verify_api_key(self, text: str) -> ApiKey | None:
        """Return the key that `text` is; None: it is none, or it was revoked.

        Raises:
            StorageUnavailable: It is not remembered, and the database is away.
        """
        digest = rules.api_key_digest(text)
        if digest is None:
            return None
        key = self._keys.get(digest, self._clock.monotonic()) or await self._read_key(digest)
        if key is not None:
            self._note_use(digest, key)
        return key

    async def list_api_keys(self, operator: str) -> list[ApiKey]:
        """Return an operator's keys, revoked ones included, oldest first."""
        records = await self._database.fetch(store.keys_of(operator))
        return [store.key_from(record) for record in records]

    async def revoke_api_key(self, operator: str, key_id: str) -> bool:
        """Make a key worthless, at once here and within 10 s elsewhere; False: no such key."""
        statement = store.revocation(operator, key_id, to_micros(self._clock.now()))
        touched = await self._database.execute(statement)
        self._keys.clear()
        return touched[0] > 0

    async def _read_key(self, digest: str) -> ApiKey | None:
        records = await self._key_rows.get(digest)
        # The index found it by equality, whose timing tells of a hash, not of a key; still:
        if not records or not compare_digest(records[0][3], digest):
            return None
        key = store.key_from(records[0])
        if key.revoked_at is not None:
            return None
        self._keys.put(digest, key, self._clock.monotonic() + _FRESH_SECONDS)
        return key

    def _note_use(self, digest: str, key: ApiKey) -> None:
        now = self._clock.now()
        if rules.is_new_use(key.last_used_at, now):
            self._database.append((store.use_row(key, to_micros(now)),))
            self._keys.renew(digest, replace(key, last_used_at=now))


class _Remembered(Generic[_T]):
    """A bounded memory: what was used longest ago goes first."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[_T, float]] = OrderedDict()

    def get(self, key: str, now: float) -> _T | None:
        entry = self._entries.get(key)
        if entry is None or entry[1] <= now:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: str, value: _T, until: float) -> None:
        self._entries[key] = (value, until)
        self._entries.move_to_end(key)
        if len(self._entries) > _CACHED:
            self._entries.popitem(last=False)

    def renew(self, key: str, value: _T) -> None:
        """Change what is remembered, not how long."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries[key] = (value, entry[1])

    def drop(self, key: str) -> None:
        self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()
