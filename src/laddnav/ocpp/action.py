"""What OCPP's versions consist of: actions, their directions, and how they are read and written."""

from enum import Enum, StrEnum
from functools import cached_property

import msgspec
from msgspec import Struct

from laddnav.ocpp.outgoing import presentable


class Version(StrEnum):
    """A version of OCPP, by the name its specification gives it."""

    V16 = "1.6"
    V201 = "2.0.1"
    V21 = "2.1"

    @property
    def subprotocol(self) -> str:
        """The WebSocket subprotocol that stands for this version, such as "ocpp2.0.1"."""
        return f"ocpp{self.value}"

    @classmethod
    def from_subprotocol(cls, text: str) -> "Version | None":
        """The version that a WebSocket subprotocol stands for, or None where it is not ours."""
        return _BY_SUBPROTOCOL.get(text)


_BY_SUBPROTOCOL = {version.subprotocol: version for version in Version}


class Direction(Enum):
    """Who may send an action's request."""

    STATION_TO_CSMS = "station to CSMS"
    CSMS_TO_STATION = "CSMS to station"
    BOTH = "either way"


class Action(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """One action of one version of OCPP.

    Decoders are built at their first use, so that importing a version stays fast.

    Attributes:
        name: The action's name on the wire.
        block: The functional block it belongs to: the name of the module with its types.
        direction: Who may send the request.
        request: The type of the request's payload.
        response: The type of the response's payload; None where nothing is answered (2.1 SEND).
    """

    name: str
    block: str
    direction: Direction
    request: type[Struct]
    response: type[Struct] | None

    def decode_request(self, raw: bytes | str) -> Struct:
        """Read a request's payload strictly; unknown properties are ignored.

        Raises:
            msgspec.ValidationError: It is JSON but not such a payload; the text names the path.
            msgspec.DecodeError: It is not JSON.
        """
        return self._request_decoder.decode(raw)

    def decode_response(self, raw: bytes | str) -> Struct:
        """Read a response's payload strictly; raises as `decode_request` does.

        Raises:
            TypeError: This action is never answered.
        """
        return self._response_decoder.decode(raw)

    @cached_property
    def _request_decoder(self) -> msgspec.json.Decoder[Struct]:
        return msgspec.json.Decoder(self.request)

    @cached_property
    def _response_decoder(self) -> msgspec.json.Decoder[Struct]:
        if self.response is None:
            message = f"{self.name} is never answered"
            raise TypeError(message)
        return msgspec.json.Decoder(self.response)


_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(payload: Struct) -> bytes:
    """Write a payload: absent values left out, times as UTC with "Z" and at most milliseconds.

    Raises:
        ValueError: It holds a time without a time zone.
    """
    return _ENCODER.encode(presentable(payload))
