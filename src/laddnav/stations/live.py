"""A connected station as its owner keeps it in memory."""

from datetime import datetime

from msgspec.structs import replace

from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.model import (
    ConnectionInfo,
    Connector,
    Life,
    Registration,
    Station,
    StationSettings,
)
from laddnav.stations.model.variables import VariableName
from laddnav.stations.rules import reports
from laddnav.stations.rules.variables import place_of
from laddnav.storage.write import Fence

_NEVER = float("inf")
_VALUES_TOLD = 512
_PARTS_PER_REPORT = 10_000
_LONGEST_REPORT_SECONDS = 1_800.0


class LiveStation:
    """One station that this node owns; kept for a minute beyond its link.

    Attributes:
        epoch: Of the claim: what is written for the station stands behind it.
        station: Its configuration, without the password digests.
        life: What it told of itself, as last written.
        connectors: What each connector is.
        connection: Its present link; None: none.
        connected_at: When its last link began.
        commands_from: From when on it may be commanded, in monotonic seconds.
        heard_at: When a frame last came.
        held: Whether it is pending although its operator accepts it: it is being configured.
        told_status: Whether any status has come over its last link.
        noted_at: The `heard_at` that was last handed to the database.
        left_at: Since when nobody needs it, in monotonic seconds; None: a link lives.
    """

    __slots__ = (
        "_booted",
        "_caused",
        "_connected",
        "_skew",
        "_told",
        "commands_from",
        "connected_at",
        "connection",
        "connectors",
        "epoch",
        "heard_at",
        "held",
        "key",
        "left_at",
        "life",
        "noted_at",
        "station",
        "told_status",
    )

    def __init__(self, *, epoch: int, station: Station) -> None:
        self.key: StationKey = station.key
        self.epoch = epoch
        self.station = without_passwords(station)
        self.life = Life()
        self.connectors: dict[ConnectorRef, Connector] = {}
        self.connection: ConnectionInfo | None = None
        self.connected_at: datetime | None = None
        self.commands_from = _NEVER
        self.heard_at: datetime | None = None
        self.noted_at: datetime | None = None
        self.left_at: float | None = None
        self.held = False
        self.told_status = False
        self._connected = 0.0
        self._booted = False
        self._caused: dict[str, float] = {}
        self._skew: tuple[int, ...] = ()
        self._told: dict[tuple[str, str], str] | None = None

    @property
    def fence(self) -> Fence:
        """The claim that this station's writes stand behind."""
        return Fence(self.key, self.epoch)

    @property
    def registration(self) -> Registration:
        """The operator's decision, but pending while it is held (B02).

        So it is, too, while it has to renew its certificate (A00.FR.429).
        """
        decided, link = self.station.registration, self.connection
        if decided is not Registration.ACCEPTED:
            return decided
        shown = None if link is None else link.certificate
        expired = shown is not None and shown.has_expired
        return Registration.PENDING if self.held or expired else decided

    @property
    def settings(self) -> StationSettings:
        """How we speak with it: by its own settings, then by its quirks."""
        return self.station.settings

    @property
    def booted(self) -> bool:
        """Whether its Boot came on this link."""
        return self._booted

    @property
    def clock_skew_ms(self) -> int | None:
        """How far its clock is ahead of ours, measured on this link or known from an earlier one.

        Measured from the times that it stamps on what it sends as it happens, a few of them since
        its clock was last set by our answer to a Boot.
        """
        measured = reports.skew_of(self._skew)
        return self.life.clock_skew_ms if measured is None else measured

    def configure(self, station: Station) -> None:
        """Take over what the operator changed."""
        self.station = without_passwords(station)

    def open_link(self, connection: ConnectionInfo, now: datetime, monotonic: float) -> None:
        """Begin to count for a new link what counts per link."""
        self.connection = connection
        self.connected_at = now
        self.left_at = None
        self.heard_at = now
        self._connected = monotonic
        self.held = False
        self.told_status = False
        self._booted = False
        self._skew = ()
        self._set_commands_from()

    def close_link(self) -> None:
        """Note that no link lives any more."""
        self.connection = None
        self.commands_from = _NEVER

    def note_boot(self) -> None:
        """Note that a Boot came on this link; the answer will set the station's clock."""
        self._booted = True
        self._skew = ()
        self._set_commands_from()

    def expect(self, action: str, until: float) -> None:
        """Note that a command of ours makes the station send `action`, until then (monotonic).

        That outlives the link: a station goes on with a long report over its next one.

        `action` is the wire's name: BootNotification, StatusNotification, NotifyReport, ...
        """
        self._caused[action] = max(until, self._caused.get(action, 0.0))

    def may_speak(self, action: str, monotonic: float) -> bool:
        """Return whether a message other than Boot is heard, or answered with SecurityError."""
        if self.registration is Registration.ACCEPTED:
            return True
        caused = self._caused.get(action, 0.0) > monotonic
        return reports.may_speak(self.registration, self.life.boot_answer, caused=caused)

    def observe_clock(self, stamped: datetime, received: datetime) -> None:
        """Take a time that the station stamped on something sent as it happened."""
        self._skew = reports.fold_skew(self._skew, stamped, received)

    def is_new_value(self, place: str, attribute: str, value: str) -> bool:
        """Return whether a value that was told is another than before, and note it.

        Only so many variables are known, over links too: a station cannot fill the database with
        names.
        """
        if self._told is None:
            self._told = {}
        slot = (place, attribute)
        if self._told.get(slot) == value:
            return False
        if slot not in self._told and len(self._told) >= _VALUES_TOLD:
            return False
        self._told[slot] = value
        return True

    def learned(self, name: VariableName) -> None:
        """Take the next value of a variable that is told for new: it was learned otherwise."""
        if self._told:
            self._told.pop((place_of(name), name.attribute), None)

    def forget_values(self) -> None:
        """Take every value for new again: what was told may not have been stored."""
        self._told = None

    def place(self, number: int) -> ConnectorRef:
        """Return where connector `number` of OCPP 1.6 is."""
        return reports.place(number, self.settings.connector_grouping)

    def number_of(self, ref: ConnectorRef) -> int | None:
        """Return the number in OCPP 1.6 of a connector; None: it cannot exist there."""
        return reports.number_of(ref, self.settings.connector_grouping)

    def _set_commands_from(self) -> None:
        self.commands_from = reports.commands_from(
            self._connected,
            booted=self._booted,
            ever_booted=self.life.boot_at is not None,
            settle=self.settings.settle_seconds,
        )


