"""Small stand-ins for a node's stations and for the bus between nodes."""

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import override

from laddnav.bus.local import LocalBus
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.stations.control import (
    CallResult,
    Command,
    CommandResult,
    ConfigurationRead,
    ConfigurationWritten,
    NetworkProfile,
    NoAnswer,
    NotConnected,
    ReportBase,
    ReportCriterion,
    ResetKind,
    StationControl,
    Trigger,
)
from laddnav.tokens.model import TokenRef


class Stations(StationControl):
    """Stations that are connected to one node: what they answer, and what they were told."""

    def __init__(self, *connected: StationKey) -> None:
        self.connected = set(connected)
        self.told: list[tuple[Any, ...]] = []
        self.result: Any = NotConnected()

    def reaches(self, key: StationKey) -> bool:
        return key in self.connected

    async def _told(self, *words: Any) -> Any:
        self.told.append(words)
        return self.result

    @override
    async def commands(self, key: StationKey) -> tuple[Command, ...]:
        result: tuple[Command, ...] = await self._told("commands", key)
        return result

    @override
    async def call(
        self, key: StationKey, name: str, payload: bytes, seconds: float | None = None
    ) -> CallResult:
        result: CallResult = await self._told("call", key, name, payload, seconds)
        return result

    @override
    async def start(
        self,
        key: StationKey,
        *,
        token: TokenRef,
        connector: ConnectorRef | None,
        remote_start_id: int,
    ) -> CommandResult:
        return await self._commanded("start", key, token, connector, remote_start_id)

    @override
    async def stop(self, key: StationKey, *, transaction_id: str) -> CommandResult:
        return await self._commanded("stop", key, transaction_id)

    @override
    async def reset(
        self, key: StationKey, kind: ResetKind, *, evse: int | None = None
    ) -> CommandResult:
        return await self._commanded("reset", key, kind, evse)

    @override
    async def unlock(self, key: StationKey, connector: ConnectorRef) -> CommandResult:
        return await self._commanded("unlock", key, connector)

    @override
    async def change_availability(
        self, key: StationKey, *, operative: bool, ref: ConnectorRef | None
    ) -> CommandResult:
        return await self._commanded("change_availability", key, operative, ref)

    @override
    async def trigger(
        self, key: StationKey, what: Trigger, *, ref: ConnectorRef | None = None
    ) -> CommandResult:
        return await self._commanded("trigger", key, what, ref)

    @override
    async def get_configuration(
        self, key: StationKey, names: Sequence[str]
    ) -> ConfigurationRead | NoAnswer:
        read: ConfigurationRead | NoAnswer = await self._told(
            "get_configuration", key, tuple(names)
        )
        return read

    @override
    async def set_configuration(
        self, key: StationKey, values: Mapping[str, str]
    ) -> ConfigurationWritten | NoAnswer:
        written: ConfigurationWritten | NoAnswer = await self._told(
            "set_configuration", key, dict(values)
        )
        return written

    @override
    async def refresh(self, key: StationKey) -> CommandResult:
        return await self._commanded("refresh", key)

    @override
    async def get_base_report(self, key: StationKey, base: ReportBase) -> CommandResult:
        return await self._commanded("get_base_report", key, base)

    @override
    async def get_report(
        self,
        key: StationKey,
        *,
        names: Sequence[str] = (),
        criteria: Sequence[ReportCriterion] = (),
    ) -> CommandResult:
        return await self._commanded("get_report", key, tuple(names), tuple(criteria))

    @override
    async def set_network_profile(
        self, key: StationKey, slot: int, profile: NetworkProfile
    ) -> CommandResult:
        return await self._commanded("set_network_profile", key, slot, profile)

    async def _commanded(self, *words: Any) -> CommandResult:
        result: CommandResult = await self._told(*words)
        return result


class NarrowBus(LocalBus):
    """A bus whose payloads may be only so large, and that notes how long answers are waited for."""

    def __init__(self, most: int = 1_000_000) -> None:
        super().__init__()
        self.most = most
        self.waits: list[float] = []

    @property
    @override
    def max_payload(self) -> int:
        return self.most

    @override
    async def request(self, subject: str, payload: bytes, *, seconds: float) -> bytes:
        self.waits.append(seconds)
        assert len(payload) <= self.most
        answer = await super().request(subject, payload, seconds=seconds)
        assert len(answer) <= self.most
        return answer
