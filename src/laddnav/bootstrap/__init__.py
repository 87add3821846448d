"""From settings to a running server, and to a server for the length of one command."""

from laddnav.bootstrap.control import answers, control_socket
from laddnav.bootstrap.errors import StartupError
from laddnav.bootstrap.logs import configure as configure_logs
from laddnav.bootstrap.offline import migrate, offline
from laddnav.bootstrap.server import Running, running, serve

__all__ = [
    "Running",
    "StartupError",
    "answers",
    "configure_logs",
    "control_socket",
    "migrate",
    "offline",
    "running",
    "serve",
]
