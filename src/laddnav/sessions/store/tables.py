"""Tables of sessions, their stories, readings and evidence.

`session_events` and `readings` are what is true, and are only ever added to; `sessions` is their
fold and `progress` what moves with every meter value, so that the wide row does not.
"""

import sqlalchemy as sa

from laddnav.storage.write import Upsert

metadata = sa.MetaData()

STILL_LIVE = (1 << 62) - 1
"""`live_until` of a session that has not ended: it sorts behind every instant."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("evse", sa.BigInteger, nullable=False),
    sa.Column("connector", sa.BigInteger, nullable=False),
    sa.Column("transaction_id", sa.Text, nullable=False),
    sa.Column("start_key", sa.Text),  # None: its station makes the transaction ids
    sa.Column("stop_key", sa.Text),  # of a stop that did not name its transaction
    sa.Column("token", sa.Text),
    sa.Column("token_key", sa.Text),
    sa.Column("token_type", sa.Text),
    sa.Column("token_group", sa.Text),
    sa.Column("verdict", sa.Text),
    sa.Column("concurrent_with", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("live_until", sa.BigInteger, nullable=False),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("meter_start_mwh", sa.BigInteger),
    sa.Column("meter_stop_mwh", sa.BigInteger),
    sa.Column("energy_mwh", sa.BigInteger, nullable=False),
    sa.Column("stop_reason", sa.Text),
    sa.Column("confidence", sa.Text, nullable=False),
    sa.Column("doubts", sa.Text, nullable=False),
    sa.Column("offline", sa.Integer, nullable=False),
    sa.Column("charging_state", sa.Text),
    sa.Column("remote_start_id", sa.BigInteger),
    sa.Column("reservation_id", sa.BigInteger),
    sa.Column("power_mw", sa.BigInteger),
    sa.Column("soc_mpercent", sa.BigInteger),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)

sa.Index(
    "ix_sessions_station_live",
    sessions.c.operator,
    sessions.c.station,
    sessions.c.live_until,
)
sa.Index(
    "ix_sessions_transaction",
    sessions.c.operator,
    sessions.c.station,
    sessions.c.transaction_id,
)
sa.Index(
    "ix_sessions_start_key",
    sessions.c.operator,
    sessions.c.station,
    sessions.c.start_key,
)
sa.Index(
    "ix_sessions_stop_key",
    sessions.c.operator,
    sessions.c.station,
    sessions.c.stop_key,
    sqlite_where=sessions.c.stop_key.is_not(None),
    postgresql_where=sessions.c.stop_key.is_not(None),
)
sa.Index(
    "ix_sessions_token",
    sessions.c.operator,
    sessions.c.token_key,
    sessions.c.live_until,
)
sa.Index(
    "ix_sessions_station_started",
    sessions.c.operator,
    sessions.c.station,
    sessions.c.started_at,
    sessions.c.session_id,
)
sa.Index("ix_sessions_started", sessions.c.operator, sessions.c.started_at, sessions.c.session_id)
sa.Index("ix_sessions_live", sessions.c.live_until, sessions.c.operator, sessions.c.started_at)

progress = sa.Table(
    "session_progress",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("energy_mwh", sa.BigInteger, nullable=False),
    sa.Column("power_mw", sa.BigInteger),
    sa.Column("soc_mpercent", sa.BigInteger),
    sa.Column("freed_at", sa.BigInteger),
    sa.Column("id_used", sa.Integer, nullable=False),  # the station has used our transaction id
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
    info={"deferred": True},
)

session_events = sa.Table(
    "session_events",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("natural_key", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    info={"deferred": True},
)

# Keyed by time, then by a digest of all the rest: so that they are added at the end and forgotten
# at the beginning, and only one index more has to find its place for each.
readings = sa.Table(
    "readings",
    metadata,
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("operator", sa.Text, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("evse", sa.BigInteger, nullable=False),
    sa.Column("connector", sa.BigInteger, nullable=False),
    sa.Column("session_id", sa.Text),
    sa.Column("reported_at", sa.BigInteger),  # where the station's time was corrected
    sa.Column("register_mwh", sa.BigInteger),
    sa.Column("samples", sa.Text, nullable=False),
    info={"partition_by": "at", "deferred": True},
)
sa.Index(
    "ix_readings_session",
    readings.c.session_id,
    readings.c.at,
    sqlite_where=readings.c.session_id.is_not(None),
    postgresql_where=readings.c.session_id.is_not(None),
)

evidence = sa.Table(
    "session_evidence",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("station", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("frame", sa.Text, nullable=False),
)
sa.Index("ix_evidence_received", evidence.c.operator, evidence.c.received_at, evidence.c.digest)

SESSIONS = Upsert(sessions)
PROGRESS = Upsert(progress)
SESSION_EVENTS = Upsert(session_events, mode="keep")
READINGS = Upsert(readings, mode="keep")
EVIDENCE = Upsert(evidence, mode="keep")
