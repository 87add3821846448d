"""Two operators' commands that make an authority at the same time."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from typing_extensions import override

from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.service import Pki
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.ports import OffLoop
from tests.pki.hall import Hall

_Result = TypeVar("_Result")


class Meeting(OffLoop):
    """Makes nothing before two are to be made."""

    def __init__(self) -> None:
        self._both = asyncio.Barrier(2)

    @override
    async def __call__(self, function: Callable[..., _Result], /, *arguments: object) -> _Result:
        await self._both.wait()
        return function(*arguments)


@pytest.mark.parametrize("replaces", [False, True])
async def test_of_two_authorities_that_are_made_at_once_one_is_told_of_the_other(
    hall: Hall, *, replaces: bool
) -> None:
    if replaces:
        await hall.init()
    pki = Pki(hall.database, hall.clock, hall.accounts, secret=b"s", off_loop=Meeting())
    init = pki.authorities.init
    both = [init("default", Purpose.STATION, replaces=replaces) for _ in range(2)]
    made = await asyncio.gather(*both)
    (kept,) = [each for each in made if isinstance(each, Authority)]
    (other,) = [each for each in made if isinstance(each, Unfit)]
    assert other.exists
    assert await hall.pki.authorities.of("default") == [kept]
