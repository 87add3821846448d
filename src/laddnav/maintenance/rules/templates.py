"""Which templates are for a station, which of them wins for each value, and what none may hold."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from laddnav.journal.rules.texts import storable
from laddnav.maintenance.model.template import Kind, NewTemplate, Scope, Template, Wanted
from laddnav.stations.model import BootReported, Life, Problem, ProblemKind, Station
from laddnav.stations.model.variables import VariableName
from laddnav.stations.rules.quirks import fits
from laddnav.stations.rules.variables import (
    is_secret,
    is_storable,
    key_name,
    place_of,
    read_variable_name,
)

Slot = tuple[str, str]
"""A variable and its attribute, as they are compared."""

_NAMES: Final = 4_096
_LONGEST_PART: Final = 50
"""Of a key of OCPP 1.6, and of each name of a component or variable (CiString50Type)."""

_V16: Final = "1.6"
_FORBIDDEN: Final = (
    "a secret: templates never hold those. A password has its own handover: "
    "`laddnav station rotate-password`"
)
_PROFILE: Final = (
    "the security profile has its own handover, which never locks a station out: "
    "`laddnav station upgrade-profile`"
)
_NO_TEXT: Final = "it is empty, too long, or holds what no text can"
_NO_NAME: Final = "it is empty, longer than the 50 characters of OCPP, or holds what no text can"
_PROFILE_NAME: Final = "securityprofile"


def is_for(scope: Scope, kind: Kind) -> bool:
    """Return whether a template of this scope is for stations of a kind."""
    globs = (
        (scope.vendor, kind.vendor),
        (scope.model, kind.model),
        (scope.firmware, kind.firmware),
    )
    return (
        scope.site in {None, kind.site}
        and (not scope.versions or kind.version in scope.versions)
        and all(glob is None or fits(glob, text) for glob, text in globs)
    )


def precedence(template: Template) -> tuple[bool, bool, bool, bool, str, str]:
    """Return by what templates are sorted, the winning one first.

    One that names a firmware wins; then one that names a model, a vendor, a site; then the first
    by name.
    """
    scope = template.scope
    named = (scope.firmware, scope.model, scope.vendor, scope.site)
    firmware, model, vendor, site = (each is None for each in named)
    return firmware, model, vendor, site, template.name, template.id


def merged(templates: Iterable[Template], kind: Kind) -> tuple[Wanted, ...]:
    """Return what is wanted of a station of a kind: of each value, what the winning template says.

    The most general template's values come first, each template's in its own order.
    """
    if kind.version is None:
        return ()
    winners: dict[Slot, Wanted] = {}
    for template in sorted(templates, key=precedence):
        if is_for(template.scope, kind):
            own: dict[Slot, Wanted] = {}
            for wish in template.wishes:
                name = name_in(wish.name, template.scope, kind.version)
                if name is not None and slot_of(name) not in winners:
                    own[slot_of(name)] = Wanted(name=wish.name, value=wish.value, template=template)
            winners = own | winners
    return tuple(winners.values())


def name_in(text: str, scope: Scope, version: str) -> VariableName | None:
    """Return what a name in a template means to a station; None: it is of another version.

    Without versions in the template's scope, a name of the form Component.Variable is one of
    OCPP 2, and any other a key of 1.6.
    """
    variable = _variable(text)
    if version != _V16:
        return variable
    is_key = variable is None or set(scope.versions) == {_V16}
    return key_name(text) if is_key else None


def wanted_slot(wanted: Wanted, version: str) -> Slot:
    """Return which attribute of a station a wanted value is of."""
    name = name_in(wanted.name, wanted.template.scope, version)
    return slot_of(key_name(wanted.name) if name is None else name)


def concern(templates: Iterable[Template], kind: Kind) -> list[Template]:
    """Return the templates that are for stations of a kind; what they want is not looked at."""
    return [each for each in templates if is_for(each.scope, kind)]


@lru_cache(maxsize=_NAMES)
def slot_of(name: VariableName) -> Slot:
    """Return which attribute a name means."""
    return place_of(name), name.attribute


@lru_cache(maxsize=_NAMES)
def _variable(text: str) -> VariableName | None:
    return read_variable_name(text)


def kind_of(station: Station, told: Life | BootReported, version: str | None) -> Kind:
    """Return of which kind a station is, by what it told of itself."""
    return Kind(station.site, told.vendor, told.model, told.firmware, version)


def mark_of(wanted: Sequence[Wanted], kind: Kind) -> str:
    """Return what tells one set of wanted values, for one kind of station, from any other."""
    told = [*kind, *((each.name, each.value) for each in wanted)]
    return blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()


def flaw(new: NewTemplate) -> Problem | None:
    """Return why a template cannot be taken; None: it can."""
    if not _is_text(new.name):
        return Problem(kind=ProblemKind.INVALID, field="name", text=_NO_TEXT)
    seen: set[Slot] = set()
    for number, wish in enumerate(new.wishes):
        name = _meant(wish.name, new.scope)
        text = _name_flaw(wish.name, name)
        if name is None or text is not None:
            return _invalid(number, "name", text or _NO_TEXT)
        if storable(wish.value) != wish.value:
            return _invalid(number, "value", _NO_TEXT)
        if slot_of(name) in seen:
            return _invalid(number, "name", f"{wish.name} is there twice")
        seen.add(slot_of(name))
    return None


def _name_flaw(text: str, name: VariableName | None) -> str | None:
    """Return why a name cannot be in a template; `name` is what it means."""
    if name is None:
        return f"{text!r} is no variable: they are called Component.Variable"
    if not _is_text(text) or not is_storable(name) or _is_long(name):
        return _NO_NAME
    if is_secret(name):
        return f"{text} is {_FORBIDDEN}"
    if name.variable.casefold() == _PROFILE_NAME:
        return f"{text}: {_PROFILE}"
    return None


def _is_long(name: VariableName) -> bool:
    """Return whether no message can hold a name, nor then those that are asked for with it."""
    parts = (name.component, name.component_instance, name.variable, name.variable_instance)
    return any(part is not None and len(part) > _LONGEST_PART for part in parts)


def _is_text(text: str) -> bool:
    return bool(text.strip()) and storable(text) == text


def _meant(text: str, scope: Scope) -> VariableName | None:
    """Return what a name means to any station of the scope; None: to none of them."""
    versions = scope.versions or (_V16, "2.1")
    found = (name_in(text, scope, version) for version in versions)
    return next((name for name in found if name is not None), None)


def _invalid(number: int, field: str, text: str) -> Problem:
    return Problem(kind=ProblemKind.INVALID, field=f"values[{number}].{field}", text=text)
