"""How tests read lists and problems."""

import asyncio
from typing import Any

import httpx


async def everything(
    client: httpx.AsyncClient, path: str, limit: int, **query: str
) -> list[dict[str, Any]]:
    """Return all items of a list, read page by page; no page may be longer than asked for."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        params = {**query, "limit": str(limit), **({"cursor": cursor} if cursor else {})}
        answer = await client.get(f"/api/v1/{path}", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


async def settled(client: httpx.AsyncClient, path: str, count: int) -> list[dict[str, Any]]:
    """Return all items of a list that is written soon, once there are `count`."""
    while True:
        found = await everything(client, path, 2)
        if len(found) >= count:
            assert len(found) == count
            return found
        await asyncio.sleep(0.01)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Return the problem that an answer must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["type"].startswith("urn:laddnav:problem:")
    assert body["request_id"] == answer.headers["x-request-id"]
    return body
