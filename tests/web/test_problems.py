"""Every error is problem+json, says what to do, and gives nothing away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from laddnav.kernel.keys import StationKey
from laddnav.stations.control import CallResult
from laddnav.storage.errors import StorageUnavailable, Unstorable
from laddnav.web.application import MOST_BYTES
from tests.waiting import until
from tests.web.asking import problem
from tests.web.charging import Charging
from tests.web.house import House, Remembering, asking, served


async def test_an_unknown_path_is_a_problem(api: httpx.AsyncClient) -> None:
    body = problem(await api.get("/api/v1/nothing"), 404)
    assert "openapi.json" in body["detail"]


async def test_an_unknown_method_is_a_problem_that_names_the_known_ones(
    api: httpx.AsyncClient,
) -> None:
    answer = await api.put("/api/v1/stations")
    assert "PUT" in problem(answer, 405)["detail"]
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"identity": "CP1",}'])
async def test_a_body_that_is_no_json_is_a_problem(api: httpx.AsyncClient, content: bytes) -> None:
    problem(await api.post("/api/v1/stations", content=content), 400)


async def test_a_body_of_endless_depth_is_a_problem(api: httpx.AsyncClient) -> None:
    call = b'{"action": "X", "payload": ' + b'{"a":' * 100_000
    for content in (b"[" * 500_000, b'{"settings":' * 50_000, call):
        answer = await api.post("/api/v1/stations", content=content)
        assert problem(answer, answer.status_code)["status"] in {400, 422}


async def test_who_leaves_within_a_body_is_no_fault_of_ours(house: House, url: str) -> None:
    key = await house.key()
    head = f"POST /api/v1/stations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
    with capture_logs() as lines:
        _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        writer.close()
        await until(lambda: any(line["event"] == "answered" for line in lines))
    assert [line["log_level"] for line in lines] == ["debug"], lines


async def test_a_missing_body_is_a_problem(api: httpx.AsyncClient) -> None:
    assert "body" in problem(await api.post("/api/v1/stations"), 400)["detail"]


async def test_a_field_of_the_wrong_type_is_named(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/stations", json={"identity": "CP1", "label": 3})
    assert problem(answer, 422)["errors"] == [
        {"field": "label", "message": "expected `str | null`, got `int`"}
    ]


async def test_a_number_in_quotes_is_no_number(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/stations", json={"identity": "CP1", "security_profile": "0"})
    assert problem(answer, 422)["errors"][0]["field"] == "security_profile"


async def test_an_unknown_field_is_refused_with_its_name(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/stations", json={"identity": "CP1", "lable": "x"})
    assert "`lable`" in problem(answer, 422)["detail"]


async def test_an_unknown_query_parameter_is_refused_with_those_that_are_known(
    api: httpx.AsyncClient,
) -> None:
    body = problem(await api.get("/api/v1/sessions?sate=ended&identity=x"), 400)
    assert [flaw["field"] for flaw in body["errors"]] == ["identity", "sate"]
    assert "cursor, limit, since, state, station, token" in body["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "limit="])
async def test_a_limit_is_from_1_to_1000(api: httpx.AsyncClient, query: str) -> None:
    body = problem(await api.get(f"/api/v1/sessions?{query}"), 400)
    assert body["errors"][0]["field"] == "limit"


async def test_a_parameter_is_not_there_twice(api: httpx.AsyncClient) -> None:
    body = problem(await api.get("/api/v1/sessions?state=ended&state=running"), 400)
    assert [flaw["field"] for flaw in body["errors"]] == ["state"]


async def test_a_filter_is_named_as_it_was_sent(api: httpx.AsyncClient) -> None:
    body = problem(await api.get("/api/v1/sessions?state=done"), 400)
    assert body["errors"][0]["field"] == "state"


LISTS = ("stations", "tokens", "sessions", "refusals", "knocking", "sites", "evidence")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("cursor", ["x", "%00", "bm9uc2Vuc2U", "w6Q", "c2Vzc2lvbnMKeHl6", "é"])
async def test_a_cursor_of_another_list_is_refused(
    api: httpx.AsyncClient, name: str, cursor: str
) -> None:
    body = problem(await api.get(f"/api/v1/{name}?cursor={cursor}"), 400)
    assert body["errors"][0]["field"] == "cursor"


async def test_a_large_body_is_refused(api: httpx.AsyncClient) -> None:
    content = b'{"identity": "' + b"x" * MOST_BYTES + b'"}'
    problem(await api.post("/api/v1/stations", content=content), 413)


async def test_a_large_body_in_chunks_is_refused(api: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * (MOST_BYTES // 32)

    problem(await api.post("/api/v1/stations", content=chunks()), 413)


@pytest.mark.parametrize("name", ["CP1%00", "%ff%fe", "x" * 2000, "%F0%9F%94%8C"])
async def test_odd_names_in_a_path_are_not_found_and_break_nothing(
    api: httpx.AsyncClient, name: str
) -> None:
    for path in (f"stations/{name}", f"tokens/{name}", f"sessions/{name}", f"sites/{name}"):
        answer = await api.get(f"/api/v1/{path}")
        problem(answer, answer.status_code)
        assert answer.status_code in {400, 404, 422}


class Broken(Remembering):
    """A control in which something fails."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    @override
    async def call(
        self, key: StationKey, name: str, payload: bytes, seconds: float | None = None
    ) -> CallResult:
        raise self._error


async def failing(house: House, error: Exception) -> httpx.Response:
    """What a call is answered where the house fails with `error`."""
    await Charging(house).add_station()
    rooms = replace(house.rooms, control=Broken(error))
    async with served(rooms) as url, asking(url, await house.key()) as client:
        return await client.post("/api/v1/stations/CP1/calls", json={"action": "Reset"})


async def test_a_fault_of_ours_tells_nothing_of_itself(house: House) -> None:
    answer = await failing(house, RuntimeError("postgresql://user:secret@host"))
    problem(answer, 500)
    assert "secret" not in answer.text


async def test_while_the_database_is_away_clients_are_told_when_to_return(house: House) -> None:
    answer = await failing(house, StorageUnavailable("secret"))
    problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in answer.text


async def test_what_no_column_holds_is_the_clients_fault(house: House) -> None:
    answer = await failing(house, Unstorable("secret"))
    problem(answer, 422)
    assert "secret" not in answer.text


async def test_the_door_itself_tells_that_the_database_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: str) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(house.accounts, "verify_api_key", away)
    async with served(house.rooms) as url, asking(url, "lnv_" + "0" * 64) as client:
        answer = await client.get("/api/v1/stations")
    problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
