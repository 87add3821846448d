"""Which addresses stations find, and for which security profiles."""

import pytest

from laddnav.bootstrap.errors import StartupError
from laddnav.bootstrap.places import places
from laddnav.gateway.entry.tls import Asks
from laddnav.settings import Settings, SettingsError, load


@pytest.mark.ocpp("A00.FR.006")
def test_each_profile_may_have_an_address_of_its_own() -> None:
    settings = Settings(
        ocpp="",
        ocpp_listeners=("127.0.0.1:1=0+1", "[::1]:2=2", "host:3=3", "[::]:4=2+3"),
    )
    found = [(each.host, each.port, each.profiles, each.asks) for each in places(settings)]
    assert found == [
        ("127.0.0.1", 1, frozenset({0, 1}), None),
        ("::1", 2, frozenset({2}), Asks.NEVER),
        ("host", 3, frozenset({3}), Asks.ALWAYS),
        ("::", 4, frozenset({2, 3}), Asks.OPTIONALLY),
    ]


@pytest.mark.ocpp("A00.FR.006")
def test_one_address_serves_all_profiles_that_it_can() -> None:
    settings = Settings(ocpp="127.0.0.1:1", ocpp_tls="127.0.0.1:2")
    found = [(each.scheme, each.profiles, each.asks) for each in places(settings)]
    assert found == [("ws", None, None), ("wss", None, Asks.OPTIONALLY)]


def test_an_address_has_tls_or_has_not() -> None:
    with pytest.raises(StartupError, match=r"--ocpp-listeners 127\.0\.0\.1:1=1\+2: profiles 0 and"):
        places(Settings(ocpp_listeners=("127.0.0.1:1=1+2",)))


@pytest.mark.parametrize("text", ["127.0.0.1:1", "127.0.0.1:1=", "127.0.0.1=2", "a:1=4", "a:1=2,3"])
def test_an_address_without_profiles_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="setting ocpp_listeners"):
        load(flags={}, environment={"LADDNAV_OCPP_LISTENERS": text})


def test_addresses_come_from_the_environment_too() -> None:
    environment = {"LADDNAV_OCPP_LISTENERS": "127.0.0.1:1=2+3, 127.0.0.1:2=3"}
    settings = load(flags={}, environment=environment)
    assert settings.ocpp_listeners == ("127.0.0.1:1=2+3", "127.0.0.1:2=3")
