"""Variables as the API shows them, and what the commands about them take."""

from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import asdict

from laddnav.stations.control import (
    CommandStatus,
    MobileAccess,
    NetworkProfile,
    PrivateNetwork,
    ReportBase,
    ReportCriterion,
)
from laddnav.stations.model.variables import (
    Inventory,
    InventoryStatus,
    LastWrite,
    Source,
    Variable,
)
from laddnav.stations.rules.variables import text_of
from laddnav.web.showing import Time, time, time_or_none


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


_Text = Annotated[str, Meta(min_length=1, max_length=255)]
_Pin = Annotated[int, Meta(ge=0, le=2**31 - 1)]
_Secret = Annotated[str | None, _says("Taken, and never shown.")]


class LastWriteItem(Struct, frozen=True, kw_only=True):
    """The last attempt to write a variable."""

    value: Annotated[str | None, _says("What was to be written; null: a secret.")]
    status: CommandStatus
    wire_status: Annotated[str, _says("The station's own word.", "RebootRequired")]
    reason: Annotated[str | None, _says("Why, where it said.")]
    at: Time


class VariableRow(Struct, frozen=True, kw_only=True):
    """One attribute of a variable, or a configuration key."""

    name: Annotated[
        str, _says("As the commands take it.", "OCPPCommCtrlr.HeartbeatInterval", "EVSE@1.Power")
    ]
    component: Annotated[str, _says("Empty: a configuration key of OCPP 1.6.", "OCPPCommCtrlr")]
    component_instance: str | None
    evse: int | None
    connector: int | None
    variable: Annotated[str, _says("Its name.", "HeartbeatInterval")]
    variable_instance: str | None
    attribute: Annotated[str, _says("Actual, Target, MinSet or MaxSet.", "Actual")]
    reported: Annotated[
        bool, _says("The device model has it; else it was only asked for, or told of.")
    ]
    value: Annotated[str | None, _says("Null: unset, only writable, or a secret.", "300")]
    read_status: Annotated[
        CommandStatus | None, _says("What came of reading it last; unknown: there is none.")
    ]
    source: Annotated[Source | None, _says("By what the value was learned.")]
    learned_at: Time | None
    mutability: Annotated[
        str | None, _says("ReadOnly, WriteOnly, ReadWrite; null: not told.", "ReadWrite")
    ]
    persistent: Annotated[bool | None, _says("It outlives a restart.")]
    constant: Annotated[bool | None, _says("It never changes.")]
    data_type: Annotated[str | None, _says("As OCPP 2 spells it.", "integer")]
    unit: Annotated[str | None, _says("Of the value.", "s")]
    min_limit: Annotated[str | None, _says("The least value, or length.")]
    max_limit: Annotated[str | None, _says("The greatest value, or length.")]
    max_elements: Annotated[int | None, _says("The most elements of a list.")]
    values_list: Annotated[str | None, _says("The values that it can have, comma-separated.")]
    supports_monitoring: bool | None
    needs_reboot: Annotated[bool, _says("What was written takes effect after a restart.")]
    last_write: LastWriteItem | None


class InventoryItem(Struct, frozen=True, kw_only=True):
    """The last time that a station was asked for all its variables."""

    status: InventoryStatus
    detail: Annotated[str, _says("The station's word, or what went wrong.", "NotSupported")]
    asked_at: Time
    ended_at: Time | None
    attempts: Annotated[int, _says("How often it was asked without coming to an end.")]
    variables: Annotated[int, _says("How many attributes came.")]


class VariableList(Struct, frozen=True, kw_only=True):
    """Some variables, those of one component together."""

    items: tuple[VariableRow, ...]
    next: str | None
    inventory: Annotated[InventoryItem | None, _says("Null: it was never asked for all.")]


class BaseReportBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which standard report is wanted."""

    base: Annotated[ReportBase, _says("configuration: what can be set; summary: its health.")] = (
        ReportBase.FULL
    )


class ReportBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a report shall be on."""

    names: Annotated[
        tuple[_Text, ...],
        _says("Components or variables; none: all that meet the criteria.", ["Connector@1.1"]),
        Meta(max_length=1_000),
    ] = ()
    criteria: Annotated[
        tuple[ReportCriterion, ...], _says("Several are alternatives."), Meta(max_length=4)
    ] = ()


class MobileBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the station gets into a mobile network."""

    apn: Annotated[str, _says("The access point's name.", "internet"), Meta(max_length=2_000)]
    authentication: Literal["PAP", "CHAP", "NONE", "AUTO"] = "AUTO"
    user: _Text | None = None
    password: _Secret = None
    sim_pin: Annotated[_Pin | None, _says("Taken, and never shown.")] = None
    preferred_network: Annotated[str | None, _says("Its code.", "24001")] = None
    only_preferred: bool | None = None


class VpnBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A VPN through which the station connects."""

    server: _Text
    user: _Text
    password: Annotated[_Text, _says("Taken, and never shown.")]
    key: Annotated[_Text, _says("Taken, and never shown.")]
    kind: Literal["IKEv2", "IPSec", "L2TP", "PPTP"]
    group: _Text | None = None


class NetworkProfileBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to connect."""

    slot: Annotated[int, _says("Which one it replaces.", 2), Meta(ge=0, le=2**31 - 1)]
    url: Annotated[
        str,
        _says("Of the server, without the station's identity.", "wss://csms.example.org/ocpp"),
        Meta(min_length=1, max_length=2_000),
    ]
    security_profile: Annotated[int, _says("0 to 3.", 2), Meta(ge=0, le=3)]
    interface: Annotated[
        str,
        _says("Wired0 to Wired3, Wireless0 to Wireless3; in OCPP 2.1 also Any.", "Wired0"),
        Meta(pattern="^(Wired[0-3]|Wireless[0-3]|Any)$"),
    ]
    message_timeout_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 30
    version: Annotated[
        Literal["OCPP12", "OCPP15", "OCPP16", "OCPP20", "OCPP201", "OCPP21"] | None,
        _says("Null: the station's own."),
    ] = None
    identity: Annotated[_Text | None, _says("By which it shall connect (OCPP 2.1).")] = None
    password: _Secret = None
    mobile: MobileBody | None = None
    vpn: VpnBody | None = None


def variable_item(variable: Variable) -> VariableRow:
    """Return a variable as the API shows it."""
    name, traits, write = variable.name, variable.characteristics, variable.write
    return VariableRow(
        name=text_of(name),
        component=name.component,
        component_instance=name.component_instance,
        evse=name.evse,
        connector=name.connector,
        variable=name.variable,
        variable_instance=name.variable_instance,
        attribute=name.attribute,
        reported=variable.reported,
        value=variable.value,
        read_status=variable.status,
        source=variable.source,
        learned_at=time_or_none(variable.learned_at),
        mutability=variable.mutability,
        persistent=variable.persistent,
        constant=variable.constant,
        data_type=traits.data_type,
        unit=traits.unit,
        min_limit=traits.min_limit,
        max_limit=traits.max_limit,
        max_elements=traits.max_elements,
        values_list=traits.values_list,
        supports_monitoring=traits.supports_monitoring,
        needs_reboot=write is not None and write.needs_reboot,
        last_write=None if write is None else _last_write(write),
    )


def inventory_item(inventory: Inventory) -> InventoryItem:
    """Return how the reading of all variables went, as the API shows it."""
    return InventoryItem(
        status=inventory.status,
        detail=inventory.detail,
        asked_at=time(inventory.asked_at),
        ended_at=time_or_none(inventory.ended_at),
        attempts=inventory.attempts,
        variables=inventory.variables,
    )


def network_profile(body: NetworkProfileBody) -> NetworkProfile:
    """Return the way to connect that a body describes."""
    mobile, vpn = body.mobile, body.vpn
    return NetworkProfile(
        url=body.url,
        security_profile=body.security_profile,
        interface=body.interface,
        message_timeout_seconds=body.message_timeout_seconds,
        version=body.version,
        identity=body.identity,
        password=body.password,
        mobile=None if mobile is None else MobileAccess(**asdict(mobile)),
        vpn=None if vpn is None else PrivateNetwork(**asdict(vpn)),
    )


def _last_write(write: LastWrite) -> LastWriteItem:
    return LastWriteItem(
        value=write.wanted,
        status=write.status,
        wire_status=write.wire_status,
        reason=write.reason,
        at=time(write.at),
    )
