"""What operators may say about stations and sites, and how they say it in a CSV file."""

import csv
import re
from collections.abc import Collection

import msgspec
from msgspec import UNSET, UnsetType

from laddnav.stations.model import (
    LineProblem,
    NewSite,
    NewStation,
    Problem,
    ProblemKind,
    SecurityProfile,
    Station,
    StationChange,
    StationSettings,
)
from laddnav.stations.rules import admission, passwords, reports

LONGEST_IMPORT = 100_000

_TIME_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}", re.ASCII)
_COLUMNS = ("identity", "password", "security_profile", "registration", "label", "site")
_SETTINGS = tuple(
    name
    for name in StationSettings.__struct_fields__
    if name not in {"connector_grouping", "never_ask", "versions"}
)
_YES = frozenset({"true", "yes", "on"})
_NO = frozenset({"false", "no", "off"})
_LONGEST_NUMBER = 10
_DELIMITERS = ",;\t"


def invalid(field: str, text: str) -> Problem:
    """Return the problem of a field that holds what it must not."""
    return Problem(kind=ProblemKind.INVALID, field=field, text=text)


def check_station(new: NewStation) -> Problem | None:
    """Return what is wrong with a station to be added; None: nothing."""
    if not admission.is_identity(new.identity):
        longest = admission.LONGEST_IDENTITY
        text = f"an identity has 1 to {longest} printable characters and no colon"
        return invalid("identity", text)
    return (
        check_profile(new.security_profile)
        or check_password(new.password)
        or check_text("label", new.label)
        or check_settings(new.settings)
    )


def check_site(new: NewSite, time_zones: Collection[str]) -> Problem | None:
    """Return what is wrong with a site; `time_zones` is empty where the machine has no list."""
    for name in ("name", "address", "city", "postal_code", "country"):
        problem = check_text(name, getattr(new, name))
        if problem is not None:
            return problem
    if not new.name.strip():
        return invalid("name", "a site has a name")
    return check_time_zone(new.time_zone, time_zones)


def check_text(field: str, text: str | None) -> Problem | None:
    """Return what is wrong with a text that people read; None: nothing."""
    if text is None or text.isprintable():
        return None
    return invalid(field, "the text holds characters that cannot be printed")


def check_profile(profile: int) -> Problem | None:
    """Return what is wrong with a security profile; None: nothing."""
    if profile not in {item.value for item in SecurityProfile}:
        return invalid("security_profile", "the security profile is 0, 1, 2 or 3")
    return None


def check_handover(before: Station, change: StationChange) -> Problem | None:
    """Return why an operator may not change a station's password or profile so; None: it may.

    A profile below one with which it has come in is closed (A05.FR.07, A05.FR.09): who puts
    another station in its place removes it here and adds it anew.
    """
    profile, conflict = change.security_profile, ProblemKind.CONFLICT
    if profile is UNSET and change.password is UNSET:
        return None
    if before.handover is not None and (change.password is not UNSET or _differs(before, profile)):
        text = "its password or profile is being handed over: cancel that first"
        return Problem(kind=conflict, field="handover", text=text)
    if profile is not UNSET and profile < before.highest_profile and _differs(before, profile):
        text = (
            f"it has come in with profile {before.highest_profile.value}, and lower ones are "
            "closed since: a station that was replaced or reset is removed here and added anew"
        )
        return Problem(kind=conflict, field="security_profile", text=text)
    return None


def _differs(before: Station, profile: int | UnsetType) -> bool:
    return profile is not UNSET and profile != before.security_profile


def check_password(password: str | None) -> Problem | None:
    """Return what is wrong with a password, without repeating it; None: nothing."""
    if password is None or passwords.is_password(password):
        return None
    text = f"a password has 1 to {passwords.LONGEST_PASSWORD} printable characters"
    return invalid("password", text)


def check_settings(settings: StationSettings) -> Problem | None:
    """Return what is wrong with a station's settings; None: nothing."""
    if settings.serial is not None and not settings.serial.isprintable():
        return invalid("settings", "the serial number holds characters that cannot be printed")
    if not reports.is_grouping(settings.connector_grouping):
        text = "connector_grouping names connectors 1, 2, 3, ... each once: [[1, 2], [3]]"
        return invalid("settings", text)
    return None


