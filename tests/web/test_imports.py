"""CSV files of stations and tokens."""

import httpx
import pytest

from laddnav.web.api.imports import MOST_BYTES
from tests.web.asking import problem


async def take(client: httpx.AsyncClient, what: str, text: str, **query: str) -> httpx.Response:
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    return await client.post(
        f"/api/v1/{what}/import", content=text.encode(), params=query, headers=headers
    )


async def count(client: httpx.AsyncClient, what: str) -> int:
    return len((await client.get(f"/api/v1/{what}")).json()["items"])


GOOD = {"stations": "identity,label\nA,one\nB,two\n", "tokens": "uid,label\nA,one\nB,two\n"}
BAD = {
    "stations": "identity,security_profile\nA,0\nb:b,0\nC,0\n",
    "tokens": "uid,status\nA,accepted\nB,maybe\nC,blocked\n",
}


@pytest.mark.parametrize("what", ["stations", "tokens"])
async def test_a_good_file_adds_and_then_updates(api: httpx.AsyncClient, what: str) -> None:
    answer = await take(api, what, "\ufeff" + GOOD[what])
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["added"], told["updated"], told["errors"]) == (2, 0, [])
    told = (await take(api, what, GOOD[what].replace("two", "new"))).json()
    assert (told["added"], told["updated"]) == (0, 2)
    shown = (await api.get(f"/api/v1/{what}/B")).json()
    assert shown["label"] == "new"


@pytest.mark.parametrize("what", ["stations", "tokens"])
async def test_a_file_with_a_bad_line_is_not_taken_at_all(
    api: httpx.AsyncClient, what: str
) -> None:
    body = problem(await take(api, what, BAD[what]), 422)
    assert [flaw["line"] for flaw in body["errors"]] == [3]
    assert all(flaw["message"] for flaw in body["errors"])
    assert await count(api, what) == 0


@pytest.mark.parametrize("what", ["stations", "tokens"])
async def test_the_good_lines_are_taken_where_that_is_asked_for(
    api: httpx.AsyncClient, what: str
) -> None:
    told = (await take(api, what, BAD[what], partial="true")).json()
    assert (told["added"], told["updated"]) == (2, 0)
    assert [flaw["line"] for flaw in told["errors"]] == [3]
    assert await count(api, what) == 2


@pytest.mark.parametrize("what", ["stations", "tokens"])
@pytest.mark.parametrize("text", ["nonsense\nA\n", "\n", "uid,identity,identity,uid\n,:,,\n"])
async def test_a_file_without_a_usable_line_is_refused_even_in_part(
    api: httpx.AsyncClient, what: str, text: str
) -> None:
    problem(await take(api, what, text, partial="true"), 422)
    assert await count(api, what) == 0


@pytest.mark.parametrize("what", ["stations", "tokens"])
async def test_what_is_not_utf_8_or_not_true_or_false_is_refused(
    api: httpx.AsyncClient, what: str
) -> None:
    answer = await api.post(f"/api/v1/{what}/import", content=b"uid,identity\n\xe5,\xe5")
    assert "UTF-8" in problem(answer, 422)["detail"]
    assert problem(await take(api, what, "x", partial="some"), 400)["errors"][0]["field"]
    problem(await api.post(f"/api/v1/{what}/import"), 400)


async def test_files_may_be_larger_than_other_bodies_but_not_endless(
    api: httpx.AsyncClient,
) -> None:
    lines = "".join(f"T{number:07},{'x' * 400}\n" for number in range(4000))
    told = (await take(api, "tokens", "uid,label\n" + lines)).json()
    assert told["added"] == 4000
    problem(await take(api, "tokens", "x" * (MOST_BYTES + 1)), 413)
