"""A second link under an identity that nobody has to prove."""

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from laddnav.journal.model import RefusalReason
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.stations.model import SecurityProfile
from tests.gateway.doubles import house, station


async def test_a_second_link_of_an_unproven_identity_is_refused_for_a_reason_of_its_own() -> None:
    async with house(station("OPEN", profile=SecurityProfile.NONE)) as door:
        door.harbour.is_taken = True
        url, spoken = f"ws://127.0.0.1:{door.port}/ocpp/OPEN", [Subprotocol("ocpp1.6")]
        with pytest.raises(InvalidStatus, match="403"):
            async with connect(url, subprotocols=spoken):
                pass
        assert door.book.reasons == [RefusalReason.IDENTITY_IN_USE]
    assert "identity of its own" in VERDICTS[RefusalReason.IDENTITY_IN_USE].remedy
