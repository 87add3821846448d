"""Reads the quirks' files, once: those that are shipped, and those of the operator's folder."""

import tomllib
from pathlib import Path
from typing import Final

import msgspec

from laddnav.ocpp import v16, v21, v201
from laddnav.stations.model.quirk import KnownQuirk, Manners, Origin, Quirk

SHIPPED: Final = Path(__file__).parent
_MOST: Final = 1_000
_COMMANDS: Final = frozenset({*v16.ACTIONS, *v201.ACTIONS, *v21.ACTIONS})


class QuirksMisconfiguredError(Exception):
    """A file cannot be used; the text is one line that says which, where and why."""


def load(folder: str = "") -> tuple[KnownQuirk, ...]:
    """Return all quirks, the operator's first; one of theirs replaces a shipped one of its name.

    Args:
        folder: Where the operator's files are; "": there are none.

    Raises:
        QuirksMisconfiguredError: The folder, or a file in it, cannot be used.
    """
    own = _read_all(Path(folder), Origin.OPERATOR) if folder else ()
    names = {known.quirk.name for known in own}
    shipped = _read_all(SHIPPED, Origin.SHIPPED)
    return (*own, *(known for known in shipped if known.quirk.name not in names))


def _read_all(folder: Path, origin: Origin) -> tuple[KnownQuirk, ...]:
    if not folder.is_dir():
        message = f"the folder of quirks {folder} is not there (setting quirks)"
        raise QuirksMisconfiguredError(message)
    paths = sorted(folder.glob("*.toml"))
    if len(paths) > _MOST:
        message = f"the folder of quirks {folder} holds more than {_MOST} files (setting quirks)"
        raise QuirksMisconfiguredError(message)
    return tuple(KnownQuirk(quirk=read(path), origin=origin) for path in paths)


def read(path: Path) -> Quirk:
    """Return the quirk in a file.

    Raises:
        QuirksMisconfiguredError: It is none.
    """
    try:
        quirk = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Quirk)
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise _wrong(path, f"cannot be used: {error}") from None
    if quirk.name != path.stem:
        raise _wrong(path, f"cannot be used: its name is {quirk.name!r}, not {path.stem!r}")
    stranger = _stranger(quirk.implies)
    if stranger is not None:
        raise _wrong(path, f"cannot be used: OCPP has no command {stranger!r} (never_ask)")
    return quirk


def _stranger(implies: Manners) -> str | None:
    """Return a command that it shall never be asked and that no version has."""
    asked = (name.partition(":")[0] for name in implies.never_ask or ())
    return next((name for name in asked if name not in _COMMANDS), None)


def _wrong(path: Path, what: str) -> QuirksMisconfiguredError:
    return QuirksMisconfiguredError(" ".join(f"the quirk {path} {what}".split()))