class OpenReport:
    """A report of variables that a station was asked for, and whose parts come in.

    Attributes:
        serial: Of the report; later ones have higher numbers.
        request_id: By which the station names it.
        is_whole: Whether it is of the whole device model.
        deadline: When it is given up unless another part comes, in monotonic seconds; half an
            hour after the first one at the latest, so that no station holds up the others.
        variables: How many attributes came.
        is_cut: Whether more came than is kept.
    """

    __slots__ = ("_last", "_latest", "_seen", "deadline", "is_cut", "is_whole", "request_id",
                 "serial", "variables")  # fmt: skip

    def __init__(
        self, *, serial: int, request_id: int, is_whole: bool, deadline: float = _NEVER
    ) -> None:
        self.serial = serial
        self.request_id = request_id
        self.is_whole = is_whole
        self.deadline = deadline
        self._latest = deadline + _LONGEST_REPORT_SECONDS
        self.variables = 0
        self.is_cut = False
        self._seen: set[int] = set()
        self._last: int | None = None

    def prolong(self, deadline: float) -> None:
        """Wait for the next part until then."""
        self.deadline = min(deadline, self._latest)

    def take(self, seq_no: int, *, more: bool) -> None:
        """Note a part; in any order, and however often it comes."""
        if len(self._seen) < _PARTS_PER_REPORT:
            self._seen.add(seq_no)
        if not more:
            self._last = seq_no

    @property
    def is_complete(self) -> bool:
        """Whether the last part has come and none before it is missing."""
        if self._last is None or self.is_cut:
            return False
        return all(number in self._seen for number in range(min(self._last, _PARTS_PER_REPORT)))


def without_passwords(station: Station) -> Station:
    """Return a station's configuration as it may be kept and passed around."""
    awaited = station.awaited
    if awaited is not None and awaited.passwords is not None:
        station = replace(station, awaited=replace(awaited, passwords=None))
    return replace(station, passwords=None) if station.passwords is not None else station
