"""Vendors' own messages in OCPP 1.6 (block P of 2.x says how to refuse them)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from laddnav.gateway.dispatch import Answer, Desk, answers
from laddnav.gateway.v16 import plug_and_charge
from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import core

Taking: TypeAlias = Callable[[Desk, str], Awaitable[core.DataTransferResponse]]

_VENDORS: Final[Mapping[str, Mapping[str, Taking]]] = {
    plug_and_charge.VENDOR: {"authorize": plug_and_charge.authorize},
}
_UNKNOWN_VENDOR: Final = core.DataTransferResponse(status="UnknownVendorId")
_UNKNOWN_MESSAGE: Final = core.DataTransferResponse(status="UnknownMessageId")


@answers(Version.V16, "DataTransfer")
async def data_transfer(desk: Desk, request: core.DataTransferRequest) -> Answer:
    """Take what is known of a vendor, and say which of vendor and message is not (P02.FR.06-07)."""
    messages = _VENDORS.get(request.vendor_id.casefold())
    if messages is None:
        return Answer(response=_UNKNOWN_VENDOR)
    taking = messages.get((request.message_id or "").casefold())
    if taking is None:
        return Answer(response=_UNKNOWN_MESSAGE)
    return Answer(response=await taking(desk, request.data or ""))
