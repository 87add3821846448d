"""What is seen to before a station is told to use a higher profile (A05), step by step."""

import asyncio
from datetime import datetime
from typing import Final

from laddnav.kernel.clock import Clock
from laddnav.stations.control import ConfigurationRead, ConfigurationWritten, StationControl
from laddnav.stations.model import SecurityProfile
from laddnav.stations.model.handover import Handover, HandoverState, Need
from laddnav.stations.rules.handovers import ATTEMPTS, needs
from laddnav.stations.service.handovers import Handovers
from laddnav.stations.service.ports import StationCertificates, Supplied, Supply

_V16: Final = "1.6"
_LOOK_SECONDS: Final = 0.25
WAIT_SECONDS: Final = 60.0


class Preparations:
    """Brings a station what its new profile needs: each step of it is one of the handover.

    What the station refuses ends the handover; what it does not answer is tried again another
    time, as often as a password would be sent.

    Args:
        wait_seconds: How long a certificate is waited for at a time; then the handover is put
            back, and goes on where it was once it has its turn again.
    """

    def __init__(
        self,
        handovers: Handovers,
        certificates: StationCertificates,
        *,
        control: StationControl,
        clock: Clock,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._handovers = handovers
        self._certificates = certificates
        self._control = control
        self._clock = clock
        self._wait_seconds = wait_seconds

    async def ready(self, handover: Handover, own: SecurityProfile, version: str | None) -> bool:
        """See to it; False: the handover does not go on now.

        Args:
            handover: That has its turn.
            own: The profile that the station has now.
            version: Which OCPP it speaks.

        Raises:
            StorageUnavailable: The database is away.
        """
        if handover.terms.is_unchecked:
            return True
        for need in needs(own, handover.profile):
            if not await self._goes_on(handover):
                return False
            if need is Need.CERTIFICATE:
                await self._name(handover, version)
            if not await self._see_to(handover, need):
                return False
        return await self._goes_on(handover)

    async def _see_to(self, handover: Handover, need: Need) -> bool:
        since = self._clock.now()
        supplied = await self._certificates.supply(handover.key, need)
        if supplied.supply is Supply.UNDER_WAY:
            await self._handovers.note(handover, f"{need}_asked", supplied.detail)
            supplied = await self._awaited(handover, since)
        match supplied.supply:
            case Supply.MET:
                await self._handovers.note(handover, f"{need}_there", supplied.detail)
                return True
            case Supply.REFUSED:
                await self._handovers.fail(handover, supplied.detail)
            case _:
                await self._again(handover, need, supplied)
        return False

    async def _awaited(self, handover: Handover, since: datetime) -> Supplied:
        """Return how a certificate stands once it is decided, or has been waited for."""
        end = self._clock.monotonic() + self._wait_seconds
        while True:
            supplied = await self._certificates.progress(handover.key, since)
            is_decided = supplied.supply in {Supply.MET, Supply.REFUSED, Supply.QUEUED}
            if is_decided or self._clock.monotonic() >= end or not await self._goes_on(handover):
                return supplied
            await asyncio.sleep(_LOOK_SECONDS)

    async def _name(self, handover: Handover, version: str | None) -> None:
        """Let the station ask in the name of the right organisation (A00.FR.404).

        One that does not take it may have the right one nevertheless: its request shows that.
        """
        name = "CpoName" if version == _V16 else "SecurityCtrlr.OrganizationName"
        wanted = await self._certificates.organization(handover.key)
        read = await self._control.get_configuration(handover.key, [name])
        told = read.variables if isinstance(read, ConfigurationRead) else ()
        if any(each.value == wanted for each in told):
            return
        written = await self._control.set_configuration(handover.key, {name: wanted})
        if isinstance(written, ConfigurationWritten):
            said = written.results[name]
            detail = ": ".join(filter(None, (said.wire_status, said.reason)))
            await self._handovers.note(handover, "organization_sent", detail)

    async def _again(self, handover: Handover, need: Need, supplied: Supplied) -> None:
        """Put a handover back, unless the station has been silent too often."""
        name = f"{need}_unanswered"
        if supplied.supply is Supply.UNHEARD:
            await self._handovers.note(handover, name, supplied.detail)
        now = await self._handovers.one(handover.key, handover.id)
        times = 0 if now is None else sum(step.name == name for step in now.steps)
        if times >= ATTEMPTS:
            await self._handovers.fail(handover, f"{ATTEMPTS} times {supplied.detail}")
        else:
            await self._handovers.put_back(handover, supplied.detail)

    async def _goes_on(self, handover: Handover) -> bool:
        """Return whether it was not cancelled, and did not end, meanwhile."""
        now = await self._handovers.one(handover.key, handover.id)
        return now is not None and now.state is HandoverState.SENDING
