"""What commands take, and how their outcomes are shown."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from laddnav.stations.control import CommandStatus, ResetKind, Trigger
from laddnav.web.api.outcomes import StationError


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


_Number = Annotated[int, Meta(ge=1, le=9_999)]
_Place = Annotated[_Number | None, _says("From 1; null: not said.", 1)]
_Text = Annotated[str, Meta(min_length=1, max_length=255)]
_Value = Annotated[str, Meta(max_length=2_500)]
_Error = Annotated[StationError | UnsetType, _says("In place of all else: the station's error.")]


class StartBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session to be started."""

    token: Annotated[
        _Text | None, _says("A uid; null: one is made that is valid for a day.", "04E1B2C3D4")
    ] = None
    token_type: Annotated[
        _Text | None, _says("As OCPP 2 spells it; null: as registered.", "ISO14443")
    ] = None
    evse: Annotated[_Place, _says("Null: the station chooses.", 1)] = None
    connector: _Place = None


class StopBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session to be ended: one of the two."""

    session: Annotated[_Text | None, _says("The session's id.")] = None
    transaction_id: Annotated[_Text | None, _says("As the station knows it.", "1042")] = None


class ResetBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to restart."""

    kind: Annotated[ResetKind, _says("on_idle: once its sessions have ended.")] = ResetKind.ON_IDLE
    evse: Annotated[_Place, _says("Only this one (OCPP 2); null: the whole station.", 1)] = None


class UnlockBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The plug to be released."""

    evse: Annotated[_Number, _says("From 1.", 1)]
    connector: Annotated[_Number, _says("From 1.", 1)] = 1


class AvailabilityBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to take in or out of service."""

    operative: Annotated[bool, _says("true: in service.")]
    evse: Annotated[_Place, _says("Null: the whole station.", 1)] = None
    connector: Annotated[_Place, _says("Null: the whole EVSE.", 1)] = None


class TriggerBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the station shall send now."""

    message: Trigger
    evse: _Place = None
    connector: _Place = None


class GetConfigurationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The variables to be read."""

    names: Annotated[
        tuple[_Text, ...],
        _says(
            "OCPP 1.6: keys; OCPP 2: Component.Variable. None: all (1.6 only).",
            ["HeartbeatInterval"],
        ),
        Meta(max_length=1_000),
    ] = ()


class SetConfigurationBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The variables to be written."""

    values: Annotated[
        dict[_Text, _Value],
        _says("By their names.", {"HeartbeatInterval": "300"}),
        Meta(min_length=1, max_length=1_000),
    ]


class CommandAnswer(Struct, frozen=True, kw_only=True):
    """What the station said to a command."""

    status: CommandStatus | UnsetType = UNSET
    wire_status: Annotated[str | UnsetType, _says("The station's own word.", "Accepted")] = UNSET
    reason: Annotated[str | UnsetType | None, _says("Why, where it said.")] = UNSET
    error: _Error = UNSET


class StartAnswer(Struct, frozen=True, kw_only=True):
    """What the station said to a start; accepted means only that it will try."""

    token: Annotated[str, _says("The token that the session will bear.")]
    remote_start_id: Annotated[int, _says("Comes back in the session (OCPP 2).", 7)]
    status: CommandStatus | UnsetType = UNSET
    wire_status: Annotated[str | UnsetType, _says("The station's own word.", "Accepted")] = UNSET
    reason: Annotated[str | UnsetType | None, _says("Why, where it said.")] = UNSET
    error: _Error = UNSET


class VariableItem(Struct, frozen=True, kw_only=True):
    """One configuration key or variable; value null: unset, or only writable."""

    name: str
    value: str | None
    read_only: bool | None


class ConfigurationAnswer(Struct, frozen=True, kw_only=True):
    """What the station told of its configuration."""

    variables: tuple[VariableItem, ...] | UnsetType = UNSET
    unknown: Annotated[tuple[str, ...] | UnsetType, _says("What it does not know.")] = UNSET
    error: _Error = UNSET


class WriteResult(Struct, frozen=True, kw_only=True):
    """What became of one value."""

    status: CommandStatus
    wire_status: str
    reason: str | None


class WriteAnswer(Struct, frozen=True, kw_only=True):
    """What became of each value."""

    results: Annotated[dict[str, WriteResult] | UnsetType, _says("By their names.")] = UNSET
    error: _Error = UNSET


class CommandItem(Struct, frozen=True, kw_only=True):
    """An action that the station's OCPP version has; `calls` sends it."""

    name: str
    schema: Annotated[dict[str, Any], _says("JSON Schema of its payload.")]
    obstacle: Annotated[str | None, _says("Why it cannot be sent now; null: it can.")]


class CommandList(Struct, frozen=True, kw_only=True):
    """What the station can be told; empty while it is not connected."""

    items: tuple[CommandItem, ...]
    next: str | None = None
