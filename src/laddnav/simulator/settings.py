"""The settings by which a station behaves: each version names them in its own way."""

from dataclasses import dataclass

from laddnav.simulator.meter import REGISTER, Measurand

_USUAL: tuple[Measurand, ...] = (
    REGISTER,
    "Power.Active.Import",
    "Current.Import",
    "Voltage",
    "SoC",
)


@dataclass(slots=True, kw_only=True)
class Settings:
    """One station's settings. Times are in seconds, whole ones on the wire; 0 turns one off.

    Attributes:
        heartbeat_s: Set by each accepted boot.
        sample_s: Between two samples of a transaction.
        aligned_s: Between two clock-aligned readings, counted from midnight UTC.
        sampled: Measurands of a transaction's samples.
        begun: Measurands when a transaction begins.
        ended: Measurands when it ends.
        aligned: Measurands of clock-aligned and triggered readings.
        attempts: How often a transaction message is sent before it is thrown away.
        retry_s: Wait before the second attempt; doubled before the third, and so on.
        answer_s: How long an answer is awaited.
        connect_s: How long an authorised driver may take to plug in.
        start_points: Conditions of which each begins a transaction (OCPP 2's words).
        stop_points: Conditions whose loss ends it.
        stops_on_refusal: Whether a refused token ends a running transaction.
        authorizes_remote: Whether a remote start is authorised first.
        prefers_list: Whether a token on the local list or in the cache starts unasked.
        serves_offline: Whether known tokens may start while offline.
        serves_unknown_offline: Whether unknown ones may, too.
        offline_s: After how long offline every status is told again.
        back_off_s: Least wait before connecting again; doubled up to `back_off_doublings` times.
        back_off_random_s: At most so much is added, at random.
        ping_s: Between two WebSocket pings.
    """

    heartbeat_s: float = 0
    sample_s: float = 60
    aligned_s: float = 0
    sampled: tuple[Measurand, ...] = _USUAL
    begun: tuple[Measurand, ...] = (REGISTER,)
    ended: tuple[Measurand, ...] = (REGISTER,)
    aligned: tuple[Measurand, ...] = (REGISTER,)
    attempts: int = 3
    retry_s: float = 60
    answer_s: float = 30
    connect_s: float = 120
    start_points: tuple[str, ...] = ("PowerPathClosed",)
    stop_points: tuple[str, ...] = ("Authorized", "EVConnected")
    stops_on_refusal: bool = True
    authorizes_remote: bool = False
    prefers_list: bool = False
    serves_offline: bool = True
    serves_unknown_offline: bool = True
    offline_s: float = 60
    back_off_s: float = 3
    back_off_doublings: int = 5
    back_off_random_s: float = 3
    ping_s: float = 0
