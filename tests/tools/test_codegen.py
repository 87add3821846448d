"""The generator: what is committed is what it makes, and it stops where it would guess."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from tools.codegen import __main__ as command
from tools.codegen import output
from tools.codegen.naming import attribute
from tools.codegen.schemas import Reader

WANTED = cache(output.generated)


def descriptions(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["description"]} if isinstance(node.get("description"), str) else set()
        return own.union(*map(descriptions, node.values()))
    return set().union(*map(descriptions, node)) if isinstance(node, list) else set()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty tree for the generator to write to, with what it makes already at hand."""
    monkeypatch.setattr(output, "generated", WANTED)
    monkeypatch.setattr(output, "ROOT", tmp_path)
    return tmp_path


def test_what_is_committed_is_what_the_generator_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert output.stale(WANTED()) == []
    assert capsys.readouterr().out == ""


def test_check_names_what_is_stale_and_writes_nothing(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([]) == 0
    changed, missing, foreign = (
        Path("src/laddnav/ocpp") / name for name in ("v16/core.py", "v201/metering.py", "v21/x.py")
    )
    (tree / changed).write_text("# by hand\n", encoding="utf-8")
    (tree / missing).unlink()
    (tree / foreign).write_text("", encoding="utf-8")
    capsys.readouterr()
    assert command.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"stale: {path}" for path in (changed, missing, foreign)
    ]
    assert (tree / changed).read_text(encoding="utf-8") == "# by hand\n"
    assert command.main([]) == 0
    assert command.main(["--check"]) == 0
    assert not (tree / foreign).exists()


def test_every_file_says_that_it_is_generated_and_how() -> None:
    first = {source.splitlines()[0] for source in WANTED().values()}
    assert first == {"# Generated from the official JSON schemas by `./dev codegen`: do not edit."}


def test_no_description_of_the_schemas_is_carried_over() -> None:
    everything = " ".join(" ".join(WANTED().values()).split())
    texts = {
        " ".join(text.split())
        for version in ("v16", "v201", "v21")
        for file in files("ocpp").joinpath(version, "schemas").iterdir()
        for text in descriptions(json.loads(file.read_text(encoding="utf-8-sig")))
    }
    long = {text for text in texts if len(text) > 25}
    assert len(long) > 500
    assert [text for text in long if text in everything] == []


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("connectorId", "connector_id"),
        ("responderURL", "responder_url"),
        ("prioritizedEMAIDs", "prioritized_emaids"),
        ("evMaximumLevel1DCInjection", "ev_maximum_level1_dc_injection"),
        ("numEPriceLevels", "num_e_price_levels"),
        ("limit_L3", "limit_l3"),
        ("class", "class_"),
    ],
)
def test_a_wire_name_is_cut_into_its_words(wire: str, name: str) -> None:
    assert attribute(wire) == name


@pytest.mark.parametrize("wire", ["con-nector", "a b", "größe"])
def test_a_wire_name_that_cannot_be_cut_stops_the_generator(wire: str) -> None:
    with pytest.raises(ValueError, match="cannot cut"):
        attribute(wire)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "object", "properties": {"colour": {"enum": ["Red"]}}}, "no name for the type"),
        ({"type": "object", "properties": {"n": {"type": "null"}}}, "schema of type 'null'"),
        (
            {"type": "object", "properties": {"n": {"type": "number", "multipleOf": 0.01}}},
            r"multipleOf 0\.01",
        ),
        (
            {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0.5}}},
            "not whole",
        ),
        (
            {
                "type": "object",
                "properties": {
                    "phase": {"enum": ["L1"]},
                    "other": {"type": "object", "properties": {"phase": {"enum": ["L2"]}}},
                },
            },
            "no name for the type of|not the same in all schemas",
        ),
    ],
)
def test_a_schema_it_does_not_understand_stops_the_generator(
    schema: dict[str, object], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tools.codegen.schemas.message_schemas", lambda _: [("Test", "TestRequest", schema)]
    )
    with pytest.raises(ValueError, match=reason):
        Reader("v16")
