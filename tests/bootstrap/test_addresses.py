"""What is said of addresses that cannot be had."""

import errno
import os
import socket

import pytest

from laddnav.bootstrap.addresses import unavailable


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EADDRINUSE, "address already in use; stop what uses it"),
        (errno.EADDRNOTAVAIL, "no address of this machine; give one that it has"),
        (errno.EACCES, "may not listen on that port"),
        (errno.EMFILE, "too many open files; choose another address"),
    ],
)
def test_an_address_that_cannot_be_had_is_told_with_what_is_wrong(number: int, advice: str) -> None:
    error = OSError(number, os.strerror(number))
    said = str(unavailable("web", "192.0.2.1:80", error))
    assert said.startswith("--web 192.0.2.1:80: ")
    assert advice in said


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        OSError(socket.EAI_NONAME, "Name or service not known (while attempting to bind)"),
        UnicodeError("too long"),
    ],
)
def test_a_host_that_cannot_be_resolved_is_told_as_that(error: OSError | UnicodeError) -> None:
    said = str(unavailable("ocpp", "nowhere.invalid:0", error))
    assert said.startswith("--ocpp nowhere.invalid:0: the name of this host cannot be resolved")


def test_an_address_of_another_machine_is_told_as_that() -> None:
    with pytest.raises(OSError, match="assign") as refused:
        socket.create_server(("192.0.2.1", 0))
    assert "no address of this machine" in str(unavailable("ocpp", "192.0.2.1:0", refused.value))
