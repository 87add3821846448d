"""Stations over the API."""

import httpx


async def test_a_station_is_added_shown_and_removed(api: httpx.AsyncClient) -> None:
    added = await api.post("/api/v1/stations", json={"identity": "CP 1/2", "password": "s" * 16})
    assert added.status_code == 201
    shown = await api.get("/api/v1/stations/CP%201%2F2")
    assert shown.json() == added.json()
    assert shown.headers["etag"] == '"1"'
    assert shown.json()["security_profile"] == 1
    removed = await api.delete("/api/v1/stations/CP%201%2F2")
    assert removed.status_code == 204
    assert (await api.get("/api/v1/stations/CP%201%2F2")).status_code == 404
