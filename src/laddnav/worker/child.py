"""A process of the pool: calls come in and answers go out by a socket, its standard input.

Each message is a pickle behind its length. A call is a function and its arguments; its answer is
(True, what the function returned) or (False, what it raised).
"""

import os
import pickle
import signal
import socket
import threading
import traceback
from contextlib import suppress
from queue import SimpleQueue
from typing import Final

HEAD: Final = 8
"""Octets of a message's length, the highest first."""


def framed(message: bytes) -> bytes:
    """Return a message behind its length."""
    return len(message).to_bytes(HEAD) + message


def serve() -> None:
    """Do what is asked, one call after the other, until whoever asks is gone.

    Signals meant for the whole group (Ctrl+C, the stop of a service) are the parent's to obey: it
    may need this process until it has finished.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    line = socket.socket(fileno=0)
    calls: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(line, calls), daemon=True).start()
    with suppress(OSError, SystemExit):
        while True:
            line.sendall(framed(answer(calls.get())))
    os._exit(1)  # at once: the thread that listens would be in the way of an orderly end


def _listen(line: socket.socket, calls: "SimpleQueue[bytes]") -> None:
    """Pass calls on; end the process with its parent, whatever is being done then."""
    source = line.makefile("rb")
    with suppress(OSError):
        while head := source.read(HEAD):
            calls.put(source.read(int.from_bytes(head)))
    os._exit(0)


def answer(call: bytes) -> bytes:
    """Do one call and return its answer."""
    try:
        function, arguments = pickle.loads(call)  # noqa: S301 - what is unpickled comes from our own parent process, through a pipe
        return pickle.dumps((True, function(*arguments)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is handed to the caller
        error.add_note(f"in a process of the pool:\n{traceback.format_exc()}")
        return _raised(error)


def _raised(error: Exception) -> bytes:
    """Return the answer that a call has raised `error`, or one like it where it cannot travel."""
    try:
        told = pickle.dumps((False, error))
        pickle.loads(told)  # noqa: S301 - what is unpickled was pickled a line above
    except Exception:  # noqa: BLE001 - an error may hold anything, and fail to be pickled in any way
        told = pickle.dumps((False, RuntimeError("\n".join([repr(error), *error.__notes__]))))
    return told
