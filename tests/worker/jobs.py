"""What processes of the pool are asked to do."""

import os
import signal
import sys
import threading


def process_id() -> int:
    return os.getpid()


def product(one: int, other: int) -> int:
    return one * other


def printed(text: str) -> str:
    sys.stdout.write(text)
    return text


def hang() -> None:
    threading.Event().wait()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    raise SystemExit


def refuse(text: str) -> None:
    raise ValueError(text)


class UnportableError(Exception):
    """It cannot be made again of what it says."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def refuse_oddly() -> None:
    one, other = "this", "that"
    raise UnportableError(one, other)


def unportable() -> object:
    return threading.Lock()


def interrupt() -> int:
    """Do as Ctrl+C and the stop of a service do to every process of a group."""
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    return os.getpid()
