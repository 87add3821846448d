"""The device model of a simulated OCPP 2 station."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from laddnav.simulator.commands import Commands
from laddnav.simulator.connector import Connector
from laddnav.simulator.knobs import Knob
from laddnav.simulator.plant import Plant
from laddnav.simulator.routes import SLOTS


class Name(NamedTuple):
    """A variable of a component: of the station, an EVSE or a connector."""

    component: str
    variable: str
    instance: str | None = None
    evse: int | None = None
    connector: int | None = None

    @property
    def key(self) -> "Name":
        """The name as it is compared: without regard to case."""
        instance = self.instance.casefold() if self.instance is not None else None
        return self._replace(
            component=self.component.casefold(),
            variable=self.variable.casefold(),
            instance=instance,
        )


def _fixed(text: str) -> Knob:
    return Knob(kind="text", text=text, writable=False)


def _count(number: int) -> Knob:
    return Knob(text=str(number), writable=False)


PASSWORD = Name("SecurityCtrlr", "BasicAuthPassword")
PROFILE = Name("SecurityCtrlr", "SecurityProfile")
ACTIVE = Name("OCPPCommCtrlr", "ActiveNetworkProfile")
ATTEMPTS = Name("OCPPCommCtrlr", "NetworkProfileConnectionAttempts")
PRIORITY = Name("OCPPCommCtrlr", "NetworkConfigurationPriority")
_ORGANIZATION = Name("SecurityCtrlr", "OrganizationName")
ITEMS_PER_MESSAGE = 20

_CONTROLLERS: Mapping[Name, Knob] = {
    Name("AlignedDataCtrlr", "Interval"): Knob(attribute="aligned_s"),
    Name("AlignedDataCtrlr", "Measurands"): Knob(kind="measurands", attribute="aligned"),
    Name("AlignedDataCtrlr", "TxEndedInterval"): Knob(text="0"),
    Name("AlignedDataCtrlr", "TxEndedMeasurands"): Knob(kind="measurands"),
    Name("AuthCacheCtrlr", "Enabled"): Knob(kind="boolean", text="true"),
    Name("AuthCtrlr", "AuthorizeRemoteStart"): Knob(kind="boolean", attribute="authorizes_remote"),
    Name("AuthCtrlr", "LocalAuthorizeOffline"): Knob(kind="boolean", attribute="serves_offline"),
    Name("AuthCtrlr", "LocalPreAuthorize"): Knob(kind="boolean", attribute="prefers_list"),
    Name("AuthCtrlr", "OfflineTxForUnknownIdEnabled"): Knob(
        kind="boolean", attribute="serves_unknown_offline"
    ),
    Name("ClockCtrlr", "TimeSource"): Knob(kind="list", text="Heartbeat"),
    Name("DeviceDataCtrlr", "ItemsPerMessage", "GetReport"): _count(ITEMS_PER_MESSAGE),
    Name("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables"): _count(ITEMS_PER_MESSAGE),
    Name("DeviceDataCtrlr", "ItemsPerMessage", "SetVariables"): _count(ITEMS_PER_MESSAGE),
    Name("DeviceDataCtrlr", "BytesPerMessage", "GetReport"): _count(65_536),
    Name("DeviceDataCtrlr", "BytesPerMessage", "GetVariables"): _count(65_536),
    Name("DeviceDataCtrlr", "BytesPerMessage", "SetVariables"): _count(65_536),
    Name("LocalAuthListCtrlr", "Enabled"): Knob(kind="boolean", text="true"),
    Name("LocalAuthListCtrlr", "ItemsPerMessage"): _count(500),
    Name("LocalAuthListCtrlr", "BytesPerMessage"): _count(65_536),
    Name("OCPPCommCtrlr", "FileTransferProtocols"): _fixed("HTTP,HTTPS"),
    Name("OCPPCommCtrlr", "HeartbeatInterval"): Knob(attribute="heartbeat_s"),
    Name("OCPPCommCtrlr", "MessageTimeout", "Default"): Knob(attribute="answer_s", writable=False),
    Name("OCPPCommCtrlr", "MessageAttempts", "TransactionEvent"): Knob(attribute="attempts"),
    Name("OCPPCommCtrlr", "MessageAttemptInterval", "TransactionEvent"): Knob(attribute="retry_s"),
    ACTIVE: _count(1),
    PRIORITY: Knob(kind="list", restarts=True),
    ATTEMPTS: Knob(text="3"),
    Name("OCPPCommCtrlr", "OfflineThreshold"): Knob(attribute="offline_s"),
    Name("OCPPCommCtrlr", "ResetRetries"): Knob(text="1"),
    Name("OCPPCommCtrlr", "RetryBackOffRandomRange"): Knob(attribute="back_off_random_s"),
    Name("OCPPCommCtrlr", "RetryBackOffRepeatTimes"): Knob(attribute="back_off_doublings"),
    Name("OCPPCommCtrlr", "RetryBackOffWaitMinimum"): Knob(attribute="back_off_s"),
    Name("OCPPCommCtrlr", "UnlockOnEVSideDisconnect"): Knob(kind="boolean", text="true"),
    Name("OCPPCommCtrlr", "WebSocketPingInterval"): Knob(attribute="ping_s"),
    Name("SampledDataCtrlr", "TxStartedMeasurands"): Knob(kind="measurands", attribute="begun"),
    Name("SampledDataCtrlr", "TxUpdatedMeasurands"): Knob(kind="measurands", attribute="sampled"),
    Name("SampledDataCtrlr", "TxUpdatedInterval"): Knob(attribute="sample_s"),
    Name("SampledDataCtrlr", "TxEndedMeasurands"): Knob(kind="measurands", attribute="ended"),
    Name("SampledDataCtrlr", "TxEndedInterval"): Knob(text="0"),
    PASSWORD: Knob(kind="text"),
    _ORGANIZATION: Knob(kind="text", text="Laddnav"),
    PROFILE: _count(1),
    Name("SmartChargingCtrlr", "Enabled"): Knob(kind="boolean", text="true"),
    Name("SmartChargingCtrlr", "PeriodsPerSchedule"): _count(24),
    Name("SmartChargingCtrlr", "ProfileStackLevel"): _count(10),
    Name("SmartChargingCtrlr", "RateUnit"): _fixed("A,W"),
    Name("TxCtrlr", "EVConnectionTimeOut"): Knob(attribute="connect_s"),
    Name("TxCtrlr", "StopTxOnEVSideDisconnect"): Knob(kind="boolean", text="true"),
    Name("TxCtrlr", "StopTxOnInvalidId"): Knob(kind="boolean", attribute="stops_on_refusal"),
    Name("TxCtrlr", "TxStartPoint"): Knob(kind="list", attribute="start_points"),
    Name("TxCtrlr", "TxStopPoint"): Knob(kind="list", attribute="stop_points"),
}
_BY_KEY = {name.key: name for name in _CONTROLLERS}


def connector_state(connector: Connector) -> str:
    """Return the status of a connector as OCPP 2 spells it."""
    match connector.status:
        case "Available" | "Reserved" | "Unavailable" | "Faulted" as status:
            return status
        case _:
            return "Available" if connector.car is None else "Occupied"


def _hardware(plant: Plant) -> Iterator[tuple[Name, Knob]]:
    """Return what can be read of the hardware now."""
    plan = plant.plan
    state = "Available" if plant.operative else "Unavailable"
    yield Name("ChargingStation", "AvailabilityState"), _fixed(state)
    yield Name("ChargingStation", "Available"), Knob(kind="boolean", text="true", writable=False)
    yield Name("ChargingStation", "Model"), _fixed(plan.model)
    yield Name("ChargingStation", "VendorName"), _fixed(plan.vendor)
    yield Name("ChargingStation", "SupplyPhases"), _count(3)
    for connector in plant.connectors:
        shown, phases = _fixed(connector_state(connector)), _count(connector.plan.phases or 3)
        evse = connector.evse
        if connector.place == 1:
            yield Name("EVSE", "AvailabilityState", evse=evse), shown
            yield Name("EVSE", "Available", evse=evse), _fixed("true")
            yield Name("EVSE", "Power", evse=evse), _count(connector.plan.watts)
            yield Name("EVSE", "SupplyPhases", evse=evse), phases
        place = Name("Connector", "AvailabilityState", evse=evse, connector=connector.place)
        yield place, shown
        yield place._replace(variable="Available"), _fixed("true")
        yield place._replace(variable="ConnectorType"), _fixed(connector.plan.kind)
        yield place._replace(variable="SupplyPhases"), phases


def inventory(plant: Plant) -> Iterator[tuple[Name, Knob]]:
    """Return every variable."""
    yield from _CONTROLLERS.items()
    yield from _hardware(plant)


def find(plant: Plant, wanted: Name) -> tuple[Name, Knob] | None:
    """Return a variable by its name, as it is spelt here; None where there is none."""
    name = _BY_KEY.get(wanted.key)
    if name is not None:
        return name, _CONTROLLERS[name]
    return next((each for each in _hardware(plant) if each[0].key == wanted.key), None)


def has_component(plant: Plant, wanted: Name) -> bool:
    """Return whether there is the component of a name."""
    key = wanted.key
    return any(
        (name.key.component, name.evse, name.connector) == (key.component, key.evse, key.connector)
        for name, _ in inventory(plant)
    )


def read(commands: Commands, name: Name, knob: Knob) -> str:
    """Return the value of a variable as text."""
    routes = commands.host.routes
    if name == PROFILE:
        return str(routes.profile)
    if name == ACTIVE:
        return str(routes.active)
    if name == PRIORITY:
        return ",".join(map(str, routes.order))
    kept = commands.values.get(_slot(name))
    return knob.read(commands.plant.settings) if kept is None else kept


def write(commands: Commands, name: Name, knob: Knob, text: str) -> bool:
    """Change a variable; return False, having done nothing, where that is not possible."""
    if not knob.writable or not knob.write(commands.plant.settings, text):
        return False
    if name == PRIORITY:
        slots = [word.strip() for word in text.split(",")]
        known = [int(word) for word in slots if word in map(str, SLOTS)]
        return len(known) == len(slots) and commands.host.routes.prefer(known)
    if name == ATTEMPTS:
        commands.host.routes.attempts = max(int(text), 1)
    if knob.attribute is None:
        commands.values[_slot(name)] = text
    return True


def organization(commands: Commands) -> str:
    """Return whose station it is."""
    return read(commands, _ORGANIZATION, _CONTROLLERS[_ORGANIZATION])


def _slot(name: Name) -> str:
    return f"{name.component}.{name.variable}[{name.instance or ''}]"
