"""New passwords and profiles on their way to stations, whichever node they are connected to."""

import asyncio
from contextlib import suppress
from typing import Final, NamedTuple

import structlog

from laddnav.kernel import ids
from laddnav.kernel.keys import StationKey
from laddnav.stations.control import (
    Commanded,
    CommandResult,
    CommandStatus,
    ConfigurationRead,
    ConfigurationWritten,
    InvalidPayload,
    NetworkProfile,
    NoAnswer,
    NotPossible,
    ResetKind,
    StationControl,
)
from laddnav.stations.model import SecurityProfile
from laddnav.stations.model.handover import Handover, HandoverKind
from laddnav.stations.model.variables import VariableName
from laddnav.stations.rules import behaviour
from laddnav.stations.rules.network import Slot, free_slot
from laddnav.stations.rules.passwords import NEW_BYTES
from laddnav.stations.rules.variables import place_of, read_variable_name
from laddnav.stations.service.handovers import Handovers
from laddnav.stations.service.preparations import Preparations
from laddnav.stations.service.under_way import UnderWay
from laddnav.stations.service.variables import Variables
from laddnav.stations.service.views import Views
from laddnav.storage.errors import StorageError

_AT_ONCE: Final = 16
_LOOK_SECONDS: Final = 0.25
_PATIENCE_SECONDS: Final = 20.0
_TAKEN: Final = frozenset({CommandStatus.ACCEPTED, CommandStatus.REBOOT_REQUIRED})
_V16: Final = "1.6"
_V21: Final = "2.1"
_PRIORITY: Final = "OCPPCommCtrlr.NetworkConfigurationPriority"
_ACTIVE: Final = "OCPPCommCtrlr.ActiveNetworkProfile"
_INTERFACE: Final = "Wired0"
_log = structlog.get_logger(__name__)


class _Way(NamedTuple):
    """A slot for a network profile, and what it holds beside what is new."""

    slot: Slot
    url: str
    interface: str


