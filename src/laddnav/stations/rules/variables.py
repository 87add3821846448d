"""Names of variables, what of them may be stored, and when a station is asked for all of them."""

import re
from typing import Final

from laddnav.journal.rules.texts import storable
from laddnav.stations.model import Life
from laddnav.stations.model.variables import (
    ACTUAL,
    Inventory,
    InventoryStatus,
    Mutability,
    VariableName,
)

LONGEST_VALUE: Final = 2_500
"""Of a value, in characters: no version allows longer ones."""

VARIABLES_PER_REPORT: Final = 20_000
ATTEMPTS: Final = 3
"""So often a station is asked that never comes to an end of its answer."""

_LONGEST_NAME: Final = 100
_HIGHEST: Final = 99_999
_SEPARATOR: Final = "\x1f"
_PART: Final = r"([^.@\[\]]+)(?:\[([^\]]*)\])?"
_PLACE: Final = r"(?:@(\d{1,5})(?:\.(\d{1,5}))?)?"
_LAST: Final = r"([^.@\[\]]+?)(?:\[([^\]]*)\])?(?:/(Actual|Target|MinSet|MaxSet))?"
_VARIABLE: Final = re.compile(rf"{_PART}{_PLACE}\.{_LAST}")
_COMPONENT: Final = re.compile(rf"{_PART}{_PLACE}")
_SECRET: Final = re.compile(
    r"passw|passphrase|pwd|secret|credential|token(?!type)|psk|simpin|pincode|^pin$"
    r"|(authorization|auth|private|api|shared|access|wifi|wpa|wep|vpn|network|encryption)_?key",
    re.IGNORECASE,
)


def key_name(key: str) -> VariableName:
    """Return the name of a configuration key of OCPP 1.6."""
    return VariableName("", None, None, None, key, None)


def read_variable_name(text: str) -> VariableName | None:
    """Take a name like "Connector@1.2.Available" apart; None: it is none of 2.x.

    Another attribute than Actual stands behind a slash: "EVSE@1.Power/MaxSet".
    """
    match = _VARIABLE.fullmatch(text)
    if match is None:
        return None
    component, instance, evse, connector, variable, variable_instance, attribute = match.groups()
    return VariableName(
        component,
        instance,
        None if evse is None else int(evse),
        None if connector is None else int(connector),
        variable,
        variable_instance,
        attribute or ACTUAL,
    )


def read_component_name(text: str) -> VariableName | None:
    """Take a name like "Connector@1.2" apart, whose variable is then ""; None: it is none."""
    match = _COMPONENT.fullmatch(text)
    if match is None:
        return None
    component, instance, evse, connector = match.groups()
    return VariableName(
        component,
        instance,
        None if evse is None else int(evse),
        None if connector is None else int(connector),
        "",
        None,
    )


def text_of(name: VariableName) -> str:
    """Return the name as `read_variable_name` takes it apart; a key of 1.6 is itself."""
    text = name.variable
    if name.variable_instance is not None:
        text += f"[{name.variable_instance}]"
    if name.attribute != ACTUAL:
        text += f"/{name.attribute}"
    return f"{_component(name)}.{text}" if name.component else text


def _component(name: VariableName) -> str:
    text = name.component
    if name.component_instance is not None:
        text += f"[{name.component_instance}]"
    if name.evse is not None:
        text += f"@{name.evse}"
        if name.connector is not None:
            text += f".{name.connector}"
    return text


def place_of(name: VariableName) -> str:
    """Return what a variable is stored and compared by: without regard to case (2.x, J: CiString).

    Sorted by it, what belongs to one component stands together.
    """
    parts = (
        name.component,
        name.component_instance or "",
        "" if name.evse is None else f"{name.evse:05}",
        "" if name.connector is None else f"{name.connector:05}",
        name.variable,
        name.variable_instance or "",
    )
    return storable(_SEPARATOR.join(parts)).casefold()


def is_storable(name: VariableName) -> bool:
    """Return whether a name may be kept: stations cannot fill the database with long ones."""
    texts = (*name[:2], *name[4:])
    numbers = (name.evse, name.connector)
    return all(text is None or len(text) <= _LONGEST_NAME for text in texts) and all(
        number is None or 0 <= number <= _HIGHEST for number in numbers
    )


def is_secret(name: VariableName, mutability: str | None = None) -> bool:
    """Return whether a value must never be stored (A01.FR.09): only writable, or named so."""
    if mutability == Mutability.WRITE_ONLY:
        return True
    return any(_SECRET.search(text) for text in (name.variable, name.variable_instance or ""))


def kept_value(name: VariableName, value: str | None, mutability: str | None = None) -> str | None:
    """Return a value as it may be stored; None: not at all."""
    if value is None or is_secret(name, mutability):
        return None
    return storable(value[:LONGEST_VALUE])


def make_of(life: Life) -> tuple[str | None, str | None, str | None, str | None]:
    """Return what decides which variables a station has."""
    return life.vendor, life.model, life.firmware, life.ocpp_version


def is_due(life: Life, last: Inventory | None) -> bool:
    """Return whether a station is to be asked for its device model without anybody's request.

    After its first Boot, and when since then its make changed or somebody else configured it
    (B07.FR.14). One that refused is left
    alone until then; one that never comes to an end is asked a few times.
    """
    if life.boot_at is None:
        return False
    if last is None or last.make != make_of(life):
        return True
    if last.status in {InventoryStatus.COMPLETE, InventoryStatus.REFUSED}:
        return False
    return last.attempts < ATTEMPTS
