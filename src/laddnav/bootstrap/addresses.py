"""Addresses as settings write them: HOST:PORT."""

import errno
from typing import Final

from laddnav.bootstrap.errors import StartupError

_WRONG: Final = {
    errno.EADDRINUSE: "address already in use; stop what uses it, or choose another port",
    errno.EADDRNOTAVAIL: (
        "this is no address of this machine; give one that it has, or 0.0.0.0 for all of them"
    ),
    errno.EACCES: "this user may not listen on that port; choose one from 1024 on",
}


def split_address(name: str, text: str) -> tuple[str, int]:
    """Return host and port of the setting `name`; `[::]:9000` is IPv6, `:9000` every address.

    Raises:
        StartupError: The port is none.
    """
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004 - the highest TCP port
        message = f"--{name} {text}: give it as HOST:PORT, for example 0.0.0.0:9000"
        raise StartupError(message)
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - no host means every interface, as the settings' reference says


def unavailable(name: str, text: str, error: OSError | UnicodeError) -> StartupError:
    """Return what to say where an address cannot be had."""
    # The numbers of the resolver's errors are negative, in whatever class they come.
    if isinstance(error, UnicodeError) or (error.errno or 0) < 0:
        reason = "the name of this host cannot be resolved; give an address of this machine"
    else:
        reason = (error.strerror or "it cannot be had").lower()
        reason = _WRONG.get(error.errno or 0, f"{reason}; choose another address")
    return StartupError(f"--{name} {text}: {reason}")