def check_time_zone(name: str, known: Collection[str]) -> Problem | None:
    """Return what is wrong with a time zone; `known` is empty where the machine has no list."""
    good = name in known if known else _TIME_ZONE.fullmatch(name) is not None
    if good:
        return None
    return invalid("time_zone", "a time zone is a name such as Europe/Stockholm")


def read_csv(text: str) -> tuple[list[tuple[int, NewStation]], list[LineProblem]]:
    """Return the stations of a CSV file with their line numbers, and what is wrong with others.

    The first line names the columns: identity, and any of password, security_profile,
    registration, label, site and the names of simple settings. Commas, semicolons or tabs
    separate them. Empty fields are as if they were not there.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > LONGEST_IMPORT:
        return [], [_line_problem(1, None, f"more than {LONGEST_IMPORT} lines: split the file")]
    delimiter = max(_DELIMITERS, key=lines[0].count) if lines else ","
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        table = [(rows.line_num, row) for row in rows]
    except csv.Error:
        return [], [_line_problem(rows.line_num, None, "the line cannot be read as CSV")]
    header = [name.strip().lower() for name in table[0][1]] if table else []
    problem = _check_header(header)
    return ([], [problem]) if problem else _read_rows(table[1:], header)


def _check_header(header: list[str]) -> LineProblem | None:
    known = {*_COLUMNS, *_SETTINGS}
    if "identity" not in header:
        return _line_problem(1, "identity", "the first line names the columns: identity is missing")
    for place, name in enumerate(header):
        if name not in known:
            text = f"unknown column; known are {', '.join((*_COLUMNS, *_SETTINGS))}"
            return _line_problem(1, name, text)
        if name in header[:place]:
            return _line_problem(1, name, "the column is there twice")
    return None


def _read_rows(
    table: list[tuple[int, list[str]]], header: list[str]
) -> tuple[list[tuple[int, NewStation]], list[LineProblem]]:
    found: list[tuple[int, NewStation]] = []
    problems: list[LineProblem] = []
    lines: dict[str, int] = {}
    for line, row in table:
        if not any(field.strip() for field in row):
            continue
        read = _read_row(header, row)
        if isinstance(read, Problem):
            problems.append(_line_problem(line, read.field, read.text))
        elif read.identity in lines:
            text = f"the same identity as in line {lines[read.identity]}"
            problems.append(_line_problem(line, "identity", text))
        else:
            lines[read.identity] = line
            found.append((line, read))
    return found, problems


def _read_row(header: list[str], row: list[str]) -> NewStation | Problem:
    if len(row) > len(header):
        return Problem(kind=ProblemKind.INVALID, field=None, text="more fields than columns")
    fields = {name: text.strip() for name, text in zip(header, row, strict=False) if text.strip()}
    settings = {
        name: fields.pop(name) if name == "serial" else _value(fields.pop(name))
        for name in _SETTINGS
        if name in fields
    }
    told: dict[str, object] = {**fields, "settings": settings}
    if "security_profile" in told:
        told["security_profile"] = _value(fields["security_profile"])
    try:
        new = msgspec.convert(told, NewStation)
    except msgspec.ValidationError as error:
        return _problem_of(error)
    return check_station(new) or new


def _value(text: str) -> object:
    """Return the boolean or number that a field spells, or its text."""
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    return int(text) if text.isdecimal() and len(text) < _LONGEST_NUMBER else text


def _problem_of(error: msgspec.ValidationError) -> Problem:
    """Return what msgspec found, whose words name only types, limits and places."""
    what, _, place = str(error).partition(" - at ")
    names = re.findall(r"\w+", place)
    field = names[-1] if names else "identity"
    return invalid(field, what[:1].lower() + what[1:])


def _line_problem(line: int, field: str | None, text: str) -> LineProblem:
    return LineProblem(line=line, field=field, text=text)
