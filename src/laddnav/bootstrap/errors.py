"""What keeps a server from starting."""


class StartupError(Exception):
    """The server cannot start: one line that says why and what to do."""
