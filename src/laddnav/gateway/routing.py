"""Commands to stations wherever they are connected: here, or at another node, asked over the bus.

The bus is trusted: whoever can speak on it can command stations (it is the database, or a server
of the operator's own).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, cast

import structlog
from typing_extensions import override

from laddnav.bus.signals import Bus, NoAnswerError
from laddnav.gateway.commands.verbs import (
    Asked,
    Obstacle,
    named,
    read_question,
    read_reply,
    write_question,
    write_reply,
)
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.control import (
    CallFailed,
    CallResult,
    Command,
    CommandResult,
    ConfigurationRead,
    ConfigurationWritten,
    NetworkProfile,
    NoAnswer,
    NotConnected,
    NotPossible,
    ReportBase,
    ReportCriterion,
    ResetKind,
    StationControl,
    TimedOut,
    Trigger,
)
from laddnav.stations.rules.reports import LONGEST_SETTLING_SECONDS
from laddnav.storage.errors import StorageUnavailable
from laddnav.tokens.model import TokenRef

_LOOKS: Final = 3
_MARGIN_SECONDS: Final = 5.0
_CALLS_TO_REFRESH: Final = 10
_QUESTION_TOO_LARGE: Final = NotPossible(
    reason="it is too large to be passed on to the node that the station is connected to"
)
_UNREADABLE: Final = CallFailed(
    code="GenericError",
    description="the station was asked, but the node that it is connected to runs another release "
    "of Laddnav, whose answer cannot be read",
    details={},
)
_MEANT: Final[Mapping[Obstacle, NoAnswer]] = {
    Obstacle.NOT_UNDERSTOOD: NotPossible(
        reason="the node that the station is connected to runs another release of Laddnav, to "
        "which this command cannot be passed on"
    ),
    Obstacle.TOO_LARGE: CallFailed(
        code="GenericError",
        description="the station answered, but its answer is too large to be passed on from the "
        "node that it is connected to; the journal has it",
        details={},
    ),
}

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_log = structlog.get_logger(__name__)


class LocalControl(StationControl, Protocol):
    """Commands to the stations that are connected here."""

    def reaches(self, key: StationKey) -> bool:
        """Return whether the station is connected here."""
        ...


def control_subject(run: str) -> str:
    """Return the subject on which a run of a node is asked to command its stations.

    The name of a run ends in an id of its own; what stands before it, a host's name, may hold
    what a subject may not.
    """
    return f"node.{run.rpartition('/')[2]}.control"


async def serve_control(bus: Bus, run: str, control: LocalControl) -> None:
    """Let other nodes command the stations that are connected here."""

    async def answer(data: bytes) -> bytes:
        reply = write_reply(await _outcome(control, read_question(data)))
        if len(reply) > bus.max_payload:
            _log.warning("control.answer_too_large", size=len(reply))
            return write_reply(Obstacle.TOO_LARGE)
        return reply

    await bus.serve(control_subject(run), answer)


async def _outcome(control: LocalControl, asked: Asked | None) -> object:
    if asked is None:
        return Obstacle.NOT_UNDERSTOOD
    if not control.reaches(asked.key):
        return Obstacle.NOT_HERE
    return await getattr(control, asked.verb)(asked.key, **asked.arguments)


class RoutedControl(StationControl):
    """Commands to stations that are connected to any node.

    A node that is asked is given as long as it may take. When it does not answer, the command is
    `TimedOut` while it still holds the station (which may have acted), and `NotConnected` when
    it died or the station left it, as for a link that ends before the station answered.

    Args:
        local: Commands the stations that are connected here.
        holder: Returns the run of the node that holds a station's socket; None: none does.
        bus: Reaches the other nodes.
        run: The name of this run of this node.
        call_seconds: How long a station may take to answer where a command does not say.
        look_seconds: So often, while a node is asked, it is looked whether it still holds the
            station.
    """

    def __init__(
        self,
        local: LocalControl,
        *,
        holder: Callable[[StationKey], Awaitable[str | None]],
        bus: Bus,
        run: str,
        call_seconds: float,
        look_seconds: float = 5.0,
    ) -> None:
        self._local = local
        self._holder = holder
        self._bus = bus
        self._run = run
        self._call_seconds = call_seconds
        self._look_seconds = look_seconds

    @override
    async def commands(self, key: StationKey) -> tuple[Command, ...]:
        known = await self._routed(StationControl.commands, key)
        return known if isinstance(known, tuple) else ()

    @override
    async def call(
        self, key: StationKey, name: str, payload: bytes, seconds: float | None = None
    ) -> CallResult:
        return await self._routed(StationControl.call, key, name, payload, seconds)

    @override
    async def start(
        self,
        key: StationKey,
        *,
        token: TokenRef,
        connector: ConnectorRef | None,
        remote_start_id: int,
    ) -> CommandResult:
        return await self._routed(
            StationControl.start,
            key,
            token=token,
            connector=connector,
            remote_start_id=remote_start_id,
        )

    @override
    async def stop(self, key: StationKey, *, transaction_id: str) -> CommandResult:
        return await self._routed(StationControl.stop, key, transaction_id=transaction_id)

    @override
    async def reset(
        self, key: StationKey, kind: ResetKind, *, evse: int | None = None
    ) -> CommandResult:
        return await self._routed(StationControl.reset, key, kind, evse=evse)

    @override
    async def unlock(self, key: StationKey, connector: ConnectorRef) -> CommandResult:
        return await self._routed(StationControl.unlock, key, connector)

    @override
    async def change_availability(
        self, key: StationKey, *, operative: bool, ref: ConnectorRef | None
    ) -> CommandResult:
        return await self._routed(
            StationControl.change_availability, key, operative=operative, ref=ref
        )

    @override
    async def trigger(
        self, key: StationKey, what: Trigger, *, ref: ConnectorRef | None = None
    ) -> CommandResult:
        return await self._routed(StationControl.trigger, key, what, ref=ref)

    @override
    async def get_configuration(
        self, key: StationKey, names: Sequence[str]
    ) -> ConfigurationRead | NoAnswer:
        return await self._routed(StationControl.get_configuration, key, names)

    @override
    async def set_configuration(
        self, key: StationKey, values: Mapping[str, str]
    ) -> ConfigurationWritten | NoAnswer:
        return await self._routed(StationControl.set_configuration, key, values)

    @override
    async def refresh(self, key: StationKey) -> CommandResult:
        return await self._routed(StationControl.refresh, key)

    @override
    async def get_base_report(self, key: StationKey, base: ReportBase) -> CommandResult:
        return await self._routed(StationControl.get_base_report, key, base)

    @override
    async def get_report(
        self,
        key: StationKey,
        *,
        names: Sequence[str] = (),
        criteria: Sequence[ReportCriterion] = (),
    ) -> CommandResult:
        return await self._routed(StationControl.get_report, key, names=names, criteria=criteria)

    @override
    async def set_network_profile(
        self, key: StationKey, slot: int, profile: NetworkProfile
    ) -> CommandResult:
        return await self._routed(StationControl.set_network_profile, key, slot, profile)

    async def _routed(
        self,
        verb: Callable[
            Concatenate[StationControl, StationKey, _Arguments], Coroutine[Any, Any, _Result]
        ],
        key: StationKey,
        *arguments: _Arguments.args,
        **more: _Arguments.kwargs,
    ) -> _Result | NoAnswer:
        """Carry out a verb where the station is, which may move while it is looked for."""
        asked = Asked(verb.__name__, key, named(verb.__name__, *arguments, **more))
        for _ in range(_LOOKS):
            if self._local.reaches(key):
                return cast(
                    "_Result", await getattr(self._local, asked.verb)(key, *arguments, **more)
                )
            run = await self._holder(key)
            if run is None or run == self._run:
                break
            result = await self._passed_on(run, asked)
            if result is not Obstacle.NOT_HERE:
                return cast("_Result | NoAnswer", result)
        return NotConnected()

    async def _passed_on(self, run: str, asked: Asked) -> Any:  # noqa: ANN401 - each verb has a result type of its own
        """Return the other node's result, or NOT_HERE where it does not hold the station."""
        question = write_question(asked)
        if len(question) > self._bus.max_payload:
            return _QUESTION_TOO_LARGE
        reply = await self._reply(run, asked, question)
        if reply is None:
            return TimedOut() if await self._holds(run, asked.key) else NotConnected()
        result = read_reply(asked.verb, reply)
        if isinstance(result, Obstacle):
            return _MEANT.get(result, result)
        return _UNREADABLE if result is None else result

    async def _reply(self, run: str, asked: Asked, question: bytes) -> bytes | None:
        """Return what the other node replies; None: nothing, in time or while it holds."""
        seconds = self._patience(asked)
        request = self._bus.request(control_subject(run), question, seconds=seconds)
        reply = asyncio.ensure_future(request)
        holds = True
        try:
            while not (await asyncio.wait((reply,), timeout=self._look_seconds))[0]:
                if not holds:  # and what it still had to say has had the time to come
                    return None
                holds = await self._holds(run, asked.key)
            return reply.result()
        except NoAnswerError:
            return None
        finally:
            reply.cancel()

    async def _holds(self, run: str, key: StationKey) -> bool:
        try:
            return await self._holder(key) == run
        except StorageUnavailable:
            return True  # for all that is known

    def _patience(self, asked: Asked) -> float:
        """Return how long the other node may take, in seconds.

        A call waits until the station has settled, then as long as it may for its turn, and as
        long again for its answer.
        """
        match asked.verb:
            case "commands":
                return _MARGIN_SECONDS
            case "set_configuration":
                calls = max(1, len(asked.arguments["values"]))
            case "get_configuration" | "get_report":
                calls = max(1, len(asked.arguments.get("names", ())))
            case "refresh":
                calls = _CALLS_TO_REFRESH
            case _:
                calls = 1
        seconds: float | None = asked.arguments.get("seconds")
        if seconds is None:
            seconds = self._call_seconds
        return _MARGIN_SECONDS + LONGEST_SETTLING_SECONDS + 2 * seconds * calls
