"""What a simulated OCPP 2.1 station says: what 2.0.1 says, and its status as events."""

from datetime import datetime
from typing import Final

import msgspec
from typing_extensions import override

from laddnav.ocpp.action import Action, Version
from laddnav.ocpp.v21 import ACTIONS, diagnostics, security
from laddnav.simulator.commands import Commands
from laddnav.simulator.connector import Connector
from laddnav.simulator.speaker import Caller
from laddnav.simulator.v21.answers import answer
from laddnav.simulator.v201.speaker import V201Speaker, availability_event

_SIGN: Final = msgspec.json.Decoder(security.SignCertificateResponse)
_NOTIFY: Final = msgspec.json.Decoder(diagnostics.NotifyEventResponse)


class V21Speaker(V201Speaker):
    """OCPP 2.1.

    Its messages are built as those of 2.0.1; the link makes 2.1's type of the same name
    of each.

    Args:
        tells_events: Whether status is told by NotifyEvent, as 2.1 prefers, and not by
            StatusNotification.
    """

    version = Version.V21
    actions = ACTIONS

    def __init__(self, *, tells_events: bool) -> None:
        self._tells_events = tells_events

    @override
    async def tell_state(self, link: Caller, connector: Connector, at: datetime) -> None:
        if self._tells_events:
            await link.call("NotifyEvent", availability_event(connector, at), _NOTIFY)
        else:
            await super().tell_state(link, connector, at)

    @override
    async def ask_for_certificate(self, link: Caller, csr: str, number: int) -> bool:
        request = security.SignCertificateRequest(
            csr=csr, certificate_type="ChargingStationCertificate", request_id=number
        )
        return (await link.call("SignCertificate", request, _SIGN)).status == "Accepted"

    @override
    def answer(self, commands: Commands, action: Action, payload: msgspec.Raw) -> msgspec.Struct:
        return answer(commands, action, payload)
