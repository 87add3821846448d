"""The gateway's tests run where the gateway runs: on uvloop."""

from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import uvloop

from tests.gateway.hub import hub
from tests.gateway.upkeep import V16, Upkeep


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], uvloop.Loop]]:
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def upkeep(sqlite_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Upkeep]:
    """The room of upkeep behind a gateway that knows one station, of the test's version."""
    callspec = getattr(request.node, "callspec", None)
    version = V16 if callspec is None else callspec.params.get("version", V16)
    async with hub(sqlite_url, call_seconds=0.5) as opened:
        await opened.add()
        made = Upkeep(opened, version)
        yield made
        await made.fitting.close()
