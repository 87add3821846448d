"""The write of one word, as it grows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from laddnav.journal.rules.masking import masked
from laddnav.kernel import ids
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.kernel.steps import Steps
from laddnav.metering.model import Reading, RegisterPoint
from laddnav.metering.rules import register_points
from laddnav.sessions.events import EvidenceKept, SessionCorrected, SessionEnded, SessionStarted
from laddnav.sessions.live.roster import Roster
from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.live.station import LiveStation
from laddnav.sessions.model import Entry, EvidenceReason, Session
from laddnav.sessions.rules.instants import is_sane, reckon
from laddnav.sessions.rules.keys import frame_key
from laddnav.sessions.rules.seen import Novelty
from laddnav.sessions.rules.view import differs
from laddnav.sessions.store.rows import (
    entry_row,
    evidence_row,
    progress_row,
    reading_row,
    session_row,
)
from laddnav.storage.write import Fact, Fence, Row, Write

_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")


class Draft:
    """Rows and facts of what one word changes at one station."""

    __slots__ = ("_facts", "_roster", "_rows", "_station", "received_at")

    def __init__(self, station: LiveStation, roster: Roster, received_at: datetime) -> None:
        self._station = station
        self._roster = roster
        self._rows: list[Row] = []
        self._facts: list[Fact] = []
        self.received_at = received_at

    def write(self) -> Write:
        """Return all of it, behind the station's fence."""
        station = self._station
        return Write(
            fence=Fence(station.key, station.epoch),
            rows=tuple(self._rows),
            facts=tuple(self._facts),
        )

    def write_if_any(self) -> Write | None:
        """Return all of it; None where it is nothing."""
        return self.write() if self._rows else None

    def tell(self, session: LiveSession, entry: Entry) -> Novelty:
        """Add an entry to a session's story; a repeat's row is kept out by its key."""
        key = self._station.key
        self._rows.append(entry_row(key.operator, session.identity.id, entry))
        return session.story.tell(entry)

    def retell(self, session_id: str, entry: Entry) -> None:
        """Add the entry of a story that is not in memory, where it stands already."""
        self._rows.append(entry_row(self._station.key.operator, session_id, entry))

    def reading(
        self, session: LiveSession | None, connector: ConnectorRef, reading: Reading, raw: Reading
    ) -> tuple[RegisterPoint, ...]:
        """Store one reading, which came as `raw`, and return its billing register."""
        points = register_points(reading)
        self._rows.append(
            reading_row(
                self._station.key,
                connector,
                reading,
                session_id=None if session is None else session.identity.id,
                register_wh=points[-1].wh if points else None,
                reported_at=None if raw is reading else raw.at,
            )
        )
        return points

    def progress(self, session: LiveSession) -> None:
        """Store what moves with every meter value."""
        self._rows.append(
            progress_row(
                self._station.key.operator,
                session.identity.id,
                energy_wh=session.energy_so_far(),
                gauges=session.gauges,
                freed_at=session.freed_at,
                id_used=session.id_used,
                updated_at=self.received_at,
            )
        )

    def show(self, session: LiveSession, stored: Sequence[Reading] | None) -> Steps[None]:
        """Store a session as it now stands, and say what happened to it."""
        before = session.shown
        after = yield from session.show(stored, self.received_at)
        self._rows.append(
            session_row(after, start_key=session.start_key, stop_key=session.stop_key)
        )
        self._station.place(session)
        self._roster.note(session, before)
        self._say(before, after)

    def keep(self, frame: bytes, reason: EvidenceReason, *, name: str | None = None) -> None:
        """Keep a message as it came but for its secrets (C04.FR.04), and say so.

        Args:
            frame: It, or the word that was made of it.
            reason: Why no story takes it.
            name: What is kept once; None: the same frame under whatever message id.
        """
        station = self._station.key
        came = frame.decode("utf-8", "replace")
        text = masked(came, None)
        name = name or frame_key(frame if text == came else text.encode())
        fact = EvidenceKept(
            station=station, reason=reason, digest=name, received_at=self.received_at
        )
        self._rows.append(
            evidence_row(station, text, name=name, reason=reason, received_at=self.received_at)
        )
        self._say_fact(str(station), fact)

    def _say(self, before: Session | None, after: Session) -> None:
        if before is None:
            self._say_fact(after.id, _started(self._station.key, after))
        if before is None or before.ended_at is None:
            if after.ended_at is not None:
                self._say_fact(after.id, SessionEnded(**_as_it_is(self._station.key, after)))
        elif differs(before, after):
            fact = SessionCorrected(
                **_as_it_is(self._station.key, after),
                state=after.state,
                energy_before_wh=before.energy_wh,
            )
            self._say_fact(after.id, fact)

    def _say_fact(self, subject: str, fact: msgspec.Struct) -> None:
        self._facts.append(
            Fact(
                id=ids.new_id(),
                operator=self._station.key.operator,
                kind=type(fact).__name__,
                subject=subject,
                at=self.received_at,
                payload=_ENCODER.encode(fact),
            )
        )


def timed(reading: Reading, received_at: datetime, drift: timedelta | None) -> Reading:
    """Return `reading` at its time by our reckoning."""
    if is_sane(reading.at, received_at):
        return reading
    return Reading(at=reckon(reading.at, received_at, drift).at, samples=reading.samples)


def _started(station: StationKey, session: Session) -> SessionStarted:
    return SessionStarted(
        session_id=session.id,
        station=station,
        ref=ConnectorRef(session.evse, session.connector),
        transaction_id=session.transaction_id,
        token=session.token,
        verdict=session.verdict,
        started_at=session.started_at,
        meter_start_wh=session.meter_start_wh,
        remote_start_id=session.remote_start_id,
        reservation_id=session.reservation_id,
    )


def _as_it_is(station: StationKey, session: Session) -> dict[str, Any]:
    shared = ("transaction_id", "token", "verdict", "started_at", "ended_at", "energy_wh")
    rest = ("meter_start_wh", "meter_stop_wh", "stop_reason", "confidence", "doubts")
    told = {name: getattr(session, name) for name in (*shared, *rest)}
    ref = ConnectorRef(session.evse, session.connector)
    return {**told, "session_id": session.id, "station": station, "ref": ref}
