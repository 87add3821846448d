"""Which quirks a station has, and how it is spoken with for them."""

import pytest

from laddnav.stations.model import Admitted, BootReported, StationSettings
from laddnav.stations.model.quirk import KnownQuirk, Manners, Origin, Quirk, Traits, Words
from laddnav.stations.rules import quirks as rules
from laddnav.stations.service.quirks import Quirks
from laddnav.storage.database import Database
from tests.stations.hall import KEY, Hall, ManualClock, knock, station

WORDS = Words(en="It does something odd.", sv="Den gör något konstigt.")


def known(name: str, origin: Origin = Origin.SHIPPED, **told: object) -> KnownQuirk:
    usual = {"name": name, "says": WORDS, "does": "setting", "handling": WORDS}
    quirk = Quirk(**{**usual, **told})  # type: ignore[arg-type]  # tests name fields freely
    return KnownQuirk(quirk=quirk, origin=origin)


@pytest.mark.parametrize(
    ("glob", "text", "fits"),
    [
        ("*", None, True),
        ("Wall Box*", "wall box chargers ", True),
        ("Wall Box*", None, False),
        ("GRS-*", "GRS-4011", True),
        ("GRS-*", "XGRS-4011", False),
        ("to_text $.*[].value", "to_text $.meterValue[].sampledValue[].value", True),
        ("a.c", "abc", False),
        ("5.4*", "5.43", True),
    ],
)
def test_a_star_is_any_text_and_nothing_else_is_special(
    glob: str,
    text: str | None,
    fits: bool,  # noqa: FBT001 - a test is given what it expects by position
) -> None:
    assert rules.fits(glob, text) is fits


def test_a_quirk_needs_all_its_patterns() -> None:
    quirk = known("both-of-them", vendor="V*", firmware="1.*").quirk
    assert rules.applies(quirk, Traits("CP1", "Vendor", "M", "1.2"))
    assert not rules.applies(quirk, Traits("CP1", "Vendor", "M", "2.0"))
    assert not rules.applies(quirk, Traits("CP1"))


def test_the_stations_own_word_goes_before_the_operators_and_theirs_before_the_shipped() -> None:
    shipped = known("a-shipped", implies=Manners(deflate=False, ping_seconds=1, max_keys=5))
    own = known("an-own", Origin.OPERATOR, implies=Manners(ping_seconds=2, max_keys=6))
    settings = rules.effective(StationSettings(max_keys=7), (own, shipped))
    assert settings == StationSettings(deflate=False, ping_seconds=2, max_keys=7)


def test_what_is_off_is_a_word_too() -> None:
    quirk = known("a-shipped", implies=Manners(deflate=False, free_vend=True))
    settings = StationSettings(deflate=True, free_vend=False)
    assert rules.effective(settings, (quirk,)) is settings


def test_no_quirk_counts_in_strict_mode() -> None:
    quirk = known("a-shipped", implies=Manners(assume_ocpp16=True))
    strict = StationSettings(strict=True)
    assert rules.effective(strict, (quirk,)) is strict


def test_a_sign_shows_the_quirk_of_the_stations_kind_first() -> None:
    general = known("of-anybody", signs=("too_long *",))
    special = known("of-a-vendor", vendor="V*", signs=("too_long $.serial*",))
    both = (general, special)
    assert rules.shown_by("too_long $.serialNumber", both) is special
    assert rules.shown_by("too_long $.model", both) is general
    assert rules.shown_by("queue_full", both) is None


async def test_a_quirk_of_its_make_holds_from_the_next_connections_first_byte(
    database: Database, clock: ManualClock
) -> None:
    quirk = known("of-a-vendor", vendor="V*", implies=Manners(deflate=False, settle_seconds=9))
    hall = await Hall(database, clock, [quirk]).open()
    own = StationSettings(settle_seconds=1)
    live = await hall.connect(await hall.add(settings=own))
    before = await hall.stations.admit(knock())
    booted = hall.stations.record_boot(live, BootReported(vendor="Vendor", model="M"), clock.now())
    await hall.store(booted.write)
    after = await hall.stations.admit(knock())
    assert isinstance(before, Admitted)
    assert isinstance(after, Admitted)
    assert before.station.settings == own
    assert after.station.settings == StationSettings(settle_seconds=1, deflate=False)
    stored = await hall.stations.register.station(KEY)
    assert stored is not None
    assert stored.settings == own
    hall.stations.configure(stored)
    assert live.settings == after.station.settings


def test_a_station_that_never_said_its_make_has_only_what_its_identity_tells() -> None:
    book = Quirks([known("by-name", identity="CP*", implies=Manners(assume_ocpp16=True))])
    assert book.suited(station(), Traits("CP1")).settings.assume_ocpp16 is True
    assert book.suited(station(), Traits("XY1")).settings.assume_ocpp16 is None
