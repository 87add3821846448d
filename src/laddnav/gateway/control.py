"""Commands to the stations that are connected here: fills the port `stations.control`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from typing_extensions import override

from laddnav.gateway.asking import Asking
from laddnav.gateway.commands.hindrances import hindrance
from laddnav.gateway.commands.making import Command as Order
from laddnav.gateway.commands.making import NumberOf, Said, Tongue
from laddnav.gateway.commands.manners import forbidden
from laddnav.gateway.entrusting import entrust
from laddnav.gateway.learning import Learning
from laddnav.gateway.line.registry import Registry
from laddnav.gateway.link import ACTIONS, Link
from laddnav.gateway.mending.reading import read_response
from laddnav.gateway.v16.control import Tongue16
from laddnav.gateway.v21.control import Tongue21
from laddnav.gateway.v201.control import Tongue201
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.ocpp.action import Action, Direction, Version, encode
from laddnav.ocpp.errors import RemoteProtocolError, from_decode_failure
from laddnav.stations.control import (
    Answered,
    CallFailed,
    CallResult,
    Command,
    CommandResult,
    ConfigurationRead,
    ConfigurationWritten,
    InvalidPayload,
    NetworkProfile,
    NoAnswer,
    NotConnected,
    NotPossible,
    ReportBase,
    ReportCriterion,
    ResetKind,
    StationControl,
    Trigger,
)
from laddnav.stations.model import Registration
from laddnav.tokens.model import TokenRef

_TONGUES: Final[Mapping[Version, Tongue]] = {
    Version.V16: Tongue16(),
    Version.V201: Tongue201(),
    Version.V21: Tongue21(),
}
_STARTS_AND_STOPS: Final = frozenset({
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "RequestStartTransaction",
    "RequestStopTransaction",
})  # fmt: skip
_REPORTS: Final = frozenset({"GetBaseReport", "GetReport"})
_OTHER_NAMES: Final = {
    "SignChargePointCertificate": "SignCertificate",
    "SignChargingStationCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignV2G20Certificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
}
_Outcome = TypeVar("_Outcome")


class Control(StationControl):
    """Commands over the links of this node.

    Args:
        registry: The links; none where no station can be connected.
    """

    def __init__(self, registry: Registry[Link] | None = None) -> None:
        self._registry: Registry[Link] = Registry() if registry is None else registry

    def reaches(self, key: StationKey) -> bool:
        """Return whether the station is connected to this node."""
        return self._registry.get(key) is not None

    @override
    async def commands(self, key: StationKey) -> tuple[Command, ...]:
        link = self._registry.get(key)
        if link is None:
            return ()
        return tuple(
            Command(name=name, schema=_schema(link.version, name), obstacle=_obstacle(link, name))
            for name, action in sorted(ACTIONS[link.version].items())
            if _is_ours(action)
        )

    @override
    async def call(
        self, key: StationKey, name: str, payload: bytes, seconds: float | None = None
    ) -> CallResult:
        link = self._registry.get(key)
        if link is None:
            return NotConnected()
        action = ACTIONS[link.version].get(name)
        if action is None or not _is_ours(action):
            return NotPossible(reason=f"OCPP {link.version} has no command {name}")
        obstacle = _obstacle(link, name)
        if obstacle is not None:
            return NotPossible(reason=obstacle)
        request = await _allowed(link, action, payload)
        if isinstance(request, InvalidPayload | NotPossible):
            return request
        causes = _causes(name, request)
        send = partial(Learning(link).call, name, request, seconds, causes)
        return await entrust(link, name, request, send)

    @override
    async def start(
        self,
        key: StationKey,
        *,
        token: TokenRef,
        connector: ConnectorRef | None,
        remote_start_id: int,
    ) -> CommandResult:
        return await self._command(
            key, lambda tongue, number: tongue.start(token, number, connector, remote_start_id)
        )

    @override
    async def stop(self, key: StationKey, *, transaction_id: str) -> CommandResult:
        return await self._command(key, lambda tongue, _: tongue.stop(transaction_id))

    @override
    async def reset(
        self, key: StationKey, kind: ResetKind, *, evse: int | None = None
    ) -> CommandResult:
        return await self._command(key, lambda tongue, _: tongue.reset(kind, evse))

    @override
    async def unlock(self, key: StationKey, connector: ConnectorRef) -> CommandResult:
        return await self._command(key, lambda tongue, number: tongue.unlock(number, connector))

    @override
    async def change_availability(
        self, key: StationKey, *, operative: bool, ref: ConnectorRef | None
    ) -> CommandResult:
        return await self._command(
            key,
            lambda tongue, number: tongue.change_availability(number, ref, operative=operative),
        )

    @override
    async def trigger(
        self, key: StationKey, what: Trigger, *, ref: ConnectorRef | None = None
    ) -> CommandResult:
        return await self._command(key, lambda tongue, number: tongue.trigger(what, number, ref))

    @override
    async def get_configuration(
        self, key: StationKey, names: Sequence[str]
    ) -> ConfigurationRead | NoAnswer:
        return await self._asked(key, lambda asking: asking.read(names))

    @override
    async def set_configuration(
        self, key: StationKey, values: Mapping[str, str]
    ) -> ConfigurationWritten | NoAnswer:
        return await self._asked(key, lambda asking: asking.write(values))

    @override
    async def refresh(self, key: StationKey) -> CommandResult:
        return await self._asked(key, lambda asking: asking.refresh())

    @override
    async def get_base_report(self, key: StationKey, base: ReportBase) -> CommandResult:
        return await self._asked(key, lambda asking: asking.base_report(base))

    @override
    async def get_report(
        self,
        key: StationKey,
        *,
        names: Sequence[str] = (),
        criteria: Sequence[ReportCriterion] = (),
    ) -> CommandResult:
        return await self._asked(key, lambda asking: asking.report(names, criteria))

    @override
    async def set_network_profile(
        self, key: StationKey, slot: int, profile: NetworkProfile
    ) -> CommandResult:
        return await self._command(key, lambda tongue, _: tongue.network_profile(slot, profile))

    async def _asked(
        self, key: StationKey, ask: Callable[[Asking], Awaitable[_Outcome]]
    ) -> _Outcome | NotConnected:
        link = self._registry.get(key)
        if link is None:
            return NotConnected()
        carry_out = partial(self._carried_out, key, link)
        return await ask(Asking(carry_out, _TONGUES[link.version], Learning(link)))

    async def _command(
        self, key: StationKey, say: Callable[[Tongue, NumberOf], Said]
    ) -> CommandResult:
        link = self._registry.get(key)
        if link is None:
            return NotConnected()
        said = say(_TONGUES[link.version], link.number_of)
        if isinstance(said, NotPossible | InvalidPayload):
            return said
        return await self._carried_out(key, link, said)

    async def _carried_out(
        self, key: StationKey, link: Link, order: Order[_Outcome]
    ) -> _Outcome | NoAnswer:
        result = await self.call(key, order.action, msgspec.json.encode(order.fields))
        if not isinstance(result, Answered):
            return result
        action = ACTIONS[link.version][order.action]
        try:
            answer = read_response(link.version, action, result.payload).payload
        except RemoteProtocolError as error:
            return CallFailed(code=error.code, description=error.description, details={})
        return order.outcome(answer)


def _is_ours(action: Action) -> bool:
    """Whether we may call the action."""
    return action.direction is not Direction.STATION_TO_CSMS and action.response is not None


@cache
def _schema(version: Version, name: str) -> dict[str, Any]:
    return msgspec.json.schema(ACTIONS[version][name].request)


def _obstacle(link: Link, name: str) -> str | None:
    """Return why a station may not be sent this command now."""
    match link.registration:
        case Registration.REJECTED:
            return "the station is rejected: nothing is sent to it"
        case Registration.PENDING if name in _STARTS_AND_STOPS:
            return "the station is not accepted yet: it may not start or stop sessions"
        case _:
            return None


async def _allowed(
    link: Link, action: Action, payload: bytes
) -> Struct | InvalidPayload | NotPossible:
    """Return a payload as its type, where this station may be sent it."""
    request = _checked(link.version, action, payload)
    if isinstance(request, InvalidPayload):
        return request
    reason = forbidden(link.settings, action.name, request) or await hindrance(
        link.rooms.stations.variables, link.key, action.name, request
    )
    return request if reason is None else NotPossible(reason=reason)


def _checked(version: Version, action: Action, payload: bytes) -> Struct | InvalidPayload:
    """Return a payload as its type; what the type does not know is no part of it."""
    try:
        request = action.decode_request(payload)
        given, known = msgspec.json.decode(payload), msgspec.json.decode(encode(request))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return InvalidPayload(problem=from_decode_failure(version, error).description)
    stranger = _stranger(given, known, "$")
    return request if stranger is None else InvalidPayload(problem=f"{stranger} is not known")


def _stranger(given: object, known: object, path: str) -> str | None:
    """Return where `given` has a property that `known` lacks."""
    if isinstance(given, dict) and isinstance(known, dict):
        for name, value in given.items():
            if name not in known:
                if value is None:
                    continue
                return f"{path}.{name}"
            found = _stranger(value, known[name], f"{path}.{name}")
            if found is not None:
                return found
    elif isinstance(given, list) and isinstance(known, list):
        pairs = zip(given, known, strict=True)
        found_in = (
            _stranger(one, other, f"{path}[{index}]") for index, (one, other) in enumerate(pairs)
        )
        return next(filter(None, found_in), None)
    return None


def _causes(name: str, request: Struct) -> tuple[str, ...]:
    """Return the actions that a station will send because of a command (B02.FR.09)."""
    if name in _REPORTS:
        return ("NotifyReport",)
    wanted = getattr(request, "requested_message", None)
    return () if wanted is None else (_OTHER_NAMES.get(wanted, wanted),)
