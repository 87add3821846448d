"""Addresses as settings write them: HOST:PORT."""

from laddnav.bootstrap.errors import StartupError


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


def in_use(name: str, text: str, error: OSError) -> StartupError:
    """Return what to say where an address cannot be had."""
    reason = (error.strerror or "it cannot be had").lower()
    return StartupError(f"--{name} {text}: {reason}; stop what uses it, or choose another port")
