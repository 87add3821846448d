"""The rooms behind the door."""

from msgspec import Struct

from laddnav.accounts.service import Accounts
from laddnav.gateway.ports import Menders
from laddnav.journal.service.journal import Journal
from laddnav.kernel.clock import Clock
from laddnav.pki.service import Pki
from laddnav.sessions.service.sessions import Sessions
from laddnav.settings import Settings
from laddnav.stations.service.stations import Stations
from laddnav.storage.database import Database
from laddnav.tokens.service import Tokens


class Rooms(Struct, frozen=True, kw_only=True):
    """What links and translators call, as bootstrap built it."""

    accounts: Accounts
    clock: Clock
    database: Database
    journal: Journal
    menders: Menders
    pki: Pki
    sessions: Sessions
    settings: Settings
    stations: Stations
    tokens: Tokens
