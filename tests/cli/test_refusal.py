"""How refusals are printed for people and for programs."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from laddnav.cli import refusal

ITEMS: list[dict[str, Any]] = [
    {
        "id": "1", "identity": "", "address": "192.0.2.7", "addresses": 4_000,
        "reason": "bad_path", "remedy": "Mend it.", "detail": "", "count": 4_901,
        "first_at": "2026-03-01T12:00:00Z", "last_at": "2026-03-01T12:01:00Z",
    },
    {
        "id": "2", "identity": "CP1", "address": "192.0.2.8", "addresses": 1,
        "reason": "bad_path", "remedy": "Mend it.", "detail": "", "count": 2,
        "first_at": "2026-03-01T12:00:00Z", "last_at": "2026-03-01T12:00:30Z",
    },
]  # fmt: skip


@pytest.fixture(autouse=True)
def _answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(refusal, "listed", lambda *_, **__: ITEMS)


def test_people_read_how_many_were_refused_and_from_how_many_addresses() -> None:
    lines = CliRunner().invoke(refusal.refusal, ["list"]).output.splitlines()
    (flood,) = [line for line in lines if "192.0.2.7" in line]
    (single,) = [line for line in lines if "192.0.2.8" in line]
    assert "192.0.2.7 and 3999 more" in flood
    assert "4901" in flood
    assert "more" not in single


def test_programs_read_what_the_api_says() -> None:
    assert json.loads(CliRunner().invoke(refusal.refusal, ["list", "--json"]).output) == ITEMS
