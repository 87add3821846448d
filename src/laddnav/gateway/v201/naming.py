"""Names of variables in OCPP 2.x: from the wire, and back."""

from typing import Any

from laddnav.stations.model.variables import ACTUAL, VariableName


def name_of(entry: Any) -> VariableName:  # noqa: ANN401 - whatever names a variable, in 2.0.1 or 2.1
    """Return the attribute that an entry with component, variable and, maybe, a type is about."""
    component, variable = entry.component, entry.variable
    evse = component.evse
    return VariableName(
        component.name,
        component.instance,
        None if evse is None else evse.id,
        None if evse is None else evse.connector_id,
        variable.name,
        variable.instance,
        getattr(entry, "attribute_type", None) or ACTUAL,
    )


def component_fields(name: VariableName) -> dict[str, object]:
    """Return how the wire names a component."""
    fields: dict[str, object] = {"name": name.component}
    if name.component_instance is not None:
        fields["instance"] = name.component_instance
    if name.evse is not None:
        evse = {"id": name.evse}
        if name.connector is not None:
            evse["connectorId"] = name.connector
        fields["evse"] = evse
    return fields


def place_fields(name: VariableName) -> dict[str, object]:
    """Return how the wire names a variable of a component."""
    variable = {"name": name.variable}
    if name.variable_instance is not None:
        variable["instance"] = name.variable_instance
    return {"component": component_fields(name), "variable": variable}


def attribute_fields(name: VariableName) -> dict[str, object]:
    """Return how the wire names an attribute; Actual is what is meant without a type."""
    fields = place_fields(name)
    return fields if name.attribute == ACTUAL else {**fields, "attributeType": name.attribute}
