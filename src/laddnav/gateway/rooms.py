"""What the door needs of the rooms behind it."""

from msgspec import Struct

from laddnav.kernel.clock import Clock
from laddnav.settings import Settings


class Rooms(Struct, frozen=True, kw_only=True):
    """The services that translators call, as bootstrap built them."""

    clock: Clock
    settings: Settings
