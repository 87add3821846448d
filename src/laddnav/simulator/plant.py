"""A charging station without its network: connectors, drivers, and what happens to them.

No I/O and no version of OCPP: each step of a transaction is told to `tell`, and what a
connector's status is can be seen at any time.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from laddnav.kernel.ids import new_id
from laddnav.simulator.car import Car
from laddnav.simulator.connector import Connector, Fault
from laddnav.simulator.ledger import Account
from laddnav.simulator.meter import REGISTER, Context, Measurand, Meter, MeterReading
from laddnav.simulator.plan import StationPlan
from laddnav.simulator.settings import Settings
from laddnav.simulator.signing import MeterSigner
from laddnav.simulator.story import FaultCode, Reason, Step, StepKind, Token, Transaction, Trigger
from laddnav.simulator.timekeeper import Timekeeper

_FATAL: Mapping[FaultCode, Reason] = {
    "GroundFailure": "GroundFault",
    "OverCurrentFailure": "OvercurrentFault",
    "PowerSwitchFailure": "Other",
    "HighTemperature": "Other",
    "OverVoltage": "Other",
    "UnderVoltage": "Other",
    "PowerMeterFailure": "Other",
    "InternalError": "Other",
    "EVCommunicationError": "Other",
    "ConnectorLockFailure": "Other",
}


_MARKS: Mapping[Context, Literal["B", "E"]] = {"Transaction.Begin": "B", "Transaction.End": "E"}


class Plant:
    """One station's hardware and its rules for transactions.

    Args:
        plan: What it is made of.
        settings: How it behaves; read anew at each step.
        time: What tells it the time.
        identity: What its meters' key is made of, if they sign.
        tell: Hears each step of each transaction.
        limits: Tells the limit in mW that charging profiles set for a connector now.

    Attributes:
        skew: How far its own clock is ahead.
        operative: Whether the station as a whole is in service.
    """

    def __init__(
        self,
        plan: StationPlan,
        settings: Settings,
        time: Timekeeper,
        *,
        identity: str,
        tell: Callable[[Transaction, Step], None],
        limits: Callable[[Connector], int | None],
    ) -> None:
        self.plan = plan
        self.settings = settings
        self._time = time
        self._tell = tell
        self._limits = limits
        self.skew = timedelta(seconds=plan.skew_s)
        self.operative = True
        self._signer = MeterSigner(identity) if plan.signs else None
        self._signatures = 0
        self.connectors = tuple(_connectors(plan))

    def now(self) -> datetime:
        """Return the time by the station's own clock, in whole milliseconds as it is sent."""
        now = self._time.now() + self.skew
        return now.replace(microsecond=now.microsecond // 1_000 * 1_000)

    def set_clock(self, told: datetime) -> None:
        """Set the station's own clock to what the server told, if it does such a thing."""
        if self.plan.sets_clock:
            self.skew = told - self._time.now()

    def connector(self, number: int) -> Connector:
        """Return the connector with this number, from 1.

        Raises:
            IndexError: There is none.
        """
        if number < 1:
            raise IndexError(number)
        return self.connectors[number - 1]

    def evse_is_free(self, connector: Connector) -> bool:
        """Return whether nobody uses the connector's EVSE."""
        return all(
            other.car is None and other.token is None and other.transaction is None
            for other in self.connectors
            if other.evse == connector.evse
        )

    # What happens at a connector ------------------------------------------------------------

    def plug_in(self, connector: Connector, car: Car) -> None:
        """A driver plugs in `car`; the connector's EVSE has no other car."""
        self.live(connector)
        connector.car = car
        connector.finished = False
        self._turn(connector, "CablePluggedIn")

    def unplug(self, connector: Connector, reason: Reason = "EVDisconnected") -> None:
        """The car leaves; a transaction ends with it if the stop points say so."""
        self.live(connector)
        connector.car = None
        connector.finished = False
        self._turn(connector, "EVCommunicationLost", reason=reason)

    def present(
        self,
        connector: Connector,
        token: Token,
        *,
        trigger: Trigger = "Authorized",
        remote_start_id: int | None = None,
    ) -> None:
        """An accepted driver may charge here."""
        self.live(connector)
        connector.token = token
        if connector.reservation is not None:
            connector.reservation_id = connector.reservation.id
            connector.reservation = None
        connector.remote_start_id = remote_start_id
        self._turn(connector, trigger, token=token)

    def withdraw(
        self, connector: Connector, reason: Reason, trigger: Trigger, token: Token | None = None
    ) -> None:
        """The driver may charge no more: by their own wish (`token`), or by another's."""
        self.live(connector)
        connector.token = None
        if connector.transaction is not None:
            connector.transaction.stopped_by = reason
        else:
            connector.remote_start_id = connector.reservation_id = None
        self._turn(connector, trigger, token=token, reason=reason)

    def end(self, connector: Connector, reason: Reason, trigger: Trigger) -> None:
        """End the transaction whatever the stop points say, if there is one."""
        self.live(connector)
        transaction = connector.transaction
        connector.token = None
        if transaction is not None:
            self._end(connector, transaction, trigger, reason=reason, token=None)
        connector.conditions = connector.present_conditions()

    def hold(self, connector: Connector) -> None:
        """Stop the power but not the transaction."""
        self.live(connector)
        connector.held = True
        self.look(connector)

    def fail(self, connector: Connector, fault: Fault | None) -> None:
        """A fault comes (a grave one ends the transaction), or goes with None."""
        self.live(connector)
        connector.cleared = connector.fault if fault is None else None
        connector.fault = fault
        if fault is not None and connector.transaction is not None and fault.code in _FATAL:
            self.end(connector, _FATAL[fault.code], "AbnormalCondition")

    def serve(self, connector: Connector | None, *, operative: bool) -> None:
        """Put one connector, or with None the whole station, into service or out of it."""
        if connector is not None:
            connector.operative = operative
            return
        self.operative = operative
        for each in self.connectors:
            each.station_operative = operative

    def live(self, connector: Connector) -> None:
        """Let the car at `connector` charge until now."""
        connector.live(self._time.lived())
        limit_mw = self._limits(connector)
        if limit_mw != connector.limit_mw:
            connector.limit_mw = limit_mw
            connector.live(self._time.lived())

    def look(self, connector: Connector) -> None:
        """Notice what the car did by itself: it became full, or takes power again."""
        self.live(connector)
        transaction = connector.transaction
        if transaction is not None and connector.state != transaction.told_state:
            self._turn(connector, "ChargingStateChanged")

    def read(
        self, connector: Connector, context: Context, measurands: tuple[Measurand, ...]
    ) -> MeterReading:
        """Return what the meter tells now."""
        reading = MeterReading(
            at=self.now(),
            context=context,
            register_wh=connector.meter.register_wh,
            samples=connector.samples(measurands, by_phase=self.plan.by_phase),
        )
        return reading if self._signer is None else self._signed(connector, reading, self._signer)

    def _signed(
        self, connector: Connector, reading: MeterReading, signer: MeterSigner
    ) -> MeterReading:
        """Return a reading at the begin or the end of a transaction with its register signed."""
        mark = _MARKS.get(reading.context)
        if mark is None:
            return reading
        self._signatures += 1
        transaction = connector.transaction
        signed = signer.sign(
            reading.register_wh,
            reading.at,
            mark=mark,
            token=connector.token or (transaction.token if transaction is not None else None),
            paging=self._signatures,
        )
        samples = tuple(
            msgspec.structs.replace(each, signed=signed)
            if each.measurand == REGISTER and each.phase is None
            else each
            for each in reading.samples
        )
        return msgspec.structs.replace(reading, samples=samples)

    def sample(
        self,
        connector: Connector,
        *,
        context: Context = "Sample.Periodic",
        trigger: Trigger = "MeterValuePeriodic",
        measurands: tuple[Measurand, ...] | None = None,
    ) -> None:
        """Tell the meter of the running transaction; nothing where there is none."""
        self.look(connector)
        transaction = connector.transaction
        if transaction is not None:
            reading = self.read(connector, context, measurands or self.settings.sampled)
            self._step(connector, transaction, "Updated", trigger, readings=(reading,))

    # How a transaction begins, goes on and ends ---------------------------------------------

    def _turn(
        self,
        connector: Connector,
        trigger: Trigger,
        *,
        token: Token | None = None,
        reason: Reason | None = None,
    ) -> None:
        """Compare the conditions before and now: begin, go on, end, or nothing."""
        before, connector.conditions = connector.conditions, connector.present_conditions()
        transaction = connector.transaction
        if transaction is None:
            if (connector.conditions - before).intersection(self.settings.start_points):
                opened = self._open(connector)
                self._step(connector, opened, "Started", trigger, token=connector.token)
        elif (before - connector.conditions).intersection(self.settings.stop_points):
            self._end(connector, transaction, trigger, reason=reason, token=token)
            connector.conditions = connector.present_conditions()
        else:
            self._step(connector, transaction, "Updated", trigger, token=token)

    def _open(self, connector: Connector) -> Transaction:
        transaction_id = new_id()
        account = Account(
            transaction_id=None,
            evse=connector.evse,
            connector=connector.place,
            number=connector.number,
            token=None,
        )
        connector.transaction = Transaction(
            id=transaction_id,
            place=connector.number,
            begun_at=self.now(),
            account=account,
            marked_nj=connector.meter.register_nj,
        )
        return connector.transaction

    def _end(
        self,
        connector: Connector,
        transaction: Transaction,
        trigger: Trigger,
        *,
        reason: Reason | None,
        token: Token | None,
    ) -> None:
        closing = self.read(connector, "Transaction.End", self.settings.ended)
        begun = () if transaction.begun is None else (transaction.begun,)
        self._step(
            connector,
            transaction,
            "Ended",
            trigger,
            token=token,
            reason=transaction.stopped_by or reason or "Local",
            readings=(*begun, closing),
        )
        connector.transaction = None
        connector.token = None
        connector.held = False
        connector.finished = connector.car is not None

    def _step(
        self,
        connector: Connector,
        transaction: Transaction,
        kind: StepKind,
        trigger: Trigger,
        *,
        token: Token | None = None,
        reason: Reason | None = None,
        readings: tuple[MeterReading, ...] = (),
    ) -> None:
        connected = connector.car is not None
        if connected and transaction.begun is None:
            transaction.begun = self.read(connector, "Transaction.Begin", self.settings.begun)
            readings = readings or (transaction.begun,)
        step = Step(
            kind=kind,
            trigger=trigger if connector.remote_start_id is None else "RemoteStart",
            seq_no=transaction.next_seq,
            at=self.now(),
            token=token,
            tells_evse=connected and not transaction.told_evse,
            state=connector.state,
            reason=reason,
            remote_start_id=connector.remote_start_id,
            reservation_id=connector.reservation_id,
            readings=readings,
        )
        self._mark(connector, transaction, step)
        self._tell(transaction, step)

    def _mark(self, connector: Connector, transaction: Transaction, step: Step) -> None:
        """Remember what was told, so that it is told once."""
        transaction.next_seq += 1
        transaction.told_evse |= step.tells_evse
        transaction.told_state = step.state
        if transaction.token is None and step.token is not None:
            transaction.token = step.token
            transaction.account.token = step.token.uid
        connector.remote_start_id = connector.reservation_id = None
        if step.readings:
            transaction.marked_nj = connector.meter.register_nj


def _connectors(plan: StationPlan) -> Iterator[Connector]:
    meters: dict[int, Meter] = {}
    places: dict[int, int] = {}
    for number, each in enumerate(plan.connectors, start=1):
        evse = each.evse or number
        places[evse] = places.get(evse, 0) + 1
        fresh = Meter(start_wh=plan.start_wh, decimals=plan.decimals)
        meter = meters.setdefault(evse, fresh)
        yield Connector(each, number=number, evse=evse, place=places[evse], meter=meter)
