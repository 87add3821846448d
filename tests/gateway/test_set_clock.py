"""The server's own clock is set in the middle of a session and of a call: neither is harmed."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from typing_extensions import override

from laddnav.gateway.control import Control
from laddnav.kernel.clock import SystemClock
from laddnav.kernel.keys import DEFAULT_OPERATOR
from laddnav.ocpp.action import Version
from laddnav.sessions.model import State
from laddnav.sessions.service import SessionArchive
from laddnav.stations.control import Answered
from tests.gateway.hub import hub
from tests.system.telegraph import ended, measured, name_of, started

JUMPS = (timedelta(hours=-1), timedelta(days=1), timedelta())


class SetClock(SystemClock):
    """A machine's clock that somebody sets; what only ever rises is not touched by that."""

    def __init__(self) -> None:
        self.off = timedelta()

    @override
    def now(self) -> datetime:
        return super().now() + self.off


@pytest.mark.parametrize("version", Version)
async def test_a_clock_that_is_set_changes_no_energy_and_holds_up_no_call(
    sqlite_url: str, version: Version
) -> None:
    clock = SetClock()
    async with hub(sqlite_url, clock=clock) as running:
        await running.add()
        control = Control(running.links.registry)
        async with running.charger(version=version.subprotocol) as charger:
            key = await running.settled(charger)
            begun = await charger.ask(*started(version, "TAG", 0, 1000, "T1"))
            name = name_of(version, begun[2], "T1")
            for number, jump in enumerate(JUMPS, start=1):
                calling = asyncio.create_task(control.call(key, "ClearCache", b"{}"))
                call = await charger.hear()
                clock.off = jump
                told = await charger.ask(*measured(version, number, number, 1000 + number, name))
                assert told[0] == 3
                assert (await charger.ask("Heartbeat", {}))[0] == 3
                await charger.tell(3, call[1], {"status": "Accepted"})
                assert isinstance(await calling, Answered)
            clock.off = JUMPS[0]
            stop = await charger.ask(*ended(version, len(JUMPS) + 1, 8, 1100, name))
            assert stop[0] == 3
        archive = SessionArchive(running.rooms.database)
        [session] = (await archive.list_sessions(DEFAULT_OPERATOR, limit=9)).items
        assert (session.energy_wh, session.state) == (Decimal(100), State.ENDED)
        assert session.ended_at is not None
        assert session.ended_at - session.started_at == timedelta(minutes=8)
        assert running.evidence() == []