class Deliveries:
    """Sends what is planned to stations that are connected, a few at a time.

    What a station makes of it is noted where its link is; here only the steps around it are.

    Args:
        preparations: What a station is given before its profile is raised.
        patience_seconds: How long a station of 1.6 that took a profile may take to come back by
            itself, before it is restarted.
    """

    def __init__(
        self,
        handovers: Handovers,
        *,
        control: StationControl,
        views: Views,
        variables: Variables,
        preparations: Preparations,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._handovers = handovers
        self._control = control
        self._views = views
        self._variables = variables
        self._under_way = UnderWay(_AT_ONCE)
        self._preparations = preparations
        self._patience_seconds = patience_seconds

    async def work(self) -> None:
        """End what has taken too long, and begin what is due.

        Raises:
            StorageUnavailable: The database is away.
        """
        await self._handovers.expire()
        room = self._under_way.room
        for each in await self._handovers.due(room) if room else ():
            claimed = await self._handovers.claim(each)
            if claimed is not None:
                self._under_way.begin(f"handover {claimed.id}", self._deliver(claimed))

    async def rested(self) -> None:
        """Wait until nothing is under way here."""
        await self._under_way.rested()

    async def close(self) -> None:
        """Break off what is under way: it counts as unanswered."""
        await self._under_way.close()

    async def _deliver(self, handover: Handover) -> None:
        about = {"station": str(handover.key), "handover": handover.id}
        try:
            await self._send(handover)
        except StorageError as error:
            _log.warning("a handover is not stored", why=type(error).__name__, **about)
        except Exception:  # noqa: BLE001 - a fault of ours must not end what serves the others
            _log.exception("a handover failed", **about)
            with suppress(StorageError):
                await self._handovers.fail(handover, "something is wrong here: see the log")

    async def _send(self, handover: Handover) -> None:
        view = await self._views.station(handover.key)
        if view is None or not view.connected:
            await self._handovers.put_back(handover, "the station is not connected")
            return
        version, profile = view.life.ocpp_version, view.station.security_profile
        if not await self._preparations.ready(handover, profile, version):
            return
        if handover.kind is HandoverKind.PASSWORD:
            password = ids.new_secret(NEW_BYTES)
            way = await self._way(handover) if _may_use_slots(handover, version) else None
            if way is not None:
                await self._by_slot(handover, way, profile, password)
            else:
                name = "AuthorizationKey" if version == _V16 else "SecurityCtrlr.BasicAuthPassword"
                await self._by_variable(handover, name, password)
        elif version == _V16:
            await self._by_variable(handover, "SecurityProfile", str(_profile(handover).value))
        else:
            await self._upgrade(handover)

    # ---- in one step ------------------------------------------------------------------------

    async def _by_variable(self, handover: Handover, name: str, value: str) -> None:
        outcome = await self._control.set_configuration(handover.key, {name: value})
        if not isinstance(outcome, ConfigurationWritten):
            await self._not_sent(handover, outcome)
            return
        status = outcome.results[name].status
        if status is CommandStatus.REBOOT_REQUIRED or (
            status is CommandStatus.ACCEPTED
            and handover.profile is not None
            and not await self._has_come(handover)
        ):
            await self._reset(handover)
        elif status not in _TAKEN:  # noted where its answer came, unless it was not sent at all
            await self._handovers.fail(handover, outcome.results[name].reason or status.value)

    async def _has_come(self, handover: Handover) -> bool:
        """Return whether a station comes with its new profile without being restarted.

        By the whitepaper one of 1.6 connects anew by itself (its A05.FR.06 and A05.FR.07).
        """
        end = asyncio.get_running_loop().time() + self._patience_seconds
        while True:
            now = await self._handovers.one(handover.key, handover.id)
            if now is None or not now.is_open:
                return True
            if asyncio.get_running_loop().time() >= end:
                return False
            await asyncio.sleep(_LOOK_SECONDS)

    async def _not_sent(self, handover: Handover, outcome: NoAnswer) -> None:
        """Plan a handover again, unless something of it was sent: then that is noted already."""
        match outcome:
            case InvalidPayload(problem=problem):
                await self._handovers.fail(handover, problem)
            case NotPossible(reason=reason):
                await self._handovers.put_back(handover, reason)
            case _:
                await self._handovers.put_back(handover, "the station was not reached")

    async def _reset(self, handover: Handover) -> None:
        """Restart the station once its sessions have ended, if that is wanted."""
        if not handover.terms.reset:
            await self._handovers.note(handover, "needs_reset", "restart the station yourself")
            return
        outcome = await self._control.reset(handover.key, ResetKind.ON_IDLE)
        is_taken = isinstance(outcome, Commanded) and outcome.status in {
            CommandStatus.ACCEPTED,
            CommandStatus.SCHEDULED,
        }
        step = "reset_asked" if is_taken else "reset_refused"
        await self._handovers.note(handover, step, _words(outcome))

    # ---- by a network profile ---------------------------------------------------------------

    async def _upgrade(self, handover: Handover) -> None:
        way = await self._way(handover)
        if way is None:
            reason = (
                "give the url of this server, as the station shall reach it: its network profile "
                "needs that; and it needs a slot that is not in use"
            )
            await self._handovers.fail(handover, reason)
            return
        await self._by_slot(handover, way, _profile(handover), None)

    async def _by_slot(
        self, handover: Handover, way: _Way, profile: SecurityProfile, password: str | None
    ) -> None:
        """Put a network profile into a free slot, let the station try that first, restart it."""
        new = NetworkProfile(
            url=way.url,
            security_profile=profile.value,
            interface=way.interface,
            password=password,
        )
        outcome = await self._control.set_network_profile(handover.key, way.slot.number, new)
        if not isinstance(outcome, Commanded):
            await self._not_sent(handover, outcome)
            return
        if outcome.status is not CommandStatus.ACCEPTED:
            return
        written = await self._control.set_configuration(
            handover.key, {_PRIORITY: way.slot.priority}
        )
        if not isinstance(written, ConfigurationWritten):
            await self._handovers.interrupted(handover, _words(written))
            return
        said = written.results[_PRIORITY]
        if said.status not in _TAKEN:
            reason = f"the station refused the order of its network profiles: {_words(said)}"
            await self._handovers.fail(handover, reason)
            return
        await self._handovers.note(handover, "slot_first", f"slots {way.slot.priority}")
        await self._reset(handover)

    async def _way(self, handover: Handover) -> _Way | None:
        """Return how a station can be given a network profile; None: it is not known."""
        key, terms = handover.key, handover.terms
        priority, active = await self._slots(key)
        slot = free_slot(priority, active, await self._all_slots(key))
        used = active if active is not None else next(map(int, filter(str.isdecimal, priority)), 0)
        readers = behaviour.network_url(used), behaviour.network_interface(used)
        values = await self._variables.values(key, *readers)
        url = terms.url or (readers[0].of(values) if handover.profile is None else None)
        if slot is None or url is None:
            return None
        return _Way(slot, url, terms.interface or readers[1].of(values) or _INTERFACE)

    async def _slots(self, key: StationKey) -> tuple[tuple[str, ...], int | None]:
        """Return which slots a station tries, in their order, and which it uses."""
        read = await self._control.get_configuration(key, [_PRIORITY, _ACTIVE])
        variables = read.variables if isinstance(read, ConfigurationRead) else ()
        told = {
            place_of(name): each.value
            for each in variables
            if each.value is not None and (name := read_variable_name(each.name)) is not None
        }
        priority = behaviour.NETWORK_PRIORITY.of(told) or ()
        return priority, behaviour.ACTIVE_NETWORK_PROFILE.of(told)

    async def _all_slots(self, key: StationKey) -> tuple[str, ...]:
        name = read_variable_name(_PRIORITY)
        names: list[VariableName] = [] if name is None else [name]
        known = (await self._variables.known(key, names)).values()
        lists = [each.characteristics.values_list or "" for each in known]
        return tuple(word.strip() for text in lists for word in text.split(",") if word.strip())


def _may_use_slots(handover: Handover, version: str | None) -> bool:
    """Return whether a password goes by a network profile, which 2.1 prefers (B09.FR.14).

    It takes a restart, so only where that is wanted.
    """
    return version == _V21 and handover.terms.reset


def _profile(handover: Handover) -> SecurityProfile:
    if handover.profile is None:
        message = "a password is no profile"
        raise ValueError(message)
    return handover.profile


def _words(outcome: CommandResult) -> str:
    match outcome:
        case Commanded(wire_status=word, reason=reason):
            return ": ".join(filter(None, (word, reason)))
        case NotPossible(reason=reason):
            return reason
        case _:
            return "no answer came"
