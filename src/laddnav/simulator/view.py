"""A fleet seen from outside: for a dashboard, and for whoever measures."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from laddnav.simulator.connector import Connector
from laddnav.simulator.station import SimulatedStation


class ConnectorRow(msgspec.Struct, frozen=True, kw_only=True):
    """One connector at a moment.

    Attributes:
        status: As OCPP 1.6 spells it.
        power_w: What flows, as of the last look at the meter.
        percent: The car's state of charge; None without a car.
        token: Who charges.
        energy_wh: Energy of the transaction so far; None without one.
    """

    number: int
    status: str
    fault: str | None
    power_w: Decimal
    percent: int | None
    token: str | None
    energy_wh: Decimal | None


class StationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One station at a moment.

    Attributes:
        accepted: Whether it is connected and registered.
        waiting: Transaction messages that wait to be delivered.
    """

    identity: str
    version: str
    model: str
    connected: bool
    accepted: bool
    waiting: int
    connectors: tuple[ConnectorRow, ...]


class FleetSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All stations together at a moment.

    Attributes:
        charging: Connectors at which power flows.
        faulted: Connectors with a fault.
        transactions: Transactions begun, ever.
        running: Transactions that run.
        energy_wh: Energy delivered, ever.
        power_w: What flows.
        sent: Frames sent, ever.
        received: Frames received, ever.
        waiting: Transaction messages that wait to be delivered.
        failed_connects: Connections that were refused or failed, ever.
    """

    stations: int
    connected: int
    accepted: int
    connectors: int
    charging: int
    faulted: int
    transactions: int
    running: int
    energy_wh: Decimal
    power_w: Decimal
    sent: int
    received: int
    waiting: int
    failed_connects: int


class FleetView:
    """Looks at a fleet that runs; it shows nothing until the fleet has begun."""

    def __init__(self) -> None:
        self._stations: Sequence[SimulatedStation] = ()

    def show(self, stations: Sequence[SimulatedStation]) -> None:
        """Look at these stations from now on."""
        self._stations = stations

    @property
    def stations(self) -> Sequence[SimulatedStation]:
        """The stations themselves."""
        return self._stations

    def snapshot(self) -> FleetSnapshot:
        """Return the sums over all stations."""
        stations = self._stations
        connectors = [each for station in stations for each in station.plant.connectors]
        return FleetSnapshot(
            stations=len(stations),
            connected=sum(station.presence.link is not None for station in stations),
            accepted=sum(station.presence.accepted for station in stations),
            connectors=len(connectors),
            charging=sum(each.status == "Charging" for each in connectors),
            faulted=sum(each.fault is not None for each in connectors),
            transactions=sum(station.ledger.opened for station in stations),
            running=sum(each.transaction is not None for each in connectors),
            energy_wh=sum((station.energy_wh for station in stations), Decimal(0)),
            power_w=sum(map(_power_w, connectors), Decimal(0)),
            sent=sum(station.presence.sent for station in stations),
            received=sum(station.presence.received for station in stations),
            waiting=sum(station.waiting for station in stations),
            failed_connects=sum(station.presence.refusals for station in stations),
        )

    def refusal(self) -> str:
        """Return why a connection was refused or failed, of the first station that tells; or ""."""
        told = (station.presence.refusal for station in self._stations)
        return next(filter(None, told), "")

    def rows(self) -> list[StationRow]:
        """Return each station, in the order of the fleet."""
        return [_station_row(station) for station in self._stations]


def _station_row(station: SimulatedStation) -> StationRow:
    return StationRow(
        identity=station.identity,
        version=station.version.value,
        model=station.plant.plan.model,
        connected=station.presence.link is not None,
        accepted=station.presence.accepted,
        waiting=station.waiting,
        connectors=tuple(map(_connector_row, station.plant.connectors)),
    )


def _connector_row(connector: Connector) -> ConnectorRow:
    transaction = connector.transaction
    begun = transaction.begun if transaction is not None else None
    return ConnectorRow(
        number=connector.number,
        status=connector.status,
        fault=connector.fault.code if connector.fault is not None else None,
        power_w=_power_w(connector),
        percent=connector.car.percent if connector.car is not None else None,
        token=connector.token.uid if connector.token is not None else None,
        energy_wh=connector.meter.register_wh - begun.register_wh if begun is not None else None,
    )


def _power_w(connector: Connector) -> Decimal:
    flows = connector.path_closed and connector.transaction is not None
    return Decimal(connector.meter.draw.power_mw if flows else 0).scaleb(-3)
