"""Transaction messages on their way: kept while offline, sent in order, repeated on failure."""

from collections import deque
from collections.abc import Callable

from laddnav.simulator.calls import CallError, LinkLostError
from laddnav.simulator.changes import Changes
from laddnav.simulator.settings import Settings
from laddnav.simulator.speaker import Caller, Speaker
from laddnav.simulator.story import Parcel, Verdict
from laddnav.simulator.timekeeper import Timekeeper


class Outbox:
    """One station's queue. It lives as long as the station, over links and restarts.

    Args:
        settled: Hears what the server said of a parcel's token, if anything.
        changes: Told whenever a parcel is settled.

    Attributes:
        pausing: Whether it waits before a repetition.
    """

    __slots__ = ("_changes", "_parcels", "_settings", "_settled", "_speaker", "_time", "pausing")

    def __init__(
        self,
        settings: Settings,
        time: Timekeeper,
        speaker: Speaker,
        *,
        settled: Callable[[Parcel, Verdict | None], None],
        changes: Changes,
    ) -> None:
        self._settings = settings
        self._time = time
        self._speaker = speaker
        self._settled = settled
        self._changes = changes
        self._parcels: deque[Parcel] = deque()
        self.pausing = False

    def __len__(self) -> int:
        return len(self._parcels)

    def put(self, parcel: Parcel) -> None:
        """Queue what happened last."""
        self._parcels.append(parcel)

    def holds(self, transaction_id: str | None) -> bool:
        """Return whether something of a transaction, or with None anything, waits."""
        return any(transaction_id in (None, parcel.transaction.id) for parcel in self._parcels)

    def go_offline(self) -> None:
        """Mark what was not sent yet: it will be told as offline (E04.FR.03)."""
        for parcel in self._parcels:
            if parcel.content is None:
                parcel.offline = True

    async def deliver(self, link: Caller) -> None:
        """Send until nothing waits.

        A message that is refused, or not answered while the link stands, is repeated with
        the same content after `retry_s` times the failures so far, and thrown away after
        `attempts` of them (1.6 section 3.7.1, E13.FR.01-04). A lost link counts as none.

        Raises:
            LinkLostError: What was sent last stays at the head of the queue.
        """
        while self._parcels:
            parcel = self._parcels[0]
            if parcel.content is None:
                parcel.content = self._speaker.content(parcel)
            parcel.entry.sent += 1
            try:
                verdict = await self._speaker.deliver(link, parcel)
            except LinkLostError:
                raise
            except CallError:
                await self._fail(parcel)
            else:
                parcel.entry.acknowledged = True
                self._settle(parcel, verdict)

    async def _fail(self, parcel: Parcel) -> None:
        parcel.failures += 1
        if parcel.failures >= self._settings.attempts:
            parcel.entry.given_up = True
            self._settle(parcel, None)
            return
        self.pausing = True
        try:
            await self._time.wait(self._settings.retry_s * parcel.failures)
        finally:
            self.pausing = False

    def _settle(self, parcel: Parcel, verdict: Verdict | None) -> None:
        self._parcels.popleft()
        self._settled(parcel, verdict)
        self._changes.tell()
