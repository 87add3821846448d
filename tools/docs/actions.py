"""docs/conformance: every action of every version, and what is done with it."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from msgspec import Struct, convert

import laddnav.gateway.translators  # noqa: F401 - importing it fills the table of answers
from laddnav.gateway.dispatch import answering
from laddnav.ocpp.action import Action, Direction, Version

_PACKAGES: Final = {Version.V16: "v16", Version.V201: "v201", Version.V21: "v21"}
_SPEAKS: Final = {Version.V16: {"v16"}, Version.V201: {"v201"}, Version.V21: {"v201", "v21"}}
_NOTICES: Final = "gateway/answers/notices.py"
_DATA: Final = Path(__file__).with_name("actions.toml")
_MOST: Final = 2
_NO_SENDERS: Final = {"answers", "Notice", "from_stations"}


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the code cannot say of actions: see the file."""

    answered: dict[str, str]
    later: dict[str, str]
    later_alone: dict[str, str]


def words() -> Words:
    """Return the file."""
    return convert(tomllib.loads(_DATA.read_text(encoding="utf-8")), Words)


def table(version: Version) -> Mapping[str, Action]:
    """Return the actions of a version, by name."""
    actions: dict[str, Action] = import_module(f"laddnav.ocpp.{_PACKAGES[version]}").ACTIONS
    return dict(sorted(actions.items()))


class Row(Struct, frozen=True, kw_only=True):
    """One action in one direction.

    Attributes:
        is_done: Whether it is acted on, or sent by a command of ours.
        state: The same in words, or what is missing.
        places: The modules.
    """

    action: Action
    is_done: bool
    state: str
    places: Sequence[str]


def from_stations(version: Version) -> list[Row]:
    """Return what stations send."""
    known, found = words(), []
    for action in table(version).values():
        if action.direction is Direction.CSMS_TO_STATION:
            continue
        place = _module(version, action)
        reason = known.answered.get(action.name)
        is_done = place != _NOTICES and reason is None
        state = "acted on" if is_done else f"answered: {reason or 'kept in the journal'}"
        found.append(_row(known, action, state, [place], is_done=is_done))
    return found


def to_stations(version: Version, sent: Mapping[str, Sequence[str]]) -> list[Row]:
    """Return what is sent to stations; `sent` are the modules that send an action."""
    known, found = words(), []
    for action in table(version).values():
        if action.direction is Direction.STATION_TO_CSMS:
            continue
        places = [place for place in sent.get(action.name, ()) if _serves(version, place)]
        state = "sent by commands" if places else "by raw call only"
        found.append(_row(known, action, state, places, is_done=bool(places)))
    return found


def _row(known: Words, action: Action, state: str, places: Sequence[str], *, is_done: bool) -> Row:
    later = known.later_alone.get(action.name) or known.later.get(action.block)
    if later and not is_done:
        state += f"; more with {later}"
    return Row(action=action, is_done=is_done, state=state, places=places)


def _module(version: Version, action: Action) -> str:
    module = answering(version)[action.name].__module__
    return module.removeprefix("laddnav.").replace(".", "/") + ".py"


def _serves(version: Version, place: str) -> bool:
    folder = place.split("/")[1]
    return folder not in _PACKAGES.values() or folder in _SPEAKS[version]


def senders(source: Path) -> dict[str, list[str]]:
    """Return the modules of the gateway that name an action to a function that sends it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((source / "gateway").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name in dict.fromkeys(_named(tree)):
            found[name].append(path.relative_to(source).as_posix())
    return found


def _named(tree: ast.AST) -> Iterator[str]:
    """Yield the texts that are told to functions, chosen or given a name."""
    for node in ast.walk(tree):
        told: list[ast.expr] = []
        match node:
            case ast.Call() if ast.unparse(node.func) not in _NO_SENDERS:
                told = [*node.args[:1], *(each.value for each in node.keywords)]
            case ast.IfExp():
                told = [node.body, node.orelse]
            case ast.AnnAssign(value=value) if value is not None:
                told = [value]
        for each in told:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value


def tests_of(tests: Path) -> dict[str, list[str]]:
    """Return the files of tests in which a text stands alone, by the text."""
    found: dict[str, list[str]] = defaultdict(list)
    for room in ("gateway", "system"):
        for path in sorted((tests / room).rglob("test_*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
            for text in texts:
                if isinstance(text, str) and text.isalnum():
                    found[text].append(path.relative_to(tests.parent).as_posix())
    return found


def pages(root: Path) -> dict[str, str]:
    """Return a page for each version, by its name."""
    sent, tests = senders(root / "src" / "laddnav"), tests_of(root / "tests")
    return {f"ocpp-{version.value}.md": _page(version, sent, tests) for version in _PACKAGES}


def _page(
    version: Version, sent: Mapping[str, Sequence[str]], tests: Mapping[str, Sequence[str]]
) -> str:
    told, asked = from_stations(version), to_stations(version, sent)
    lines = [
        f"# OCPP {version.value}: actions\n",
        f"**{_done(told)} of {len(told)} actions from stations are acted on, {_done(asked)} of",
        f"{len(asked)} to stations are sent by commands of ours.** The others are not left out:",
        "what stations say is answered honestly, in the words of the version, and kept in the",
        f"journal; any of the {len(asked)} can be sent by `laddnav call` and",
        "`POST /api/v1/stations/{identity}/calls`, checked against its schema.\n",
        "They are swept by [test_every_answer](../../tests/gateway/test_every_answer.py) and",
        "[test_every_command](../../tests/gateway/test_every_command.py); whatever is sent in any",
        "test is held against the official schemas ([official](../../tests/official.py)).",
        "[Requirements](requirements.md)\n",
        "## From stations\n",
        *_rows(version, told, tests),
        "\n## To stations\n",
        *_rows(version, asked, tests),
    ]
    return "\n".join(lines)


def _done(rows: Sequence[Row]) -> int:
    return sum(row.is_done for row in rows)


def _rows(
    version: Version, rows: Sequence[Row], tests: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    yield "| action | block | what is done | lives in | tests |"
    yield "|---|---|---|---|---|"
    for row in rows:
        name, block = row.action.name, row.action.block.replace("_", " ")
        files = [path for path in tests.get(name, ()) if _tells_of(version, path)]
        yield f"| {name} | {block} | {row.state} | {_cell(row.places)} | {_files(files)} |"


def _tells_of(version: Version, path: str) -> bool:
    """Whether a file of tests may be about a version: its name says no other one."""
    others = set(_PACKAGES.values()) - _SPEAKS[version]
    parts = path.removesuffix(".py").split("/")
    return not any(part.endswith(other) for part in parts for other in others)


def _cell(places: Sequence[str]) -> str:
    more = [f"and {len(places) - _MOST} more"] if len(places) > _MOST else []
    return "<br>".join([f"`{place}`" for place in places[:_MOST]] + more)


def _files(paths: Sequence[str]) -> str:
    links = [f"[{Path(path).stem}](../../{path})" for path in paths[:_MOST]]
    more = [f"and {len(paths) - _MOST} more"] if len(paths) > _MOST else []
    return "<br>".join(links + more)
