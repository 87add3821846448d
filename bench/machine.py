"""The machine that a benchmark ran on."""

import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # published without type information

from bench.figures import Machine

_PACKAGES = ("aiohttp", "asyncpg", "msgspec", "ocpp", "SQLAlchemy", "uvloop", "websockets")


def this_machine() -> Machine:
    """Describe it, without naming it."""
    return Machine(
        cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        load=os.getloadavg()[0],
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=platform.system(),
        disk=_file_system(Path(tempfile.gettempdir()).resolve()),
        versions={name: version(name) for name in _PACKAGES},
    )


def _file_system(folder: Path) -> str:
    """Return the kind of file system that holds a folder."""
    mounts = {Path(one.mountpoint): one.fstype for one in psutil.disk_partitions(all=True)}
    return next(
        (mounts[place] for place in (folder, *folder.parents) if place in mounts), "unknown"
    )
