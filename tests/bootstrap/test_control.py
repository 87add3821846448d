"""Where commands find the running server."""

import tempfile
from pathlib import Path

import pytest

from laddnav.bootstrap.control import control_socket
from laddnav.bootstrap.errors import StartupError

DATABASE = "sqlite:///laddnav.db"


@pytest.fixture
def far_down(tmp_path: Path) -> Path:
    folder = tmp_path / ("x" * 60)
    folder.mkdir()
    return folder


def test_a_runtime_folder_too_far_down_is_passed_over(
    far_down: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(far_down))
    with tempfile.TemporaryDirectory() as near:
        monkeypatch.setattr(tempfile, "tempdir", near)
        assert control_socket(DATABASE).parent.parent == Path(near)


def test_no_folder_for_sockets_is_told_in_one_line(
    far_down: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(far_down))
    monkeypatch.setattr(tempfile, "tempdir", str(far_down))
    with pytest.raises(StartupError) as refused:
        control_socket(DATABASE)
    assert "set TMPDIR or XDG_RUNTIME_DIR" in str(refused.value)
    assert "\n" not in str(refused.value)
