"""Configuration templates: kept, changed, and remembered for Boots."""

from collections.abc import Sequence
from typing import Any, Final

from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.maintenance.model.template import NewTemplate, Template
from laddnav.maintenance.rules import templates as rules
from laddnav.maintenance.store import queries
from laddnav.maintenance.store.tables import template_from
from laddnav.stations.model import Problem, ProblemKind
from laddnav.stations.service.register import Register
from laddnav.storage.database import Database
from laddnav.storage.errors import Unstorable

MOST: Final = 200
"""Templates of one operator."""

MOST_VALUES: Final = 2_000
"""Values in all of an operator's templates together."""

_TAKEN: Final = Problem(
    kind=ProblemKind.EXISTS, field="name", text="a template has this name already"
)
_NO_TEMPLATE: Final = Problem(
    kind=ProblemKind.UNKNOWN, field="id", text="there is no such template"
)
_CONFLICT: Final = Problem(
    kind=ProblemKind.CONFLICT, field="version", text="it was changed meanwhile: read it again"
)
_NO_SITE: Final = Problem(
    kind=ProblemKind.INVALID, field="scope.site", text="there is no site with this id"
)
_TOO_MANY: Final = Problem(
    kind=ProblemKind.CONFLICT,
    field="values",
    text=f"there may be {MOST} templates, which hold {MOST_VALUES} values together",
)


class Templates:
    """The operators' templates.

    All are kept in memory, for a Boot must not wait for them; `refresh` looks whether another
    node, or a command, has changed any.
    """

    def __init__(self, database: Database, clock: Clock, register: Register) -> None:
        self._database = database
        self._clock = clock
        self._register = register
        self._stamp: Sequence[object] | None = None
        self._known: dict[str, tuple[Template, ...]] = {}

    def known(self, operator: str) -> tuple[Template, ...]:
        """Return an operator's templates as last read."""
        return self._known.get(operator, ())

    async def refresh(self) -> None:
        """Read all templates anew if any has changed.

        Raises:
            StorageUnavailable: The database is away.
        """
        stamp = list((await self._database.fetch(queries.stamp()))[0])
        if stamp == self._stamp:
            return
        known: dict[str, tuple[Template, ...]] = {}
        for record in await self._database.fetch(queries.all_templates()):
            each = template_from(record)
            known[each.operator] = (*known.get(each.operator, ()), each)
        self._known, self._stamp = known, stamp

    async def all(self, operator: str) -> tuple[Template, ...]:
        """Return an operator's templates, by name.

        Raises:
            StorageUnavailable: The database is away.
        """
        records = await self._database.fetch(queries.templates_of(operator))
        return tuple(map(template_from, records))

    async def one(self, operator: str, template_id: str) -> Template | None:
        """Return a template.

        Raises:
            StorageUnavailable: The database is away.
        """
        return next((e for e in await self.all(operator) if e.id == template_id), None)

    async def add(self, operator: str, new: NewTemplate) -> Template | Problem:
        """Add a template; it counts from each station's next Boot on, or on request.

        Raises:
            StorageUnavailable: The database is away.
        """
        problem = await self._problem(operator, new)
        if problem is not None:
            return problem
        now = self._clock.now()
        template = Template(
            operator=operator,
            id=ids.new_id(),
            version=1,
            created_at=now,
            updated_at=now,
            **_fields(new),
        )
        try:
            await self._database.execute(queries.addition(template))
        except Unstorable:  # every field is checked: only the name can be taken
            return _TAKEN
        await self.refresh()
        return template

    async def change(
        self, operator: str, template_id: str, new: NewTemplate, version: int | None = None
    ) -> Template | Problem:
        """Replace a template; what stations refused of it is tried again.

        `version` is that of the template as it was read; None: the last change wins.

        Raises:
            StorageUnavailable: The database is away.
        """
        before = await self.one(operator, template_id)
        if before is None:
            return _NO_TEMPLATE
        problem = await self._problem(operator, new, before.id)
        if problem is not None:
            return problem
        if version not in {None, before.version}:
            return _CONFLICT
        after = Template(
            operator=operator,
            id=before.id,
            version=before.version + 1,
            created_at=before.created_at,
            updated_at=self._clock.now(),
            **_fields(new),
        )
        try:
            touched = await self._database.execute(queries.replacement(before, after))
        except Unstorable:  # every field is checked: only the name can be taken
            return _TAKEN
        await self.refresh()
        return after if touched[0] else _CONFLICT

    async def remove(self, operator: str, template_id: str) -> bool:
        """Remove a template; stations keep what they were told. False: there is none.

        Raises:
            StorageUnavailable: The database is away.
        """
        touched = await self._database.execute(queries.removal(operator, template_id))
        await self.refresh()
        return bool(touched[0])

    async def _problem(
        self, operator: str, new: NewTemplate, replaces: str | None = None
    ) -> Problem | None:
        site = new.scope.site
        if site is not None and await self._register.site(operator, site) is None:
            return _NO_SITE
        others = [each for each in await self.all(operator) if each.id != replaces]
        values = len(new.wishes) + sum(len(each.wishes) for each in others)
        return _TOO_MANY if len(others) >= MOST or values > MOST_VALUES else rules.flaw(new)


def _fields(new: NewTemplate) -> dict[str, Any]:
    return {name: getattr(new, name) for name in new.__struct_fields__}
