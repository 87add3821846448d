"""A station that was at another node between two links of this one."""

from tests.gateway.hub import hub
from tests.waiting import until


async def test_a_station_that_comes_back_from_another_node_is_heard_at_once(
    sqlite_url: str,
) -> None:
    async with hub(sqlite_url) as running:
        key = await running.add()
        async with running.charger() as charger:
            await charger.ask("Heartbeat", {})
        await until(lambda: running.link() is None)
        claimed = await running.rooms.database.claim([key], "elsewhere/1")
        async with running.charger() as charger:
            assert (await charger.ask("Heartbeat", {}))[0] == 3
            live = running.rooms.stations.live(key)
            assert live is not None
            assert live.epoch == claimed[key] + 1
