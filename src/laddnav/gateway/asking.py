"""The verbs about variables, of which one may take several messages."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from laddnav.gateway.commands.configuring import Slot, Way, in_parts, octets_of, slot_of
from laddnav.gateway.commands.making import Command, Said, Tongue, Written
from laddnav.gateway.learning import Learning
from laddnav.stations.control import (
    Commanded,
    CommandResult,
    CommandStatus,
    ConfigurationRead,
    ConfigurationWritten,
    InvalidPayload,
    NoAnswer,
    NotPossible,
    ReportBase,
    ReportCriterion,
)
from laddnav.stations.model.variables import VariableName
from laddnav.stations.rules.variables import read_component_name
from laddnav.storage.errors import StorageError

_UNHEARD: Final = Commanded(status=CommandStatus.FAILED, wire_status="", reason="not answered")
_NAMELESS: Final = Commanded(
    status=CommandStatus.UNKNOWN, wire_status="", reason="not sent: this is no variable's name"
)
_NOTHING: Final = ConfigurationRead(variables=(), unknown=())
_HIGHEST: Final = 2**31 - 1
_Outcome = TypeVar("_Outcome")
_Writing = tuple[str, VariableName, str]
_NO_NUMBER: Final = NotPossible(reason="the database, which numbers reports, is away")


class Ask(Protocol):
    """Sends one command and returns what became of it."""

    def __call__(self, order: Command[_Outcome], /) -> Awaitable[_Outcome | NoAnswer]:
        """Send it."""
        ...


class Asking:
    """What one station is asked about its variables.

    Args:
        ask: Sends it one command.
        tongue: Its version's.
        learning: What is known of it.
    """

    def __init__(self, ask: Ask, tongue: Tongue, learning: Learning) -> None:
        self._ask = ask
        self._tongue = tongue
        self._learning = learning

    async def read(self, names: Sequence[str]) -> ConfigurationRead | NoAnswer:
        """Read variables; without names all that can be had so. No name, no question."""
        if not names:
            order = self._tongue.all_keys()
            if order is None:
                return _NOTHING
            read = await self._ask(order)
            return read  # noqa: RET504 - returned at once, its type is inferred the wrong way
        parts: list[ConfigurationRead] = []
        limits = await self._learning.reading_limits()
        way: Way[VariableName, ConfigurationRead] = Way(
            send=lambda part: self._ask(self._tongue.read(part)),
            octets=lambda part: octets_of(self._tongue.read(part)),
            name_of=lambda name: name,
        )
        async for _, outcome in in_parts(list(self._wanted(names).values()), way, limits):
            if not isinstance(outcome, ConfigurationRead):
                return outcome
            parts.append(outcome)
        variables = tuple(variable for part in parts for variable in part.variables)
        unknown = tuple(name for part in parts for name in part.unknown)
        told = self._wanted([*(each.name for each in variables), *unknown])
        return ConfigurationRead(
            variables=variables,
            unknown=unknown + tuple(text for text in names if self._slot(text) not in told),
        )

    async def write(self, values: Mapping[str, str]) -> ConfigurationWritten | NoAnswer:
        """Write variables; where no answer comes, what follows is not sent.

        Nor is a value sent that is longer than the station takes.
        """
        limits = await self._learning.writing_limits()
        names = {text: self._tongue.name_of(text) for text in values}
        unsent = _too_long(values, limits.characters)
        unsent |= {text: _NAMELESS for text, name in names.items() if name is None}
        items = [
            (text, name, value)
            for text, value in values.items()
            if text not in unsent and (name := names[text]) is not None
        ]
        results: dict[str, Commanded] = {}
        way: Way[_Writing, Written] = Way(
            send=lambda part: self._ask(self._writing(part)),
            octets=lambda part: octets_of(self._writing(part)),
            name_of=lambda item: item[1],
        )
        async for part, outcome in in_parts(items, way, limits):
            if isinstance(outcome, NoAnswer):
                if not results:
                    return outcome
                break
            said = {slot_of(name): each for name, each in outcome.items()}
            results |= {text: said.get(slot_of(name), _UNHEARD) for text, name, _ in part}
        results |= unsent
        return ConfigurationWritten(results={text: results.get(text, _UNHEARD) for text in values})

    async def refresh(self) -> CommandResult:
        """Ask for everything."""
        order = self._tongue.all_keys()
        if order is None:
            return await self.base_report(ReportBase.FULL)
        outcome = await self._ask(order)
        if not isinstance(outcome, ConfigurationRead):
            return outcome
        others = self._tongue.others(outcome)
        if others:
            await self.read(others)
        return Commanded(
            status=CommandStatus.ACCEPTED, wire_status=f"{len(outcome.variables)} keys"
        )

    async def base_report(self, base: ReportBase) -> CommandResult:
        """Ask for a standard report."""
        number = await self._number()
        if number is None:
            return _NO_NUMBER
        return await self._carried_out(self._tongue.base_report(base, number))

    async def report(
        self, names: Sequence[str], criteria: Sequence[ReportCriterion]
    ) -> CommandResult:
        """Ask for reports of some components or variables, as many as it takes (B08.FR.06)."""
        wanted: dict[Slot, VariableName] = {}
        for text in names:
            name = read_component_name(text) or self._tongue.name_of(text)
            if name is None:
                return InvalidPayload(problem=f"{text!r} names no component and no variable")
            wanted[slot_of(name)] = name
        if not wanted:
            return await self._one_report((), criteria)

        def octets(part: Sequence[VariableName]) -> int:
            order = self._tongue.report(part, criteria, _HIGHEST)
            return octets_of(order) if isinstance(order, Command) else 0

        way: Way[VariableName, CommandResult] = Way(
            send=lambda part: self._one_report(part, criteria),
            octets=octets,
            name_of=lambda name: name,
        )
        limits = await self._learning.report_limits()
        outcomes = [each async for _, each in in_parts(list(wanted.values()), way, limits)]
        accepted = [each for each in outcomes if _is_accepted(each)]
        return (accepted or outcomes)[0]

    async def _one_report(
        self, names: Sequence[VariableName], criteria: Sequence[ReportCriterion]
    ) -> CommandResult:
        number = await self._number()
        if number is None:
            return _NO_NUMBER
        return await self._carried_out(self._tongue.report(names, criteria, number))

    async def _carried_out(self, said: Said) -> CommandResult:
        if isinstance(said, NotPossible | InvalidPayload):
            return said
        outcome = await self._ask(said)
        return outcome  # noqa: RET504 - returned at once, its type is inferred the wrong way

    async def _number(self) -> int | None:
        try:
            return await self._learning.next_request_id()
        except StorageError:
            return None

    def _writing(self, items: Sequence[_Writing]) -> Command[Written]:
        return self._tongue.write([(name, value) for _, name, value in items])

    def _wanted(self, texts: Sequence[str]) -> dict[Slot, VariableName]:
        """Return the variables that some names mean, each once."""
        names = [name for text in texts if (name := self._tongue.name_of(text)) is not None]
        return {slot_of(name): name for name in names}

    def _slot(self, text: str) -> Slot | None:
        name = self._tongue.name_of(text)
        return None if name is None else slot_of(name)


def _too_long(values: Mapping[str, str], longest: int | None) -> dict[str, Commanded]:
    """Return what becomes of values that are too long for a station; None: no limit is known."""
    if longest is None:
        return {}
    reason = f"not sent: the station takes values of {longest} characters"
    refused = Commanded(status=CommandStatus.REJECTED, wire_status="", reason=reason)
    return {text: refused for text, value in values.items() if len(value) > longest}


def _is_accepted(outcome: CommandResult) -> bool:
    return isinstance(outcome, Commanded) and outcome.status is CommandStatus.ACCEPTED
