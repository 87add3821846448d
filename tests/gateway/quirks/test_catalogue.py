"""The quirks' files: what is shipped, and what an operator may write."""

import tomllib
from pathlib import Path

import pytest

from laddnav.gateway.quirks import catalogue
from laddnav.gateway.quirks.catalogue import QuirksMisconfiguredError
from laddnav.stations.model.quirk import KnownQuirk, Manners, Origin
from laddnav.stations.rules.quirks import is_specific

TRANSCRIPTS = Path(__file__).parents[2] / "transcripts" / "quirks"
SHIPPED = catalogue.load()
GOOD = """
name = "mine"
vendor = "Acme*"
says = { en = "It is odd in its own way.", sv = "Den är konstig på sitt vis." }
does = "setting"
handling = { en = "Compression is never agreed.", sv = "Komprimering avtalas aldrig." }
[implies]
deflate = false
"""


def test_every_transcript_proves_a_quirk_and_every_quirk_has_one() -> None:
    proven = {name for known in SHIPPED for name in known.quirk.transcripts}
    assert proven == {path.stem for path in TRANSCRIPTS.glob("*.toml")}
    assert [known.quirk.name for known in SHIPPED if not known.quirk.transcripts] == []


def test_all_numbered_quirks_are_there() -> None:
    numbers = {int(name[:2]) for known in SHIPPED for name in known.quirk.transcripts}
    assert numbers == set(range(1, 46))


@pytest.mark.parametrize("known", SHIPPED, ids=lambda known: str(known.quirk.name))
def test_a_shipped_quirk_names_public_sources_and_changes_no_others_manners(
    known: KnownQuirk,
) -> None:
    quirk = known.quirk
    assert quirk.sources
    assert all("#" in source for source in quirk.sources)
    assert quirk.place
    assert is_specific(quirk) or quirk.implies == Manners()


@pytest.mark.parametrize("known", SHIPPED, ids=lambda known: str(known.quirk.name))
def test_a_quirk_and_each_of_its_transcripts_name_a_source_in_common(known: KnownQuirk) -> None:
    for name in known.quirk.transcripts:
        transcript = tomllib.loads((TRANSCRIPTS / f"{name}.toml").read_text(encoding="utf-8"))
        assert set(transcript["source"]) & set(known.quirk.sources), name


def test_the_operators_folder_is_read_first_and_replaces_by_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    (tmp_path / "nul.toml").write_text(GOOD.replace('"mine"', '"nul"'))
    known = catalogue.load(str(tmp_path))
    assert [each.origin for each in known[:2]] == [Origin.OPERATOR, Origin.OPERATOR]
    assert known[0].quirk.implies == Manners(deflate=False)
    assert len(known) == len(SHIPPED) + 1


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name = ", "is not TOML"),
        ('name = "mine"', "missing required field"),
        (GOOD.replace("mine", "other"), "its name is 'other', not 'mine'"),
        (GOOD.replace("deflate", "strict"), "unknown field `strict`"),
        (GOOD.replace("deflate = false", "settle_seconds = 500"), "<= 15"),
        (GOOD.replace("deflate = false", 'never_ask = ["Dance"]'), "no command 'Dance'"),
        (GOOD.replace("says", "sais"), "unknown field `sais`"),
        (GOOD + '[types]\nurl = "half"\n', "Invalid enum value 'half'"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, text: str, what: str
) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(QuirksMisconfiguredError) as told:
        catalogue.load(str(tmp_path))
    line = str(told.value)
    assert "mine.toml" in line
    assert what in line
    assert "\n" not in line


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuirksMisconfiguredError, match="is not there"):
        catalogue.load(str(tmp_path / "nowhere"))
