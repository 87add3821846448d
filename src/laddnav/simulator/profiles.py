"""Charging profiles: which limit holds at a connector at a moment. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from laddnav.simulator.connector import Connector

Purpose = Literal["external", "station", "default", "transaction"]
RateUnit = Literal["A", "W"]
_RECURRENCE = {"Daily": 86_400, "Weekly": 604_800}


class Period(msgspec.Struct, frozen=True):
    """A limit from `start_s` seconds into the schedule on."""

    start_s: int
    limit: Decimal


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One charging profile.

    Attributes:
        number: The connector (over the whole station) it is for; 0 means all.
        recurrency: `Daily` or `Weekly`; None where it does not recur.
        relative: Whether it counts from the begin of the transaction.
        transaction_id: The transaction it is for, as the station names it.
    """

    id: int
    number: int
    stack_level: int
    purpose: Purpose
    unit: RateUnit
    periods: tuple[Period, ...]
    relative: bool = False
    recurrency: str | None = None
    start: datetime | None = None
    duration_s: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    transaction_id: str | None = None

    def limit_at(self, now: datetime, begun_at: datetime | None) -> Decimal | None:
        """Return its limit at `now` in its own unit, or None where it says nothing."""
        if self.valid_from is not None and now < self.valid_from:
            return None
        if self.valid_to is not None and now >= self.valid_to:
            return None
        offset_s = self._offset_s(now, begun_at)
        if offset_s < 0 or (self.duration_s is not None and offset_s >= self.duration_s):
            return None
        held = [period.limit for period in self.periods if period.start_s <= offset_s]
        return held[-1] if held else None

    def edges(self, now: datetime, begun_at: datetime | None) -> Iterable[int]:
        """Return the seconds from `now` at which its limit may change."""
        offset_s = int(self._offset_s(now, begun_at))
        starts = [period.start_s for period in self.periods]
        if self.duration_s is not None:
            starts.append(self.duration_s)
        turns = (0, _RECURRENCE[self.recurrency]) if self.recurrency else (0,)
        return [turn + start - offset_s for start in starts for turn in turns]

    def _offset_s(self, now: datetime, begun_at: datetime | None) -> float:
        start = None if self.relative else self.start
        offset_s = (now - (start or begun_at or now)).total_seconds()
        if self.recurrency is not None:
            return offset_s % _RECURRENCE[self.recurrency]
        return offset_s


class Profiles:
    """The charging profiles that one station holds."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: list[Profile] = []

    def set(self, profile: Profile) -> None:
        """Keep `profile` in the place of those of its id, or of its purpose, level and place."""
        place = (profile.purpose, profile.stack_level, profile.number)
        self._held = [
            held
            for held in self._held
            if held.id != profile.id and (held.purpose, held.stack_level, held.number) != place
        ]
        self._held.append(profile)

    def clear(
        self,
        *,
        profile_id: int | None = None,
        number: int | None = None,
        purpose: Purpose | None = None,
        stack_level: int | None = None,
    ) -> bool:
        """Drop what fits all that is given; an id alone decides. Return whether any was dropped."""

        def fits(profile: Profile) -> bool:
            if profile_id is not None:
                return profile.id == profile_id
            return (
                number in (None, profile.number)
                and purpose in (None, profile.purpose)
                and stack_level in (None, profile.stack_level)
            )

        kept = [profile for profile in self._held if not fits(profile)]
        dropped = len(kept) < len(self._held)
        self._held = kept
        return dropped

    def end(self, transaction_id: str) -> None:
        """Drop the profiles of a transaction that has ended."""
        self._held = [held for held in self._held if held.transaction_id != transaction_id]

    def limit_mw(self, connector: Connector, now: datetime) -> int | None:
        """Return the limit at `connector` in mW, or None where no profile sets one."""
        if not self._held:
            return None
        limits = [
            limit
            for purposes in (("external",), ("station",), ("transaction", "default"))
            if (limit := self._first(connector, now, purposes)) is not None
        ]
        return min(limits, default=None)

    def composite(
        self, connector: Connector, now: datetime, duration_s: int
    ) -> tuple[tuple[int, int], ...]:
        """Return (seconds from `now`, limit in mW) of each change within `duration_s`."""
        most = connector.plan.watts * 1_000
        begun_at = _begun_at(connector)
        edges = {0}
        for profile in self._held:
            edges.update(profile.edges(now, begun_at))
        periods: list[tuple[int, int]] = []
        for edge in sorted(edge for edge in edges if 0 <= edge < max(duration_s, 1)):
            limit_mw = self.limit_mw(connector, now + timedelta(seconds=edge))
            limit_mw = most if limit_mw is None else min(most, limit_mw)
            if not periods or periods[-1][1] != limit_mw:
                periods.append((edge, limit_mw))
        return tuple(periods)

    def _first(self, connector: Connector, now: datetime, purposes: tuple[str, ...]) -> int | None:
        """Return the limit of the first of `purposes` that sets one, of its highest level."""
        for purpose in purposes:
            fitting = [held for held in self._held if _is_for(held, connector, purpose)]
            for profile in sorted(fitting, key=lambda held: -held.stack_level):
                limit = profile.limit_at(now, _begun_at(connector))
                if limit is not None:
                    return in_mw(limit, profile.unit, connector)
        return None


def _begun_at(connector: Connector) -> datetime | None:
    return connector.transaction.begun_at if connector.transaction is not None else None


def _is_for(profile: Profile, connector: Connector, purpose: str) -> bool:
    transaction = connector.transaction
    if profile.purpose != purpose or profile.number not in (0, connector.number):
        return False
    if purpose != "transaction":
        return True
    if transaction is None:
        return False
    return profile.transaction_id in (None, transaction.id)


def in_mw(limit: Decimal, unit: RateUnit, connector: Connector) -> int:
    """Return `limit` in mW of all phases together, by the nominal voltage."""
    milli = int(limit * 1_000)
    return milli if unit == "W" else milli * _volts(connector)


def from_mw(limit_mw: int, unit: RateUnit, connector: Connector) -> Decimal:
    """Return `limit_mw` in `unit`, with one decimal, rounded down."""
    tenths = limit_mw // 100 if unit == "W" else limit_mw // (100 * _volts(connector))
    return Decimal(tenths) / 10


def _volts(connector: Connector) -> int:
    return connector.plan.volts * max(connector.plan.phases, 1)
