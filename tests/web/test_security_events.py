"""Security events by the API."""

import httpx

from laddnav.stations.model import ConnectionInfo, NewStation, Station
from laddnav.stations.model.security import SecurityEventReported
from tests.web.asking import problem
from tests.web.house import House


async def told(house: House, identity: str, *types: str) -> None:
    """Let a station tell of its security."""
    added = await house.stations.register.add(
        "default", NewStation(identity=identity, security_profile=0)
    )
    assert isinstance(added, Station)
    fleet = house.stations.fleet
    live = await fleet.claim(added)
    link = ConnectionInfo(id=identity, address="192.0.2.7", version="1.6", tls=False)
    await house.database.commit(fleet.connected(live, link))
    for type_ in types:
        report = SecurityEventReported(type=type_, at=None, info="why")
        noted = house.stations.security.record(live, report, house.clock.now())
        assert noted.write is not None
        await house.database.commit(noted.write)


async def test_security_events_are_listed_filtered_and_the_operators_own(
    house: House, api: httpx.AsyncClient, rival: httpx.AsyncClient
) -> None:
    await told(house, "CP1", "ResetOrReboot", "Acme.DoorOpen")
    await told(house, "CP2", "TamperDetectionActivated")
    path = "/api/v1/security-events"
    page = (await api.get(path, params={"limit": 2})).json()
    assert [item["type"] for item in page["items"]] == ["TamperDetectionActivated", "Acme.DoorOpen"]
    rest = (await api.get(path, params={"cursor": page["next"]})).json()
    (item,) = rest["items"]
    assert (item["station"], item["critical"], item["count"]) == ("CP1", True, 1)
    assert (item["info"], item["stamped_at"], item["flood"]) == ("why", None, False)
    own = (await api.get(path, params={"station": "CP1", "critical": "false"})).json()
    assert [item["type"] for item in own["items"]] == ["Acme.DoorOpen"]
    late = {"since": "2999-01-01T00:00:00Z"}
    assert (await api.get(path, params=late)).json()["items"] == []
    assert (await rival.get(path)).json()["items"] == []
    problem(await api.get(path, params={"cursor": "x"}), 400)
