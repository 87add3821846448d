"""By which ways a station may reach the server: its network profiles, and which it tries when."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

SLOTS: Final = (1, 2, 3)
_FIRST: Final = (1,)
ATTEMPTS: Final = 3
"""So often a network profile is tried before the next one has its turn."""

SECURE: Final = "wss://"
ENCRYPTED: Final = 2
CERTIFIED: Final = 3

Flaw = Literal["InvalidConfSlot", "InvalidNetworkConf", "NoSecurityDowngrade"]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One way to the server.

    Attributes:
        url: The server's endpoint, without the identity.
        profile: The security profile, 0 to 3.
        password: For Basic authentication, of this way alone; None: the station's.
    """

    url: str
    profile: int
    password: str | bytes | None = None


class Routes:
    """The ways of one station.

    Args:
        url: The server's endpoint, without the identity.
        password: For Basic authentication; None sends none.
        secure_url: The endpoint over TLS, for a station that is told a security profile and no
            address (OCPP 1.6); None: the same address.
        certified: Whether it shows a certificate over TLS.

    Attributes:
        password: For Basic authentication; None sends none.
        order: The slots that are tried, the first first.
        attempts: How often each is tried in turn.
        active: The slot by which it last reached the server.
    """

    __slots__ = (
        "_failures",
        "_provisional",
        "_secure_url",
        "_slots",
        "_trying",
        "active",
        "attempts",
        "order",
        "password",
    )

    def __init__(
        self,
        url: str,
        password: str | bytes | None,
        *,
        secure_url: str | None = None,
        certified: bool = False,
    ) -> None:
        (first,) = _FIRST
        self._secure_url = secure_url
        self.password = password
        self.order: tuple[int, ...] = _FIRST
        self.attempts = ATTEMPTS
        self.active = first
        self._slots = {first: Route(url=url, profile=_profile(url, password, certified))}
        self._trying = first
        self._failures = 0
        self._provisional: int | None = None

    @property
    def current(self) -> Route:
        """The way that is tried next, or by which it is connected."""
        return self._slots[self._trying]

    @property
    def profile(self) -> int:
        """The security profile by which it last reached the server."""
        return self._slots[self.active].profile

    @property
    def tries(self) -> int:
        """How often it has to try until each way has had its turn."""
        return self.attempts * len(self.order)

    @property
    def is_encrypted(self) -> bool:
        """Whether it last reached the server over TLS."""
        return self.profile >= ENCRYPTED

    def url_for(self, profile: int) -> str:
        """Return the endpoint for a security profile, where only that is told."""
        url = self._slots[self.active].url
        if profile < ENCRYPTED or url.startswith(SECURE):
            return url
        return self._secure_url or url.replace("ws://", SECURE, 1)

    @property
    def has_others(self) -> bool:
        """Whether there is more than one way."""
        return len(self.order) > 1

    def shown(self) -> str | bytes | None:
        """Return the password that goes with the present way; None: none does."""
        route = self.current
        if route.profile == CERTIFIED:
            return None
        return self.password if route.password is None else route.password

    def flaw(self, slot: int, route: Route) -> Flaw | None:
        """Return why a way cannot be put into a slot (B09); None: it can."""
        if slot not in SLOTS or slot == self.active:
            return "InvalidConfSlot"
        if route.profile < self.profile:
            return "NoSecurityDowngrade"
        is_secure = route.url.startswith(SECURE)
        if route.profile > CERTIFIED or is_secure is not (route.profile >= ENCRYPTED):
            return "InvalidNetworkConf"
        return None

    def put(self, slot: int, route: Route) -> None:
        """Keep a way; it is not tried before it is in the order."""
        self._slots[slot] = route

    def venture(self, slot: int, route: Route) -> None:
        """Try a way first, and forget it where it does not lead to the server."""
        self.put(slot, route)
        self.order = (slot, self.active)
        self._provisional = slot

    def prefer(self, order: Sequence[int]) -> bool:
        """Try these slots in this order from the next restart on; False: one of them is empty."""
        if not order or any(slot not in self._slots for slot in order):
            return False
        self.order = tuple(dict.fromkeys(order))
        return True

    def move(self, url: str) -> None:
        """Find the server at another address from the next connection on."""
        self._slots[self._trying] = msgspec.structs.replace(self.current, url=url)

    def restart(self) -> None:
        """Begin with the first again."""
        self._trying, self._failures = self.order[0], 0

    def missed(self) -> bool:
        """Note that the server was not reached; return whether that was the last attempt for now.

        Then the next way has its turn; after the last one the first.
        """
        self._failures += 1
        if self._failures < self.attempts:
            return False
        place = self.order.index(self._trying) if self._trying in self.order else -1
        self._trying, self._failures = self.order[(place + 1) % len(self.order)], 0
        return True

    def reached(self) -> bool:
        """Note that the server was reached; return whether by another way than before.

        Ways of a lower security profile are forgotten (A05.FR.06).
        """
        is_other = self._trying != self.active
        self.active, self._failures = self._trying, 0
        failed, self._provisional = self._provisional, None
        self._slots = {
            slot: route
            for slot, route in self._slots.items()
            if route.profile >= self.profile and (slot == self.active or slot != failed)
        }
        self.order = tuple(slot for slot in self.order if slot in self._slots) or (self.active,)
        return is_other


def _profile(url: str, password: str | bytes | None, certified: bool) -> int:  # noqa: FBT001 - it is no option
    if url.startswith(SECURE):
        return CERTIFIED if certified else ENCRYPTED
    return 0 if password is None else 1
