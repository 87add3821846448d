"""Secrets that are made here."""

import pytest

from laddnav.kernel.ids import new_secret


@pytest.mark.ocpp("A01.FR.06")
@pytest.mark.ocpp("A01.FR.07")
def test_a_new_secret_is_as_long_as_it_is_asked_for_and_never_the_same() -> None:
    made = {new_secret(20) for _ in range(1_000)}
    assert len(made) == 1_000
    assert {len(bytes.fromhex(secret)) for secret in made} == {20}
