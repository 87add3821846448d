"""Tokens over the API."""

from typing import Any

import httpx
import pytest

from tests.web.asking import everything, problem

PATH = "/api/v1/tokens"
SOONER, LATER = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"


async def test_a_token_is_added_and_shown_with_all_its_fields(api: httpx.AsyncClient) -> None:
    body = {
        "uid": "04E1", "type": "iso15693", "status": "blocked", "group": "fleet",
        "valid_from": "2026-01-01T01:00:00+01:00", "valid_until": "2027-01-01T00:00:00.25Z",
        "allow_concurrent": True, "language": "sv", "label": "Anna",
    }  # fmt: skip
    answer = await api.post(PATH, json=body)
    assert answer.status_code == 201
    item = answer.json()
    assert item.pop("created_at") == item.pop("updated_at")
    assert item == {
        **body,
        "type": "ISO15693",
        "valid_from": "2026-01-01T00:00:00.000Z",
        "valid_until": "2027-01-01T00:00:00.250Z",
    }
    assert (await api.get(f"{PATH}/04e1")).json() == answer.json()


async def test_a_uid_is_enough(api: httpx.AsyncClient) -> None:
    item = (await api.post(PATH, json={"uid": "A/B C"})).json()
    assert (item["type"], item["status"]) == ("ISO14443", "accepted")
    assert item["valid_until"] is item["group"] is item["allow_concurrent"] is None
    assert (await api.get(f"{PATH}/a%2Fb%20c")).json() == item


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"uid": " "}, "uid"),
        ({"uid": "x" * 256}, "uid"),
        ({"uid": "A\u0000"}, "uid"),
        ({"uid": "A", "type": "x" * 21}, "type"),
        ({"uid": "A", "status": "maybe"}, "status"),
        ({"uid": "A", "valid_until": "tomorrow"}, "valid_until"),
        ({"uid": "A", "valid_until": 1767225600}, "valid_until"),
        (
            {"uid": "A", "valid_from": LATER, "valid_until": SOONER},
            "valid_until",
        ),
    ],
)
async def test_a_token_that_cannot_be_is_refused_with_the_field(
    api: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    flaws = problem(await api.post(PATH, json=body), 422)["errors"]
    assert [flaw["field"] for flaw in flaws] == [field]
    assert (await api.get(PATH)).json()["items"] == []


async def test_a_uid_that_is_taken_in_another_case_is_a_conflict(api: httpx.AsyncClient) -> None:
    await api.post(PATH, json={"uid": "abc"})
    problem(await api.post(PATH, json={"uid": "ABC"}), 409)


async def test_only_what_is_named_changes(api: httpx.AsyncClient) -> None:
    await api.post(PATH, json={"uid": "A", "group": "g", "valid_until": "2027-01-01T00:00:00Z"})
    answer = await api.patch(f"{PATH}/a", json={"status": "no_credit", "valid_until": None})
    assert answer.status_code == 200
    item = answer.json()
    assert (item["status"], item["group"], item["valid_until"]) == ("no_credit", "g", None)


async def test_a_change_that_cannot_be_is_refused(api: httpx.AsyncClient) -> None:
    await api.post(PATH, json={"uid": "A"})
    for change in ({"status": None}, {"uid": "B"}, {"valid_from": "next year"}, {"type": ""}):
        problem(await api.patch(f"{PATH}/A", json=change), 422)
    assert (await api.get(f"{PATH}/A")).json()["status"] == "accepted"


@pytest.mark.ocpp("C04.FR.04")
async def test_a_code_is_shown_to_nobody(api: httpx.AsyncClient) -> None:
    added = await api.post(PATH, json={"uid": "314159", "type": "KeyCode"})
    assert added.json()["uid"].startswith("keycode:")
    listed = await api.get(PATH)
    assert listed.json()["items"] == [added.json()]
    shown = await api.get(f"{PATH}/314159")
    assert shown.json() == added.json()
    assert not any("314159" in answer.text for answer in (added, listed, shown))
    flaws = problem(await api.patch(f"{PATH}/314159", json={"type": "ISO14443"}), 422)["errors"]
    assert [flaw["field"] for flaw in flaws] == ["type"]


async def test_a_removed_token_is_gone(api: httpx.AsyncClient) -> None:
    await api.post(PATH, json={"uid": "A"})
    assert (await api.delete(f"{PATH}/a")).status_code == 204
    problem(await api.delete(f"{PATH}/A"), 404)
    problem(await api.get(f"{PATH}/A"), 404)
    problem(await api.patch(f"{PATH}/A", json={"status": "blocked"}), 404)


async def test_tokens_are_listed_page_by_page(api: httpx.AsyncClient) -> None:
    for number in range(7):
        await api.post(PATH, json={"uid": f"T{number}"})
    items = await everything(api, "tokens", 3)
    assert [item["uid"] for item in items] == [f"T{number}" for number in range(7)]


async def test_a_bare_date_means_the_same_here_as_in_a_file(api: httpx.AsyncClient) -> None:
    told = {"uid": "DAY", "valid_from": "2027-01-01", "valid_until": "2027-12-31"}
    added = (await api.post(PATH, json=told)).json()
    assert (added["valid_from"], added["valid_until"]) == (
        "2027-01-01T00:00:00.000Z",
        "2028-01-01T00:00:00.000Z",
    )
    file = "uid;valid_from;valid_until\nFILE;2027-01-01;2027-12-31\n"
    await api.post(f"{PATH}/import", content=file, headers={"Content-Type": "text/csv"})
    taken = (await api.get(f"{PATH}/FILE")).json()
    assert [taken[name] for name in told if name != "uid"] == [
        added[name] for name in told if name != "uid"
    ]
    changed = await api.patch(f"{PATH}/DAY", json={"valid_until": "2027-06-30T12:00:00"})
    assert changed.json()["valid_until"] == "2027-06-30T12:00:00.000Z"
    wrong = problem(await api.patch(f"{PATH}/DAY", json={"valid_until": "tomorrow"}), 422)
    assert "is not like 2027-01-31 or 2027-01-31T12:00:00Z" in wrong["detail"]
