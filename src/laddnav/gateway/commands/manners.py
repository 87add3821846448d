"""What a station is not asked, for it is known to refuse it."""

from msgspec import Struct

from laddnav.stations.model import StationSettings


def forbidden(settings: StationSettings, name: str, request: Struct) -> str | None:
    """Return why a command is not sent to a station that is spoken with so; None: it is."""
    wanted = getattr(request, "requested_message", None)
    for refused in settings.never_ask or ():
        if refused in {name, f"{name}:{wanted}"}:
            return f"this station refuses {refused} every time (never_ask)"
    unit = settings.charging_rate_unit
    other = None if unit is None else {"A": "W", "W": "A"}[unit]
    if other is not None and other in _units(request):
        return f"this station takes charging limits in {unit} only (charging_rate_unit)"
    return None


def _units(value: object) -> set[str]:
    """Return the units of charging limits anywhere in a request."""
    if isinstance(value, tuple):
        return {unit for item in value for unit in _units(item)}
    if not isinstance(value, Struct):
        return set()
    found: set[str] = set()
    for name in value.__struct_fields__:
        inner = getattr(value, name)
        if name == "charging_rate_unit" and isinstance(inner, str):
            found.add(inner)
        else:
            found |= _units(inner)
    return found
