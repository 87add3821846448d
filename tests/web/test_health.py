"""Whether the process lives, whether it is ready, and its numbers."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from laddnav.web.rooms import Measure
from tests.web.house import House


async def test_a_living_process_says_so(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_a_node_that_is_ready_says_so(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


async def test_a_node_that_is_not_ready_says_why(house: House, stranger: httpx.AsyncClient) -> None:
    house.obstacles = ("The server stops.",)
    answer = await stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": ["The server stops."]}


async def test_a_database_that_is_away_makes_a_node_unready_but_not_dead(
    house: House, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(house.database), "healthy", False)
    answer = await stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The database cannot be reached."]
    assert (await stranger.get("/healthz")).status_code == 200


async def test_numbers_are_read_when_they_are_asked_for(
    house: House, stranger: httpx.AsyncClient
) -> None:
    house.measures = (
        Measure("gauge", "laddnav_connected", "Stations.", 3, {"version": "1.6"}),
        Measure("gauge", "laddnav_connected", "Stations.", 4, {"version": '2"x\n'}),
        Measure("counter", "laddnav_frames", "Frames.", 5),
    )
    answer = await stranger.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    connected = families["laddnav_connected"]
    assert (connected.type, connected.documentation) == ("gauge", "Stations.")
    assert [(sample.labels, sample.value) for sample in connected.samples] == [
        ({"version": "1.6"}, 3),
        ({"version": '2"x\n'}, 4),
    ]
    assert "laddnav_frames_total 5.0" in answer.text
    assert families["laddnav_frames"].type == "counter"
    assert families["process_resident_memory_bytes"].samples[0].value > 0
    house.measures = ()
    assert "laddnav_" not in (await stranger.get("/metrics")).text
