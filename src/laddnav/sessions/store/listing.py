"""Queries of lists, and what their rows say."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.energy import from_milli
from laddnav.metering.model import Confidence
from laddnav.metering.rules import decode_samples
from laddnav.sessions.model import (
    Evidence,
    EvidenceReason,
    Session,
    SessionFilter,
    State,
    StoredReading,
)
from laddnav.sessions.store.tables import STILL_LIVE, evidence, progress, readings, sessions
from laddnav.storage.database import Record
from laddnav.tokens.model import Verdict
from laddnav.tokens.rules import uid_key

Place = tuple[int, str]
"""Where a page begins: an instant in microseconds, and a name among what shares it."""

_DOUBTS: Final = msgspec.json.Decoder(tuple[str, ...])
_SAME: Final = sa.and_(
    sessions.c.operator == progress.c.operator,
    sessions.c.session_id == progress.c.session_id,
    # Else the session's own row is the newer one.
    progress.c.updated_at >= sessions.c.updated_at,
    sessions.c.live_until == STILL_LIVE,
)
_LISTED: Final = sa.select(
    sessions,
    progress.c.energy_mwh.label("energy_now"),
    progress.c.power_mw.label("power_now"),
    progress.c.soc_mpercent.label("soc_now"),
    progress.c.updated_at.label("updated_now"),
).select_from(sessions.outerjoin(progress, _SAME))
_PLACES: Final = {name: place for place, name in enumerate(_LISTED.selected_columns.keys())}


def session_list(
    operator: str, wanted: SessionFilter, before: Place | None, limit: int
) -> sa.Select[Any]:
    """Return the query of sessions, newest first, from behind `before`."""
    conditions = [sessions.c.operator == operator]
    if wanted.station is not None:
        conditions.append(sessions.c.station == wanted.station)
    if wanted.token is not None:
        conditions.append(sessions.c.token_key == uid_key(wanted.token))
    if wanted.since is not None:
        conditions.append(sessions.c.started_at >= to_micros(wanted.since))
    if wanted.state is State.RUNNING:
        conditions.append(sessions.c.live_until == STILL_LIVE)
    elif wanted.state is State.ENDED:
        conditions.append(sessions.c.live_until != STILL_LIVE)
    if before is not None:
        conditions.append(sa.tuple_(sessions.c.started_at, sessions.c.session_id) < before)
    order = (sessions.c.started_at.desc(), sessions.c.session_id.desc())
    return _LISTED.where(*conditions).order_by(*order).limit(limit)


def one_session(operator: str, session_id: str) -> sa.Select[Any]:
    """Return the query of one session."""
    same = (sessions.c.operator == operator, sessions.c.session_id == session_id)
    return _LISTED.where(*same)


def session_from(record: Record) -> Session:
    """Return the session of a row of these queries."""

    def value(name: str) -> Any:  # noqa: ANN401 - a column's type is known only to its query
        return record[_PLACES[name]]

    moving = value("updated_now") is not None
    return Session(
        operator=value("operator"),
        id=value("session_id"),
        station=value("station"),
        evse=value("evse"),
        connector=value("connector"),
        transaction_id=value("transaction_id"),
        token=value("token"),
        token_type=value("token_type"),
        token_group=value("token_group"),
        verdict=None if value("verdict") is None else Verdict(value("verdict")),
        concurrent_with=value("concurrent_with"),
        state=State(value("state")),
        started_at=from_micros(value("started_at")),
        ended_at=_instant(value("ended_at")),
        meter_start_wh=_number(value("meter_start_mwh")),
        meter_stop_wh=_number(value("meter_stop_mwh")),
        energy_wh=from_milli(value("energy_now") if moving else value("energy_mwh")),
        stop_reason=value("stop_reason"),
        confidence=Confidence(value("confidence")),
        doubts=_DOUBTS.decode(value("doubts")),
        offline=bool(value("offline")),
        charging_state=value("charging_state"),
        remote_start_id=value("remote_start_id"),
        reservation_id=value("reservation_id"),
        power_w=_number(value("power_now") if moving else value("power_mw")),
        soc_percent=_number(value("soc_now") if moving else value("soc_mpercent")),
        updated_at=from_micros(value("updated_now") if moving else value("updated_at")),
    )


def place_of(record: Record) -> Place:
    """Return the place of a row of these queries."""
    return record[_PLACES["started_at"]], record[_PLACES["session_id"]]


def reading_list(operator: str, session_id: str, after: Place | None, limit: int) -> sa.Select[Any]:
    """Return the query of a session's readings, oldest first, from behind `after`."""
    query = sa.select(
        readings.c.at,
        readings.c.digest,
        readings.c.reported_at,
        readings.c.evse,
        readings.c.connector,
        readings.c.register_mwh,
        readings.c.samples,
    ).where(readings.c.operator == operator, readings.c.session_id == session_id)
    if after is not None:
        query = query.where(sa.tuple_(readings.c.at, readings.c.digest) > after)
    return query.order_by(readings.c.at, readings.c.digest).limit(limit)


def reading_from(record: Record) -> StoredReading:
    """Return the reading of a row."""
    at, _, reported_at, evse, connector, register_mwh, samples = record
    return StoredReading(
        at=from_micros(at),
        reported_at=_instant(reported_at),
        evse=evse,
        connector=connector,
        register_wh=_number(register_mwh),
        samples=decode_samples(samples),
    )


def evidence_list(
    operator: str, station: str | None, before: Place | None, limit: int
) -> sa.Select[Any]:
    """Return the query of evidence, newest first, from behind `before`."""
    query = sa.select(
        evidence.c.received_at,
        evidence.c.digest,
        evidence.c.station,
        evidence.c.reason,
        evidence.c.frame,
    ).where(evidence.c.operator == operator)
    if station is not None:
        query = query.where(evidence.c.station == station)
    if before is not None:
        query = query.where(sa.tuple_(evidence.c.received_at, evidence.c.digest) < before)
    return query.order_by(evidence.c.received_at.desc(), evidence.c.digest.desc()).limit(limit)


def evidence_from(record: Record) -> Evidence:
    """Return the evidence of a row."""
    received_at, digest, station, reason, frame = record
    return Evidence(
        station=station,
        digest=digest,
        reason=EvidenceReason(reason),
        received_at=from_micros(received_at),
        frame=frame,
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _number(milli: int | None) -> Decimal | None:
    return None if milli is None else from_milli(milli)
