"""From words to rows: values in the order of the tables' columns."""

from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from laddnav.kernel.clock import to_micros
from laddnav.kernel.energy import to_milli
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.metering.model import Reading
from laddnav.metering.rules import digest, encode_samples
from laddnav.sessions.model import Entry, EvidenceReason, Session, State
from laddnav.sessions.rules.gauges import Gauges
from laddnav.sessions.rules.keys import entry_key
from laddnav.sessions.store.tables import (
    EVIDENCE,
    PROGRESS,
    READINGS,
    SESSION_EVENTS,
    SESSIONS,
    STILL_LIVE,
)
from laddnav.storage.write import Row
from laddnav.tokens.rules import uid_key

_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")


def session_row(session: Session, *, start_key: str | None, stop_key: str | None) -> Row:
    """Return the row of a session; None as `start_key`: its station makes the transaction ids."""
    ended_at = _micros(session.ended_at)
    values = (
        session.operator,
        session.id,
        session.station,
        session.evse,
        session.connector,
        session.transaction_id,
        start_key,
        stop_key,
        session.token,
        None if session.token is None else uid_key(session.token),
        session.token_type,
        session.token_group,
        session.verdict,
        session.concurrent_with,
        session.state,
        STILL_LIVE if session.state is State.RUNNING or ended_at is None else ended_at,
        to_micros(session.started_at),
        ended_at,
        _milli(session.meter_start_wh),
        _milli(session.meter_stop_wh),
        to_milli(session.energy_wh),
        session.stop_reason,
        session.confidence,
        _ENCODER.encode(session.doubts).decode(),
        int(session.offline),
        session.charging_state,
        session.remote_start_id,
        session.reservation_id,
        _milli(session.power_w),
        _milli(session.soc_percent),
        to_micros(session.updated_at),
    )
    return Row(SESSIONS, values)


def progress_row(
    operator: str,
    session_id: str,
    *,
    energy_wh: Decimal,
    gauges: Gauges,
    freed_at: datetime | None,
    id_used: bool,
    updated_at: datetime,
) -> Row:
    """Return the row of what moves with every meter value."""
    values = (
        operator,
        session_id,
        to_milli(energy_wh),
        _milli(gauges.power_w),
        _milli(gauges.soc_percent),
        _micros(freed_at),
        int(id_used),
        to_micros(updated_at),
    )
    return Row(PROGRESS, values)


def entry_row(operator: str, session_id: str, entry: Entry) -> Row:
    """Return the row of one entry of a story."""
    values = (
        operator,
        session_id,
        entry_key(entry),
        entry.__struct_config__.tag,
        to_micros(entry.at),
        to_micros(entry.received_at),
        _ENCODER.encode(entry).decode(),
    )
    return Row(SESSION_EVENTS, values)


def reading_row(
    key: StationKey,
    connector: ConnectorRef,
    reading: Reading,
    *,
    session_id: str | None,
    register_wh: Decimal | None,
    reported_at: datetime | None,
) -> Row:
    """Return the row of one reading; `session_id` is None outside any session.

    The digest covers place and session: two that meet in one instant keep a reading each.
    `reported_at` is the station's own time where it was corrected.
    """
    samples = encode_samples(reading.samples)
    operator, station = key
    evse, number = connector
    values = (
        to_micros(reading.at),
        digest(f"{operator}\0{station}\0{evse}\0{number}\0{session_id}\0{samples}"),
        operator,
        station,
        evse,
        number,
        session_id,
        None if reported_at is None else to_micros(reported_at),
        None if register_wh is None else to_milli(register_wh),
        samples,
    )
    return Row(READINGS, values)


def evidence_row(
    key: StationKey,
    frame: str,
    *,
    name: str,
    reason: EvidenceReason,
    received_at: datetime,
) -> Row:
    """Return the row of a message that is kept by itself; the same `name` is kept once."""
    values = (
        key.operator,
        key.identity,
        name,
        reason,
        to_micros(received_at),
        frame.replace("\0", "\ufffd"),
    )
    return Row(EVIDENCE, values)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _milli(value: Decimal | None) -> int | None:
    return None if value is None else to_milli(value)
