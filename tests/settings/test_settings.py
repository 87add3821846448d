"""What is said of settings that cannot be used."""

from pathlib import Path

import pytest

from laddnav.settings import SettingsError, load, unknown


@pytest.mark.parametrize("name", ["bus", "database", "secret"])
def test_a_setting_that_may_hold_a_secret_is_not_repeated(tmp_path: Path, name: str) -> None:
    file = tmp_path / "laddnav.toml"
    file.write_text(f'{name} = ["scheme://user:geheim@host"]', encoding="utf-8")
    with pytest.raises(SettingsError, match=f"setting {name} .*str") as refused:
        load(flags={}, environment={}, config=str(file))
    assert "geheim" not in str(refused.value)


def test_another_setting_is_repeated_so_that_it_can_be_found() -> None:
    with pytest.raises(SettingsError, match=r"setting frame_bytes \(LADDNAV_FRAME_BYTES\).*'7'"):
        load(flags={}, environment={"LADDNAV_FRAME_BYTES": "7"})


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("trusted_proxies", "foo", "networks, for example 10.0.0.0/24"),
        ("trusted_proxies", "127.0.0.1,10.0.0.0/99", "networks, for example 10.0.0.0/24"),
        ("bus", "foo", "nats://HOST:PORT"),
        ("bus", "nats://", "nats://HOST:PORT"),
        ("former_secrets", "x", "at least 16 characters"),
        ("hold_seconds", "26", "0 to 25 s"),
        ("ocpp", "9000", "HOST:PORT, for example"),
        ("ocpp_tls", "host", "HOST:PORT, for example"),
        ("web", "host:", "HOST:PORT, for example"),
        ("ocpp_listeners", "host:1=4", "HOST:PORT=PROFILES"),
        ("public_ocpp", "csms.example", "ws://HOST"),
        ("public_ocpp_tls", "ws://csms.example", "wss://HOST"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_words_with_what_it_takes(
    name: str, value: str, takes: str
) -> None:
    variable = f"LADDNAV_{name.upper()}"
    with pytest.raises(SettingsError) as refused:
        load(flags={}, environment={variable: value})
    text = str(refused.value)
    assert text.startswith(f"setting {name} ({variable}) cannot be ")
    assert takes in text
    assert "regex" not in text
    assert "\n" not in text


def test_a_network_in_the_file_is_checked_too(tmp_path: Path) -> None:
    file = tmp_path / "laddnav.toml"
    file.write_text('trusted_proxies = ["10.0.0.0/99"]', encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"setting trusted_proxies \(in {file}\).*takes"):
        load(flags={}, environment={}, config=str(file))


def test_a_former_secret_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        load(flags={}, environment={"LADDNAV_FORMER_SECRETS": "geheim"})
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bus", "nats://user:word@127.0.0.1:4222,tls://other.example"),
        ("trusted_proxies", "::1,10.0.0.7/24"),
        ("former_secrets", "sixteen letters!"),
        ("hold_seconds", "25"),
    ],
)
def test_what_a_setting_takes_is_taken(name: str, value: str) -> None:
    settings = load(flags={}, environment={f"LADDNAV_{name.upper()}": value})
    assert getattr(settings, name) in {value, tuple(value.split(",")), 25}


def test_names_in_the_environment_that_are_no_settings_are_found() -> None:
    names = ("NOPE", "OCPP", "CONFIG", "PYTHON", "EST_PASSWORD", "TEST_SEED")
    environment = {"PATH": "/bin", **{f"LADDNAV_{name}": "geheim" for name in names}}
    assert unknown(environment) == ["LADDNAV_NOPE"]
