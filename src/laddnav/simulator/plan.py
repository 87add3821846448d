"""What a simulated station is made of: plates, connectors and habits."""

import msgspec

from laddnav.simulator.power import Offer


class ConnectorPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One connector.

    Attributes:
        phases: AC phases, 1 or 3; 0 makes it a DC connector.
        volts: AC voltage between phase and neutral; for DC the highest voltage.
        amps: Highest current in A, per phase for AC.
        watts: Highest power in W.
        kind: The plug, as OCPP 2 spells connector types.
        evse: The EVSE it belongs to; 0 gives it one of its own, numbered as itself.
    """

    phases: int = 3
    volts: int = 230
    amps: int = 32
    watts: int = 22_080
    kind: str = "cType2"
    evse: int = 0

    def offer(self, limit_mw: int | None = None) -> Offer:
        """Return what it offers, at most `limit_mw` where that is given."""
        power_mw = self.watts * 1_000
        return Offer(
            direct=self.phases == 0,
            phases=self.phases,
            volts=self.volts,
            current_ma=self.amps * 1_000,
            power_mw=power_mw if limit_mw is None else min(power_mw, limit_mw),
        )


AC_3_PHASE = ConnectorPlan()
AC_1_PHASE = ConnectorPlan(phases=1, watts=7_360)
DC_150 = ConnectorPlan(phases=0, volts=920, amps=300, watts=150_000, kind="cCCS2")


class StationPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of charging station and its habits.

    Attributes:
        connectors: Counted from 1 in this order, over all EVSEs.
        start_wh: What its meters have counted before.
        decimals: Decimals of its registers in Wh. OCPP 1.6 tells starts and stops in whole Wh.
        by_phase: Whether registers and power are told per phase too.
        signs: Whether the registers at begin and end of a transaction are signed.
        skew_s: How far its clock is ahead until it is set, in seconds.
        sets_clock: Whether it sets its clock by the server's answers.
        counts_ids: Whether message ids are "1", "2", ... on each connection, not UUIDs.
        compresses: Whether it offers permessage-deflate.
        boots_always: Whether it boots at each connection, not only after a restart.
        tells_events: OCPP 2.1 only: status as NotifyEvent, not as StatusNotification.
        reboot_s: How long a restart takes, in seconds.
    """

    vendor: str = "Laddnav"
    model: str = "Simulator"
    serial: str | None = None
    firmware: str = "1.0.0"
    connectors: tuple[ConnectorPlan, ...] = (AC_3_PHASE,)
    start_wh: int = 0
    decimals: int = 0
    by_phase: bool = False
    signs: bool = False
    skew_s: float = 0.0
    sets_clock: bool = True
    counts_ids: bool = False
    compresses: bool = False
    boots_always: bool = False
    tells_events: bool = True
    reboot_s: float = 0.5
