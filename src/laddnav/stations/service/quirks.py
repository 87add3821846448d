"""The quirks that are known, and those of one station."""

from collections.abc import Sequence

from msgspec.structs import replace

from laddnav.stations.model import BootReported
from laddnav.stations.model.quirk import KnownQuirk, Manners, Traits
from laddnav.stations.model.station import Life, Station
from laddnav.stations.rules import quirks as rules

_NOTHING = Manners()


class Quirks:
    """All quirks, loaded once: the operators' before the shipped ones."""

    def __init__(self, known: Sequence[KnownQuirk] = ()) -> None:
        self.known = tuple(known)
        self._telling = tuple(known for known in self.known if known.quirk.implies != _NOTHING)

    def of(self, traits: Traits) -> tuple[KnownQuirk, ...]:
        """Return the quirks that stations of this kind, or all stations, may have."""
        return tuple(known for known in self.known if rules.applies(known.quirk, traits))

    def telling(self, traits: Traits) -> tuple[KnownQuirk, ...]:
        """Return those of them that say how such stations are spoken with."""
        return tuple(known for known in self._telling if rules.applies(known.quirk, traits))

    def suited(self, station: Station, traits: Traits) -> Station:
        """Return a station with the settings by which it is spoken with."""
        settings = rules.effective(station.settings, self.telling(traits))
        return station if settings is station.settings else replace(station, settings=settings)


def traits_of(station: Station, life: Life) -> Traits:
    """Return by what the quirks of a station are known."""
    return Traits(station.key.identity, life.vendor, life.model, life.firmware)


def told_traits(station: Station, report: BootReported) -> Traits:
    """Return the same of a station as a Boot tells it."""
    return Traits(station.key.identity, report.vendor, report.model, report.firmware)
