"""Facts about sessions that other rooms react to."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.metering.model import Confidence
from laddnav.sessions.model import EvidenceReason, State
from laddnav.tokens.model import Verdict


class SessionStarted(Struct, frozen=True, kw_only=True):
    """A session was heard of for the first time; a refused one too (`verdict`)."""

    session_id: str
    station: StationKey
    ref: ConnectorRef
    transaction_id: str
    token: str | None
    verdict: Verdict | None
    started_at: datetime
    meter_start_wh: Decimal | None
    remote_start_id: int | None
    reservation_id: int | None


class SessionEnded(Struct, frozen=True, kw_only=True):
    """A session ended, by its station's word or by evidence (then `doubts` says so)."""

    session_id: str
    station: StationKey
    ref: ConnectorRef
    transaction_id: str
    token: str | None
    verdict: Verdict | None
    started_at: datetime
    ended_at: datetime | None
    energy_wh: Decimal
    meter_start_wh: Decimal | None
    meter_stop_wh: Decimal | None
    stop_reason: str | None
    confidence: Confidence
    doubts: tuple[str, ...]


class SessionCorrected(SessionEnded, frozen=True, kw_only=True):
    """A session that had ended is otherwise than was told: a late message came.

    Attributes:
        state: "running" where what had closed it turned out void.
        energy_before_wh: What was told last.
    """

    state: State
    energy_before_wh: Decimal


class EvidenceKept(Struct, frozen=True, kw_only=True):
    """A transaction message is kept by itself: no session tells what it tells."""

    station: StationKey
    reason: EvidenceReason
    digest: str
    received_at: datetime
