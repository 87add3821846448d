"""What is said of settings that cannot be used."""

from pathlib import Path

import pytest

from laddnav.settings import SettingsError, load


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
