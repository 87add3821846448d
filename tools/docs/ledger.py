"""The requirements that are known, and what is proven of them: data, code and tests compared.

A file of `requirements/` holds the ids of one functional block (ids only; the words are in the
specifications): those that bind the central system (`csms`), those that bind stations (`station`)
and those that bind operators, manufacturers or authorities (`others`), by use case. "+" marks what
only OCPP 2.1 has, "-" what only 2.0.1 has. For the first, the file also says what is not done
(`open`) or not wholly (`partly`), and why; where a requirement lives that no docstring cites
(`lives`); and, for the whitepaper of 1.6, which id 2.x has for the same, where it is another or
none (`same`).
"""

import ast
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, convert

_FOLDER: Final = Path(__file__).with_name("requirements")
_CITED: Final = re.compile(r"\b([A-S]\d\d)\.FR\.(\d{2,3})(?:(-|/)(\d{2,3})\b)?")
_KNOWN: Final = re.compile(r"(?:1\.6 )?[A-S]\d\d\.FR\.\d{2,3}")
_LABEL: Final = {"": "both", "+": "2.1", "-": "2.0.1"}


class Block(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        prefix: What stands before each id in markers, "1.6 " for the whitepaper.
        later: Why nothing is done that is neither pinned nor listed; "" where all must be.
    """

    title: str
    prefix: str = ""
    later: str = ""
    csms: dict[str, str]
    station: dict[str, str] = {}
    others: dict[str, str] = {}
    open: dict[str, str] = {}
    partly: dict[str, str] = {}
    lives: dict[str, str] = {}
    same: dict[str, str] = {}

    @property
    def binding(self) -> dict[str, str]:
        """The ids that bind the central system, with the versions that have them."""
        return dict(_ids(self.csms, self.prefix))

    @property
    def others_duty(self) -> list[str]:
        """The ids that bind somebody else."""
        return [name for each in (self.station, self.others) for name, _ in _ids(each, self.prefix)]


def _ids(table: Mapping[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    for case, numbers in table.items():
        for number in numbers.split():
            digits = number.rstrip("+-")
            yield f"{prefix}{case}.FR.{digits}", _LABEL[number.removeprefix(digits)]


class Requirement(Struct, frozen=True, kw_only=True):
    """One requirement on the central system.

    Attributes:
        versions: Which versions of 2.x have it.
        tests: Those that pin it, as "path::name".
        places: The modules that cite it.
        missing: Why it is not done, or what of it; "" where nothing is missing.
    """

    name: str
    versions: str
    tests: tuple[str, ...]
    places: tuple[str, ...]
    missing: str


class Ledger:
    """All blocks with what code and tests say of them.

    Attributes:
        blocks: By the names of their files.
        pins: The tests of each marker's id.
    """

    def __init__(
        self,
        blocks: Mapping[str, Block],
        pins: Mapping[str, list[str]],
        cited: Mapping[str, list[str]],
        modules: frozenset[str],
    ) -> None:
        self.blocks = blocks
        self.pins = pins
        self._cited = cited
        self._modules = modules
        self._lives = {
            f"{block.prefix}{name}": paths.split()
            for block in blocks.values()
            for name, paths in block.lives.items()
        }

    def requirements(self, block: Block) -> list[Requirement]:
        """Return what binds the central system, in the order of the ids."""
        return [self._requirement(block, name) for name in sorted(block.binding, key=_order)]

    def _requirement(self, block: Block, name: str) -> Requirement:
        plain = name.removeprefix(block.prefix)
        twin = block.same.get(plain, plain)
        tests = [*self.pins.get(name, ()), *self.pins.get(twin, ())]
        places = [
            *self._lives.get(name, ()),
            *self._lives.get(twin, ()),
            *self._cited.get(twin, ()),
        ]
        missing = block.open.get(plain) or block.partly.get(plain) or ""
        if not tests and not missing:
            missing = block.later
        return Requirement(
            name=name,
            versions=block.binding[name],
            tests=tuple(dict.fromkeys(tests)),
            places=tuple(dict.fromkeys(places)),
            missing=missing,
        )

    def faults(self) -> list[str]:
        """Return what data, code and tests do not agree on; [] where the pages are honest."""
        known = Counter(
            name for block in self.blocks.values() for name in (*block.binding, *block.others_duty)
        )
        found = [f"{name} is listed twice" for name, times in known.items() if times > 1]
        found += [
            f"{name} is in no list: {tests[0]}"
            for name, tests in self.pins.items()
            if _KNOWN.fullmatch(name) and name not in known
        ]
        for block in self.blocks.values():
            found += self._faults_of(block)
        return found

    def _faults_of(self, block: Block) -> Iterator[str]:
        binding = {name.removeprefix(block.prefix) for name in block.binding}
        for section in (block.open, block.partly, block.lives, block.same):
            yield from (f"{name} is said to bind others" for name in section.keys() - binding)
        for paths in block.lives.values():
            yield from (
                f"there is no {path}" for path in paths.split() if path not in self._modules
            )
        for requirement in self.requirements(block):
            plain = requirement.name.removeprefix(block.prefix)
            if not requirement.tests and not requirement.missing:
                yield f"{requirement.name} has no test, and no reason why it is not done"
            if not requirement.tests and plain in block.partly:
                yield f"{requirement.name} is said to be done in part and has no test"
            if requirement.tests and plain in block.open:
                yield f"{requirement.name} is said to be not done and has a test"
            if requirement.tests and not requirement.places:
                yield f"{requirement.name} has a test and lives nowhere"


def _order(name: str) -> tuple[str, int]:
    case, _, number = name.rpartition(".")
    return case, int(number)


def read(root: Path) -> Ledger:
    """Return the ledger of the repository at `root`."""
    source = root / "src" / "laddnav"
    modules = sorted(path.relative_to(source).as_posix() for path in source.rglob("*.py"))
    return Ledger(blocks(), pins(root / "tests"), _citations(source, modules), frozenset(modules))


def blocks() -> dict[str, Block]:
    """Return all files, by their names."""
    return {
        path.stem: convert(tomllib.loads(path.read_text(encoding="utf-8")), Block)
        for path in sorted(_FOLDER.glob("*.toml"))
    }


def cited(text: str) -> list[str]:
    """Return the ids that a text cites; "C09.FR.12-13" are two, "B05.FR.11/13" too."""
    found: list[str] = []
    for case, first, sign, last in _CITED.findall(text):
        numbers = [int(first)]
        if sign == "-":
            numbers = list(range(int(first), int(last) + 1))
        elif sign:
            numbers.append(int(last))
        found += [f"{case}.FR.{number:0{len(first)}}" for number in numbers]
    return found


def _citations(source: Path, modules: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        if not module.startswith(("simulator/", "ocpp/")):
            for name in dict.fromkeys(cited((source / module).read_text(encoding="utf-8"))):
                found[name].append(module)
    return found


def pins(tests: Path) -> dict[str, list[str]]:
    """Return the tests that bear a marker, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        for requirement, test in _markers(path):
            found[requirement].append(f"{path.relative_to(tests.parent).as_posix()}::{test}")
    return found


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
