"""Templates, and what is known of stations, for the tests of this room."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from laddnav.maintenance.model.template import Kind, NewTemplate, Scope, Template, Wanted, Wish
from laddnav.stations.control import CommandStatus
from laddnav.stations.model.variables import (
    Characteristics,
    LastWrite,
    Source,
    Variable,
    VariableName,
)
from laddnav.stations.rules.variables import key_name, read_variable_name

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KIND = Kind("site-1", "Acme", "Post 22", "1.4.2", "1.6")


def wishes(**values: str) -> tuple[Wish, ...]:
    return tuple(Wish(name=name, value=value) for name, value in values.items())


def asked(name: str = "T", *, before: bool = False, **values: str) -> NewTemplate:
    """A template for any station."""
    return NewTemplate(name=name, wishes=wishes(**values), before_acceptance=before)


def template(
    name: str = "T",
    told: Mapping[str, str] | None = None,
    *,
    version: int = 1,
    scope: Scope | None = None,
    **values: str,
) -> Template:
    return Template(
        operator="default",
        id=f"id of {name}",
        version=version,
        name=name,
        scope=scope or Scope(),
        wishes=wishes(**(told or values)),
        before_acceptance=False,
        created_at=NOON,
        updated_at=NOON,
    )


def wanted(name: str = "HeartbeatInterval", value: str = "60", version: int = 1) -> Wanted:
    return Wanted(name=name, value=value, template=template("T", {name: value}, version=version))


def named(text: str) -> VariableName:
    return read_variable_name(text) or key_name(text)


def known(
    value: str | None,
    *,
    name: str = "HeartbeatInterval",
    status: CommandStatus = CommandStatus.ACCEPTED,
    data_type: str | None = None,
    **more: Any,
) -> Variable:
    return Variable(
        name=named(name),
        reported=True,
        mutability=more.get("mutability", "ReadWrite"),
        persistent=None,
        constant=None,
        characteristics=Characteristics(data_type=data_type),
        value=value,
        status=status,
        source=Source.READ,
        learned_at=NOON,
        write=more.get("write"),
    )


def written(value: str, at: datetime, *, needs_reboot: bool) -> LastWrite:
    return LastWrite(
        wanted=value,
        status=CommandStatus.REBOOT_REQUIRED if needs_reboot else CommandStatus.ACCEPTED,
        wire_status="",
        reason=None,
        at=at,
        needs_reboot=needs_reboot,
    )
