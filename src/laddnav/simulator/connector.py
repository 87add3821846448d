"""One connector: the car in it, who may charge, what flows, and its status."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from laddnav.simulator.car import Car
from laddnav.simulator.meter import Measurand, Meter, MeterSample, View, take
from laddnav.simulator.plan import ConnectorPlan
from laddnav.simulator.power import IDLE, Offer
from laddnav.simulator.story import ChargingState, FaultCode, Status, Token, Transaction


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a connector.

    Attributes:
        info: Free text.
        vendor_code: The vendor's own code.
    """

    code: FaultCode
    info: str | None = None
    vendor_code: str | None = None


class Reservation(msgspec.Struct, frozen=True):
    """Who has been promised a connector."""

    id: int
    token: Token
    group: str | None = None


_SUSPENDED: Mapping[ChargingState, Status] = {
    "Charging": "Charging",
    "SuspendedEV": "SuspendedEV",
    "SuspendedEVSE": "SuspendedEVSE",
}


class Connector:
    """One connector of a station.

    Args:
        number: Its number over the whole station, from 1.
        evse: Its EVSE's number, from 1.
        place: Its number within the EVSE, from 1.
        meter: The EVSE's meter.

    Attributes:
        token: Who was authorised to charge here; None when nobody is.
        cleared: A fault that is gone, until the server was told so.
        operative: Whether it was itself put into service.
        station_operative: Whether the station as a whole is in service.
        held: Whether the station itself holds the charging back.
        limit_mw: The limit that charging profiles set, in mW; None without one.
        remote_start_id: The remote start that the next step answers.
        reservation_id: The reservation that the next step uses up.
        finished: Whether the car in it has had its transaction.
        reported: What the server was told of its status last.
    """

    __slots__ = (
        "_counted",
        "_flowing",
        "car",
        "cleared",
        "conditions",
        "evse",
        "fault",
        "finished",
        "held",
        "limit_mw",
        "meter",
        "number",
        "operative",
        "place",
        "plan",
        "remote_start_id",
        "reported",
        "reservation",
        "reservation_id",
        "station_operative",
        "token",
        "transaction",
    )

    def __init__(
        self, plan: ConnectorPlan, *, number: int, evse: int, place: int, meter: Meter
    ) -> None:
        self.plan = plan
        self.number = number
        self.evse = evse
        self.place = place
        self.meter = meter
        self.car: Car | None = None
        self.token: Token | None = None
        self.transaction: Transaction | None = None
        self.fault: Fault | None = None
        self.cleared: Fault | None = None
        self.reservation: Reservation | None = None
        self.operative = True
        self.station_operative = True
        self.held = False
        self.limit_mw: int | None = None
        self.finished = False
        self.conditions: frozenset[str] = frozenset()
        self.reported: tuple[object, ...] | None = None
        self.remote_start_id: int | None = None
        self.reservation_id: int | None = None
        self._counted = 0
        self._flowing = False

    @property
    def offer(self) -> Offer:
        """What it offers a car now."""
        return self.plan.offer(0 if self.held else self.limit_mw)

    @property
    def path_closed(self) -> bool:
        """Whether power may flow: a car, an authorised driver and no fault."""
        return self.car is not None and self.token is not None and self.fault is None

    def live(self, micros: int) -> None:
        """Let the car charge until `micros`, in microseconds of life."""
        span, self._counted = micros - self._counted, micros
        if self.car is not None and self.path_closed:
            self.meter.count(self.car.flow(self.offer, span))
            self.meter.draw = self.car.draw(self.offer)
            self._flowing = True
        elif self._flowing:  # another connector of the EVSE may be using the meter
            self.meter.draw = IDLE
            self._flowing = False

    def present_conditions(self) -> frozenset[str]:
        """Return which of OCPP 2's start and stop conditions hold now."""
        held = {
            "ParkingBayOccupancy": self.car is not None,
            "EVConnected": self.car is not None,
            "Authorized": self.token is not None,
            "PowerPathClosed": self.car is not None and self.token is not None,
            "EnergyTransfer": self.state == "Charging",
        }
        return frozenset(name for name, holds in held.items() if holds)

    @property
    def state(self) -> ChargingState:
        """The charging state, as OCPP 2 sees it."""
        if self.car is None:
            return "Idle"
        if self.token is None:
            return "EVConnected"
        if self.fault is not None or self.held or self._starved():
            return "SuspendedEVSE"
        drawn = self.car.draw(self.offer).power_mw
        return "Charging" if drawn else "SuspendedEV"

    def _starved(self) -> bool:
        """Whether the car would charge if only more were offered."""
        if self.car is None or self.limit_mw is None:
            return False
        return not self.car.draw(self.offer).power_mw and bool(
            self.car.draw(self.plan.offer()).power_mw
        )

    @property
    def status(self) -> Status:
        """Its status, as OCPP 1.6 sees it."""
        if self.fault is not None:
            return "Faulted"
        if self.transaction is not None and self.token is not None:
            return self._status_in(self.transaction)
        if not (self.operative and self.station_operative):
            return "Unavailable"
        if self.car is not None or self.token is not None:
            return "Finishing" if self.finished else "Preparing"
        return "Available" if self.reservation is None else "Reserved"

    def _status_in(self, transaction: Transaction) -> Status:
        if self.car is None:
            return "Preparing" if transaction.begun is None else "SuspendedEV"
        return _SUSPENDED.get(self.state, "Preparing")

    def samples(
        self, measurands: tuple[Measurand, ...], *, by_phase: bool
    ) -> tuple[MeterSample, ...]:
        """Return the samples of `measurands` as they stand now."""
        tx = self.transaction
        view = View(
            meter=self.meter,
            offer=self.offer,
            since_nj=tx.marked_nj if tx is not None else self.meter.register_nj,
            state_of_charge=self._known_charge(),
            by_phase=by_phase,
        )
        return take(view, measurands)

    def _known_charge(self) -> Decimal | None:
        """The car's state of charge, where it tells it: on DC only."""
        return self.car.state_of_charge if self.car is not None and self.offer.direct else None
