"""Formats what was generated, writes it or compares it with what is there."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.codegen.catalogue import VERSIONS
from tools.codegen.render import version_modules

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path("src/laddnav/ocpp")


def generated() -> dict[Path, str]:
    """Every generated file, by its path below the root of the tree, as it should be."""
    with TemporaryDirectory() as scratch:
        base = Path(scratch)
        for version in VERSIONS:
            for name, source in version_modules(version).items():
                path = base / TARGET / version / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(source, encoding="utf-8")
        _tidy(base)
        return {
            path.relative_to(base): path.read_text(encoding="utf-8")
            for path in sorted(base.glob(f"{TARGET}/*/*.py"))
        }


def _tidy(base: Path) -> None:
    """Take out imports that are not used, sort the others, and format, by the tree's own rules."""
    known = 'lint.isort.known-first-party=["laddnav"]'  # found by looking, in the tree itself
    config = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", "--quiet", str(base)]
    _ruff("check", "--fix", "--select", "F401,I", "--config", known, *config)
    _ruff("format", *config)


def _ruff(*arguments: str) -> None:
    command = [sys.executable, "-m", "ruff", *arguments]
    subprocess.run(command, check=True)  # noqa: S603 - it runs ruff with our own arguments, nothing from outside


def stale(wanted: dict[Path, str]) -> list[Path]:
    """The files that differ from what they should be, those that should not be included."""
    present = {
        path.relative_to(ROOT)
        for version in VERSIONS
        for path in (ROOT / TARGET / version).glob("*.py")
    }
    wrong = {path for path, source in wanted.items() if _text(ROOT / path) != source}
    return sorted(wrong | (present - set(wanted)))


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def write(wanted: dict[Path, str]) -> list[Path]:
    """Bring every stale file up to date, and say which these were."""
    changed = stale(wanted)
    for path in changed:
        if path in wanted:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(wanted[path], encoding="utf-8")
        else:
            (ROOT / path).unlink()
    return changed
