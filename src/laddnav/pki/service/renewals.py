"""Stations whose certificates end soon are asked to renew them."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from laddnav.kernel.clock import Clock, from_micros
from laddnav.kernel.keys import StationKey
from laddnav.pki.control import LocalCertificateControl
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.signing import OPEN_STATES, Renewal
from laddnav.pki.rules import renewing
from laddnav.pki.store import queries, tables
from laddnav.storage.database import Database
from laddnav.storage.write import Write

_GONE: Final = timedelta(days=60)
_log = structlog.get_logger(__name__)


class Renewals:
    """Asks the stations of this node, each as often as it deserves.

    Args:
        days: How long before its end a certificate is to be renewed, where it lives long enough.
    """

    def __init__(self, database: Database, clock: Clock, *, days: int) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._control: LocalCertificateControl | None = None

    def attach(self, control: LocalCertificateControl) -> None:
        """Begin to ask the stations that `control` reaches."""
        self._control = control

    async def ask(self) -> int:
        """Ask all that are due and connected here; return how many were asked."""
        control, now = self._control, self._clock.now()
        if control is None:
            return 0
        query = queries.ending(now + timedelta(days=self._days), now - _GONE)
        asked = 0
        for operator, identity, purpose, serial, issued, ends in await self._database.fetch(query):
            key = StationKey(operator, identity)
            if renewing.begins_at(from_micros(issued), from_micros(ends), self._days) > now:
                continue
            if control.reaches(key) and await self._is_due(key, Purpose(purpose), serial):
                await self._ask(control, key, Purpose(purpose), serial)
                asked += 1
        return asked

    async def ask_now(self, key: StationKey) -> None:
        """Ask a station that is connected here, whenever it was asked before (A00.FR.429)."""
        if self._control is not None:
            said = await self._control.ask_for_request(key, Purpose.STATION)
            _log.info(
                "pki.renewal", station=str(key), outcome=said.outcome.value, reason=said.reason
            )

    def is_time(self, valid_from: datetime, valid_until: datetime) -> bool:
        """Return whether a certificate that is valid so long is to be renewed now."""
        return renewing.begins_at(valid_from, valid_until, self._days) <= self._clock.now()

    async def ask_foreign(self, key: StationKey, serial: str) -> bool:
        """Ask a station that is connected here with a certificate that another authority made.

        Returns:
            Whether it was asked: as often as for one of ours.
        """
        due = await self._is_due(key, Purpose.STATION, serial)
        if self._control is None or not due:
            return False
        await self._ask(self._control, key, Purpose.STATION, serial)
        return True

    async def ask_discarded(self, key: StationKey, serial: str) -> bool:
        """Ask a station that discarded the certificate with this serial number (A02.FR.29).

        Returns:
            Whether it was asked; that is remembered before.
        """
        known, control = await self._known(key, Purpose.STATION), self._control
        renewal = renewing.discarded(known, key, serial=serial, now=self._clock.now())
        if renewal is None or control is None or not control.reaches(key):
            return False
        await self._database.commit(Write(rows=(tables.renewal_row(renewal),)))
        await self.ask_now(key)
        return True

    async def _is_due(self, key: StationKey, purpose: Purpose, serial: str) -> bool:
        known = await self._known(key, purpose)
        if not renewing.is_due(known, serial, self._clock.now()):
            return False
        records = await self._database.fetch(queries.requests_of(key, purpose))
        return all(tables.request_from(each).state not in OPEN_STATES for each in records)

    async def _ask(
        self, control: LocalCertificateControl, key: StationKey, purpose: Purpose, serial: str
    ) -> None:
        known = await self._known(key, purpose)
        said = await control.ask_for_request(key, purpose)
        renewal = renewing.asked(
            known,
            key,
            purpose=purpose,
            serial=serial,
            outcome=said.outcome.value,
            now=self._clock.now(),
        )
        await self._database.commit(Write(rows=(tables.renewal_row(renewal),)))
        _log.info("pki.renewal", station=str(key), outcome=said.outcome.value, reason=said.reason)

    async def _known(self, key: StationKey, purpose: Purpose) -> Renewal | None:
        records = await self._database.fetch(queries.renewals_of(key.operator, [key.identity]))
        found = [tables.renewal_from(record) for record in records]
        return next((each for each in found if each.purpose is purpose), None)
