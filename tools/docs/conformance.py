"""docs/conformance from the table of answers and the markers of the tests."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import laddnav.gateway.translators  # noqa: F401 - importing it fills the table of answers
from laddnav.gateway.dispatch import answering
from laddnav.ocpp.action import Action, Direction, Version

_MODULES = {Version.V16: "v16", Version.V201: "v201", Version.V21: "v21"}


def pages(tests: Path) -> dict[str, str]:
    """Return the documents by their paths."""
    found = {f"docs/conformance/ocpp-{version.value}.md": _actions(version) for version in _MODULES}
    found["docs/conformance/requirements.md"] = _requirements(tests)
    return found


def _actions(version: Version) -> str:
    actions: dict[str, Action] = import_module(f"laddnav.ocpp.{_MODULES[version]}").ACTIONS
    lines = [
        f"# OCPP {version.value}: actions\n",
        f"{len(actions)} actions have types. Those from stations are answered by the module named.",
        "Those to stations are sent by the commands of `stations.control` and, any of them, by",
        "`laddnav call` and `POST /api/v1/stations/{identity}/calls`.\n",
        "| action | block | direction | answered by |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {action.name} | {action.block.replace('_', ' ')} | {_way(action)} "
        f"| {_answered(version, action)} |"
        for action in sorted(actions.values(), key=lambda action: action.name)
    ]
    return "\n".join(lines)


def _way(action: Action) -> str:
    return {
        Direction.STATION_TO_CSMS: "from the station",
        Direction.CSMS_TO_STATION: "to the station",
        Direction.BOTH: "both",
    }[action.direction]


def _answered(version: Version, action: Action) -> str:
    function = answering(version).get(action.name)
    if function is None:
        return ""
    module = getattr(function, "__module__", "").removeprefix("laddnav.").replace(".", "/")
    return f"`{module}.py`"


def _requirements(tests: Path) -> str:
    pinned: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        for requirement, test in _markers(path):
            pinned[requirement].append(f"{path.relative_to(tests.parent)}::{test}")
    lines = [
        "# Requirements that tests pin\n",
        "The ids are those of the OCPP specifications (part 2) and of the security whitepaper.\n",
        "| requirement | tests |",
        "|---|---|",
    ]
    for requirement in sorted(pinned):
        names = "<br>".join(f"`{name}`" for name in dict.fromkeys(pinned[requirement]))
        lines.append(f"| {requirement} | {names} |")
    return "\n".join(lines)


def _markers(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each requirement with the test that bears its marker."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith(
                "mark.ocpp"
            ):
                for argument in decorator.args:
                    if isinstance(argument, ast.Constant):
                        yield str(argument.value), node.name
