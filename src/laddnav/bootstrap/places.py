"""Where stations knock, as the settings say: one address for several profiles, or one for each."""

from typing import Final

from msgspec import Struct

from laddnav.bootstrap.addresses import split_address
from laddnav.bootstrap.errors import StartupError
from laddnav.gateway.entry.tls import Asks
from laddnav.settings import Settings
from laddnav.stations.model import SecurityProfile

_NEED_TLS: Final = SecurityProfile.TLS_BASIC


class Place(Struct, frozen=True, kw_only=True):
    """One address for stations.

    Attributes:
        setting: As the command line names it.
        text: As it was given.
        profiles: The security profiles that come in there; None: all.
        asks: Whether stations are asked for certificates; None: it is without TLS.
    """

    setting: str
    text: str
    host: str
    port: int
    profiles: frozenset[int] | None = None
    asks: Asks | None = None

    @property
    def scheme(self) -> str:
        """How its URL begins."""
        return "ws" if self.asks is None else "wss"


def places(settings: Settings) -> list[Place]:
    """Return all addresses for stations.

    Raises:
        StartupError: One of them cannot be used: one line that says which.
    """
    found = []
    if settings.ocpp:
        found.append(_place("ocpp", settings.ocpp, settings.ocpp))
    if settings.ocpp_tls:
        text = settings.ocpp_tls
        found.append(_place("ocpp-tls", text, text, asks=Asks.OPTIONALLY))
    return [*found, *(_listener(text) for text in settings.ocpp_listeners)]


def _listener(text: str) -> Place:
    address, _, told = text.rpartition("=")
    profiles = frozenset(int(number) for number in told.split("+"))
    secure = {profile for profile in profiles if profile >= _NEED_TLS}
    if secure and secure != profiles:
        message = (
            f"--ocpp-listeners {text}: profiles 0 and 1 come without TLS, 2 and 3 with it: give "
            "each of them an address"
        )
        raise StartupError(message)
    return _place("ocpp-listeners", text, address, profiles=profiles, asks=_asks(secure))


def _asks(secure: set[int]) -> Asks | None:
    if not secure:
        return None
    if secure == {SecurityProfile.TLS_BASIC}:
        return Asks.NEVER
    return Asks.OPTIONALLY if SecurityProfile.TLS_BASIC in secure else Asks.ALWAYS


def _place(
    setting: str,
    text: str,
    address: str,
    *,
    profiles: frozenset[int] | None = None,
    asks: Asks | None = None,
) -> Place:
    host, port = split_address(setting, address)
    return Place(setting=setting, text=text, host=host, port=port, profiles=profiles, asks=asks)
