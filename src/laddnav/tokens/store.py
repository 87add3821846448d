"""The table of tokens."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from laddnav.kernel.clock import from_micros, to_micros
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert
from laddnav.tokens.model import Token, TokenStatus
from laddnav.tokens.rules import uid_key

metadata = sa.MetaData()

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("uid_key", sa.Text, primary_key=True),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("token_group", sa.Text),
    sa.Column("valid_from_at", sa.BigInteger),
    sa.Column("valid_until_at", sa.BigInteger),
    sa.Column("allow_concurrent", sa.Integer),
    sa.Column("language", sa.Text),
    sa.Column("label", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)

TOKENS = Upsert(tokens)

# Fields of a token whose columns are called otherwise.
_COLUMNS = {
    "group": "token_group",
    "valid_from": "valid_from_at",
    "valid_until": "valid_until_at",
}


def addition(token: Token) -> sa.Insert:
    """Return the statement that adds a token, and fails where its uid is taken."""
    row = token_row(token)
    return sa.insert(tokens).values(dict(zip(TOKENS.columns, row.values, strict=True)))


def rewriting(token: Token, fields: Iterable[str]) -> sa.Update:
    """Return the statement that stores the named fields of a token as they now are."""
    row = dict(zip(TOKENS.columns, token_row(token).values, strict=True))
    columns = [_COLUMNS.get(field, field) for field in (*fields, "updated_at")]
    values = {column: row[column] for column in columns}
    return sa.update(tokens).where(*_is(token.operator, token.uid)).values(values)


def renaming(operator: str, uid: str, new: str) -> sa.Update:
    """Return the statement that gives a token another uid, unless a token has that already."""
    other = tokens.alias()
    taken = sa.exists().where(other.c.operator == operator, other.c.uid_key == uid_key(new))
    values = {"uid": new, "uid_key": uid_key(new)}
    return sa.update(tokens).where(*_is(operator, uid), sa.not_(taken)).values(values)


def removal(operator: str, uid: str) -> sa.Delete:
    """Return the statement that deletes a token."""
    return sa.delete(tokens).where(*_is(operator, uid))


def page(operator: str, after: str, limit: int) -> sa.Select[Any]:
    """Return the query of an operator's tokens in the order of their keys, from behind `after`."""
    return (
        sa.select(tokens)
        .where(tokens.c.operator == operator, tokens.c.uid_key > after)
        .order_by(tokens.c.uid_key)
        .limit(limit)
    )


def token_row(token: Token) -> Row:
    """Return the row of a token."""
    values = (
        token.operator,
        uid_key(token.uid),
        token.uid,
        token.type,
        token.status.value,
        token.group,
        None if token.valid_from is None else to_micros(token.valid_from),
        None if token.valid_until is None else to_micros(token.valid_until),
        None if token.allow_concurrent is None else int(token.allow_concurrent),
        token.language,
        token.label,
        to_micros(token.created_at),
        to_micros(token.updated_at),
    )
    return Row(TOKENS, values)


def token_from(record: Record) -> Token:
    """Return the token of a row."""
    (operator, _, uid, kind, status, group, valid_from, valid_until) = record[:8]
    allow_concurrent, language, label, created_at, updated_at = record[8:]
    return Token(
        operator=operator,
        uid=uid,
        type=kind,
        status=TokenStatus(status),
        group=group,
        valid_from=None if valid_from is None else from_micros(valid_from),
        valid_until=None if valid_until is None else from_micros(valid_until),
        allow_concurrent=None if allow_concurrent is None else bool(allow_concurrent),
        language=language,
        label=label,
        created_at=from_micros(created_at),
        updated_at=from_micros(updated_at),
    )


def _is(operator: str, uid: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return tokens.c.operator == operator, tokens.c.uid_key == uid_key(uid)
