"""What the API needs of the house; filled by whoever builds it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from laddnav.accounts.service import Accounts
from laddnav.journal.service.journal import Journal
from laddnav.journal.service.refusals import Refusals
from laddnav.kernel.clock import Clock
from laddnav.maintenance.service import Maintenance
from laddnav.pki.service import Pki
from laddnav.pki.service.installed import Installed
from laddnav.sessions.service.archive import SessionArchive
from laddnav.stations.control import StationControl
from laddnav.stations.model.checkup import Doors
from laddnav.stations.service.bulks import Bulks
from laddnav.stations.service.handovers import Handovers
from laddnav.stations.service.inventories import Inventories
from laddnav.stations.service.quirks import Quirks
from laddnav.stations.service.register import Register
from laddnav.stations.service.security import SecurityEvents
from laddnav.stations.service.variables import Variables
from laddnav.stations.service.views import Views
from laddnav.stations.service.violations import Violations
from laddnav.storage.database import Database
from laddnav.tokens.service import Tokens


class Measure(NamedTuple):
    """One number of `/metrics`, read when it is asked for.

    Attributes:
        name: With its unit at its end ("laddnav_loop_lag_seconds"); a counter's without "_total".
        help: What it counts, in a sentence.
        value: The number now.
        labels: Names and values that tell it from others of the same name.
    """

    kind: Literal["counter", "gauge"]
    name: str
    help: str
    value: float
    labels: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class WebRooms:
    """The services behind the API.

    Attributes:
        status: What `GET /status` of the local API shows: node, version, addresses, counts, lag.
        doors: Where stations reach this server; read when it is asked for.
        obstacles: Why this node is not ready, in sentences; empty: it is. The database's health
            is asked of the database itself.
        quirks: What kinds of stations are known to do wrong.
        security: What stations told of their security.
        violations: How often each station broke which rule, on all nodes.
        reload_certificates: Loads certificates and trusted roots anew and tells what was loaded,
            or in a sentence why not; None: this process has no port for stations.
        measures: The numbers of `/metrics`: cheap to read, computed nowhere else.
    """

    clock: Clock
    database: Database
    accounts: Accounts
    tokens: Tokens
    register: Register
    views: Views
    archive: SessionArchive
    journal: Journal
    refusals: Refusals
    variables: Variables
    inventories: Inventories
    control: StationControl
    pki: Pki
    installed: Installed
    handovers: Handovers
    bulks: Bulks
    maintenance: Maintenance
    quirks: Quirks
    violations: Violations
    security: SecurityEvents
    reload_certificates: Callable[[], Awaitable[Mapping[str, Any] | str]] | None = None
    status: Callable[[], Mapping[str, Any]] = dict
    doors: Callable[[], Doors] = Doors
    obstacles: Callable[[], Iterable[str]] = tuple
    measures: Callable[[], Iterable[Measure]] = tuple
