"""How a call of a station can fail."""


class CallError(Exception):
    """A call brought no answer that can be used."""


class LinkLostError(CallError):
    """The connection went away before the answer came; nobody knows whether it was heard."""


class NoAnswerError(CallError):
    """The connection stands, but no answer came in time."""


class RefusedError(CallError):
    """The server answered with an error.

    Attributes:
        code: The error code as it came.
        description: The server's words.
    """

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


class UnreadableError(CallError):
    """The answer is not what its type allows."""


class ConnectError(Exception):
    """No connection could be made.

    Attributes:
        status: The HTTP status of the refusal; None where it did not come so far.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
