"""The upkeep of stations, in one place."""

from laddnav.kernel.clock import Clock
from laddnav.maintenance.service.admission import Admission
from laddnav.maintenance.service.corrections import Corrections
from laddnav.maintenance.service.drift import Drift
from laddnav.maintenance.service.fitting import Fitting, IsCharging
from laddnav.maintenance.service.templates import Templates
from laddnav.stations.control import StationControl
from laddnav.stations.service.stations import Stations
from laddnav.storage.database import Database


class Maintenance:
    """The room of the upkeep of stations: it hears of their Boots from now on.

    Attributes:
        templates: What operators want of their stations' configuration.
        drift: How stations stand beside that.
        corrections: What is told to those that differ.

    Args:
        after_seconds: How long a station that booted is left alone before it is asked anything.
    """

    def __init__(
        self, database: Database, clock: Clock, stations: Stations, *, after_seconds: float
    ) -> None:
        self._database = database
        self._clock = clock
        self._stations = stations
        self.templates = Templates(database, clock, stations.register)
        self.drift = Drift(
            database,
            clock,
            templates=self.templates,
            views=stations.views,
            variables=stations.variables,
        )
        self.corrections = Corrections(database, clock, self.drift)
        stations.upkeep = Admission(
            database,
            clock,
            templates=self.templates,
            drift=self.drift,
            after_seconds=after_seconds,
        )

    def fitting(self, control: StationControl, is_charging: IsCharging) -> Fitting:
        """Return what carries corrections out, and forgets stations that are removed."""
        made = Fitting(
            self._database,
            self._clock,
            corrections=self.corrections,
            drift=self.drift,
            views=self._stations.views,
            control=control,
            is_charging=is_charging,
        )
        self._stations.register.on_removed.append(made.forget)
        return made
