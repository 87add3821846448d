"""What operators ask for and are told: changes, lists, views, sites, imports."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from laddnav.stations.model.connector import Connector, TimelineEntry
from laddnav.stations.model.station import Life, Registration, Station, StationSettings

Label = Annotated[str, Meta(max_length=200)]


class NewStation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A station to be added; without a password, profiles 1 and 2 let nobody in yet."""

    identity: str
    security_profile: int = 1
    password: str | None = None
    registration: Registration = Registration.ACCEPTED
    label: Label | None = None
    site: str | None = None
    settings: StationSettings = StationSettings()


class StationChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a station; what is unset stays.

    Attributes:
        version: Of the station that the change was made on; another one is a conflict. Unset: the
            last change wins.
    """

    security_profile: int | UnsetType = UNSET
    password: str | UnsetType | None = UNSET
    registration: Registration | UnsetType = UNSET
    label: Label | UnsetType | None = UNSET
    site: str | UnsetType | None = UNSET
    settings: StationSettings | UnsetType = UNSET
    version: int | UnsetType = UNSET


class ProblemKind(StrEnum):
    """Why a station or site could not be added or changed."""

    INVALID = "invalid"
    EXISTS = "exists"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"


class Problem(Struct, frozen=True, kw_only=True):
    """A refusal in words, and the field that it is about."""

    kind: ProblemKind
    field: str | None
    text: str


class LineProblem(Struct, frozen=True, kw_only=True):
    """What is wrong with a line of an import; the header is line 1."""

    line: int
    field: str | None
    text: str


class Imported(Struct, frozen=True, kw_only=True):
    """What became of an import; the lines with problems were not taken."""

    added: int
    changed: int
    problems: tuple[LineProblem, ...]


class StationFilter(Struct, frozen=True, kw_only=True):
    """Which stations are asked for; None: all.

    Attributes:
        search: Part of the identity or label, in any case.
    """

    registration: Registration | None = None
    site: str | None = None
    connected: bool | None = None
    search: str | None = None


class ConnectorView(Struct, frozen=True, kw_only=True):
    """A connector as it may be shown.

    Attributes:
        stale: The station is not there to vouch for it: never shown as if it were current.
        fault: What is wrong with it, in words; None: nothing, or no words are known.
    """

    connector: Connector
    stale: bool
    fault: str | None


class StationView(Struct, frozen=True, kw_only=True):
    """All that is known of a station now.

    Attributes:
        connected: Derived from links that live, never from a stored flag.
        heard_at: When any frame last came; to a minute while connected elsewhere.
    """

    station: Station
    life: Life
    connected: bool
    heard_at: datetime | None
    connectors: tuple[ConnectorView, ...]


class StationPage(Struct, frozen=True, kw_only=True):
    """Stations in the order of their identities; `next` continues the list, None where it ends."""

    items: tuple[StationView, ...]
    next: str | None


class TimelinePage(Struct, frozen=True, kw_only=True):
    """Lines of a timeline, newest first; `next` continues the list, None where it ends."""

    items: tuple[TimelineEntry, ...]
    next: str | None


class Site(Struct, frozen=True, kw_only=True):
    """A place where stations stand.

    Attributes:
        time_zone: IANA name: opening hours, tariffs and reports follow it.
    """

    operator: str
    id: str
    name: str
    time_zone: str
    address: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    created_at: datetime


class NewSite(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site to be added or, under its id, to be changed."""

    name: Label
    time_zone: str
    address: Label | None = None
    city: Label | None = None
    postal_code: Label | None = None
    country: Label | None = None
