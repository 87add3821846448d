"""Tables of operators and API keys."""

from typing import Any

import msgspec
import sqlalchemy as sa

from laddnav.accounts.model import ApiKey, Operator, Policies
from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import from_micros, to_micros
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

metadata = sa.MetaData()

operators = sa.Table(
    "operators",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("policies", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("prefix", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
)

# Apart from the keys, so that noting a use can never undo a revocation.
api_key_uses = sa.Table(
    "api_key_uses",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("last_used_at", sa.BigInteger, nullable=False),
)

OPERATORS = Upsert(operators, mode="keep")
API_KEYS = Upsert(api_keys, mode="keep")
API_KEY_USES = Upsert(api_key_uses)


def keys_with_uses() -> sa.Select[Any]:
    """Return the query of all keys, with when each was last used."""
    uses = api_key_uses.c
    same = sa.and_(api_keys.c.operator == uses.operator, api_keys.c.id == uses.id)
    return sa.select(api_keys, uses.last_used_at).select_from(
        api_keys.outerjoin(api_key_uses, same)
    )


def keys_of(operator: str) -> sa.Select[Any]:
    """Return the query of an operator's keys, oldest first."""
    return (
        keys_with_uses()
        .where(api_keys.c.operator == operator)
        .order_by(api_keys.c.created_at, api_keys.c.id)
    )


def revocation(operator: str, key_id: str, at_micros: int) -> sa.Update:
    """Return the statement that revokes a key which is not revoked yet."""
    return (
        sa.update(api_keys)
        .where(
            api_keys.c.operator == operator,
            api_keys.c.id == storable(key_id),
            api_keys.c.revoked_at.is_(None),
        )
        .values(revoked_at=at_micros)
    )


def operator_change(operator: Operator) -> sa.Update:
    """Return the statement that stores an operator's name and policies."""
    return (
        sa.update(operators)
        .where(operators.c.operator == operator.slug)
        .values(name=operator.name, policies=_text(operator.policies))
    )


def operator_addition(operator: Operator) -> sa.Insert:
    """Return the statement that adds an operator, and fails where its slug is taken."""
    row = operator_row(operator)
    return sa.insert(operators).values(dict(zip(OPERATORS.columns, row.values, strict=True)))


def operator_list(after: str, limit: int) -> sa.Select[Any]:
    """Return the query of operators in the order of their slugs, from behind `after`."""
    return (
        sa.select(operators)
        .where(operators.c.operator > storable(after))
        .order_by(operators.c.operator)
        .limit(limit)
    )


def operator_row(operator: Operator) -> Row:
    """Return the row of an operator."""
    values = (
        operator.slug,
        operator.name,
        _text(operator.policies),
        to_micros(operator.created_at),
    )
    return Row(OPERATORS, values)


def operator_from(record: Record) -> Operator:
    """Return the operator of a row."""
    slug, name, policies, created_at = record
    return Operator(
        slug=slug,
        name=name,
        policies=msgspec.json.decode(policies, type=Policies),
        created_at=from_micros(created_at),
    )


def key_row(key: ApiKey, digest: str) -> Row:
    """Return the row of a new key."""
    values = (key.operator, key.id, key.name, digest, key.prefix, to_micros(key.created_at), None)
    return Row(API_KEYS, values)


def key_from(record: Record) -> ApiKey:
    """Return the key of a row of `keys_with_uses`."""
    operator, key_id, name, _, prefix, created_at, revoked_at, last_used_at = record
    return ApiKey(
        id=key_id,
        operator=operator,
        name=name,
        prefix=prefix,
        created_at=from_micros(created_at),
        revoked_at=None if revoked_at is None else from_micros(revoked_at),
        last_used_at=None if last_used_at is None else from_micros(last_used_at),
    )


def use_row(key: ApiKey, at_micros: int) -> Row:
    """Return the row that notes when a key was used."""
    return Row(API_KEY_USES, (key.operator, key.id, at_micros))


def _text(policies: Policies) -> str:
    return msgspec.json.encode(policies).decode()
