"""The tables of the upkeep of stations, and their rows."""

from typing import Final

import msgspec
import sqlalchemy as sa

from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.maintenance.model.correction import (
    Correction,
    CorrectionState,
    Preparation,
    Reboot,
    Result,
)
from laddnav.maintenance.model.standing import Attempt
from laddnav.maintenance.model.template import Scope, Template, Wish
from laddnav.maintenance.rules.templates import Slot
from laddnav.stations.control import CommandStatus
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

metadata = sa.MetaData()

templates = sa.Table(
    "templates",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("wishes", sa.Text, nullable=False),
    sa.Column("before_acceptance", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("operator", "name", name="templates_by_name"),
)

# What a station last answered to each value that it was told for a template's sake.
attempts = sa.Table(
    "template_attempts",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("attribute", sa.Text, primary_key=True),
    sa.Column("wanted", sa.Text, nullable=False),
    sa.Column("firmware", sa.Text),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("template_version", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("wire_status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
)

# One row for each correction that was asked for, and one for each station's last Boot.
corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("is_open", sa.Integer, nullable=False),
    sa.Column("template", sa.Text),
    sa.Column("reboot", sa.Text, nullable=False),
    sa.Column("is_held", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.BigInteger, nullable=False),
    sa.Column("results", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("reset_at", sa.BigInteger),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Index("corrections_by_turn", "is_open", "next_at"),
)

preparations = sa.Table(
    "preparations",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("begun_at", sa.BigInteger, nullable=False),
    sa.Column("boots", sa.Integer, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
)

ATTEMPTS: Final = Upsert(attempts)
CORRECTIONS: Final = Upsert(corrections)
PREPARATIONS: Final = Upsert(preparations)
OF_STATIONS: Final = (attempts, corrections, preparations)

_LONGEST: Final = 500
_scope = msgspec.json.Decoder(Scope).decode
_wishes = msgspec.json.Decoder(tuple[Wish, ...]).decode
_results = msgspec.json.Decoder(tuple[Result, ...]).decode


def template_values(each: Template) -> dict[str, object]:
    """Return the values of a template's row."""
    return {
        "operator": each.operator,
        "id": each.id,
        "version": each.version,
        "name": each.name,
        "scope": msgspec.json.encode(each.scope).decode(),
        "wishes": msgspec.json.encode(each.wishes).decode(),
        "before_acceptance": int(each.before_acceptance),
        "created_at": to_micros(each.created_at),
        "updated_at": to_micros(each.updated_at),
    }


def template_from(record: Record) -> Template:
    """Return the template of a row."""
    operator, template_id, version, name, scope, wishes, before, created_at, updated_at = record
    return Template(
        operator=operator,
        id=template_id,
        version=version,
        name=name,
        scope=_scope(scope),
        wishes=_wishes(wishes),
        before_acceptance=bool(before),
        created_at=from_micros(created_at),
        updated_at=from_micros(updated_at),
    )


def attempt_row(key: StationKey, slot: Slot, each: Attempt) -> Row:
    """Return the row of an attempt."""
    values = (
        *key,
        *slot,
        each.wanted,
        each.firmware,
        *each.template,
        each.status.value,
        each.wire_status[:_LONGEST],
        None if each.reason is None else each.reason[:_LONGEST],
        to_micros(each.at),
        to_micros(each.since),
        each.tries,
    )
    return Row(ATTEMPTS, values)


def attempt_from(record: Record) -> tuple[StationKey, Slot, Attempt]:
    """Return whose attempt a row tells of, at which variable, and the attempt."""
    operator, station, place, attribute, wanted, firmware, template, version, *more = record
    status, wire_status, reason, at, since, tries = more
    told = Attempt(
        wanted=wanted,
        firmware=firmware,
        template=(template, version),
        status=CommandStatus(status),
        wire_status=wire_status,
        reason=reason,
        at=from_micros(at),
        since=from_micros(since),
        tries=tries,
    )
    return StationKey(operator, station), (place, attribute), told


def correction_values(each: Correction) -> dict[str, object]:
    """Return the values of a correction's row."""
    return {
        "operator": each.key.operator,
        "station": each.key.identity,
        "id": each.id,
        "version": each.version,
        "state": each.state.value,
        "is_open": int(each.is_open),
        "template": each.template,
        "reboot": each.reboot.value,
        "is_held": int(each.is_held),
        "attempts": each.attempts,
        "next_at": to_micros(each.next_at),
        "results": msgspec.json.encode(each.results).decode(),
        "reason": None if each.reason is None else each.reason[:_LONGEST],
        "reset_at": None if each.reset_at is None else to_micros(each.reset_at),
        "created_at": to_micros(each.created_at),
        "updated_at": to_micros(each.updated_at),
        "ended_at": None if each.ended_at is None else to_micros(each.ended_at),
    }


def correction_row(each: Correction) -> Row:
    """Return the row of a correction."""
    return CORRECTIONS.row(**correction_values(each))


def correction_from(record: Record) -> Correction:
    """Return the correction of a row."""
    values = dict(zip(CORRECTIONS.columns, record, strict=True))
    reset_at, ended_at = values["reset_at"], values["ended_at"]
    return Correction(
        id=values["id"],
        key=StationKey(values["operator"], values["station"]),
        version=values["version"],
        state=CorrectionState(values["state"]),
        template=values["template"],
        reboot=Reboot(values["reboot"]),
        is_held=bool(values["is_held"]),
        attempts=values["attempts"],
        next_at=from_micros(values["next_at"]),
        results=_results(values["results"]),
        reason=values["reason"],
        reset_at=None if reset_at is None else from_micros(reset_at),
        created_at=from_micros(values["created_at"]),
        updated_at=from_micros(values["updated_at"]),
        ended_at=None if ended_at is None else from_micros(ended_at),
    )


def preparation_row(key: StationKey, each: Preparation) -> Row:
    """Return the row of a preparation."""
    ended_at = None if each.ended_at is None else to_micros(each.ended_at)
    return Row(PREPARATIONS, (*key, each.mark, to_micros(each.begun_at), each.boots, ended_at))


def preparation_from(record: Record) -> Preparation:
    """Return the preparation of a row."""
    _, _, mark, begun_at, boots, ended_at = record
    return Preparation(
        mark=mark,
        begun_at=from_micros(begun_at),
        boots=boots,
        ended_at=None if ended_at is None else from_micros(ended_at),
    )
