"""How stations reach the server: one pool of sockets for all of them."""

import base64
import ssl
from urllib.parse import quote

import aiohttp
import yarl

from laddnav.ocpp.action import Version
from laddnav.simulator.calls import ConnectError

_OPEN_S = 30.0
_CLOSE_S = 2.0  # a server that is gone does not hold a station back


class Network:
    """Opens WebSockets for any number of stations.

    Args:
        tls: Used for `wss` URLs; None takes the system's.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def open(
        self,
        url: str,
        identity: str,
        version: Version,
        *,
        password: str | bytes | None = None,
        ping_s: float = 0,
        compress: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> aiohttp.ClientWebSocketResponse[bool]:
        """Open a connection for one station.

        Args:
            url: The server's endpoint, without the identity.
            identity: The station's identity, as it is.
            version: The version to ask for; no other is taken.
            password: For Basic authentication; None sends none.
            ping_s: Seconds between two pings; 0 sends none.
            compress: Whether permessage-deflate is offered.
            tls: Of this station alone; None: that of all.

        Raises:
            ConnectError: Refused, unreachable, or another subprotocol than ours.
        """
        try:
            websocket = await self._get_session().ws_connect(
                endpoint(url, identity),
                protocols=(version.subprotocol,),
                headers=_credentials(identity, password),
                ssl=tls or self._tls or True,
                heartbeat=ping_s or None,
                compress=15 if compress else 0,
                timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_S),
            )
        except aiohttp.WSServerHandshakeError as exc:
            message = f"refused with HTTP {exc.status}"
            raise ConnectError(message, exc.status) from exc
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise ConnectError(str(exc) or type(exc).__name__) from exc
        if websocket.protocol != version.subprotocol:
            await websocket.close()
            message = f"the server does not speak {version.subprotocol}"
            raise ConnectError(message)
        return websocket

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _get_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=_OPEN_S),
            )
        return self._session


def endpoint(url: str, identity: str) -> yarl.URL:
    """Return the server's URL for one station, its identity percent-encoded."""
    return yarl.URL(f"{url.rstrip('/')}/{quote(identity, safe='')}", encoded=True)


def _credentials(identity: str, password: str | bytes | None) -> dict[str, str]:
    if password is None:
        return {}
    octets = password.encode() if isinstance(password, str) else password
    token = base64.b64encode(identity.encode() + b":" + octets).decode("ascii")
    return {"Authorization": f"Basic {token}"}
