"""Readings that are too old go; those stay from which energy may have to be counted again."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from laddnav.kernel.clock import from_micros
from laddnav.sessions.store.tables import STILL_LIVE, readings, sessions
from laddnav.storage.database import Database
from laddnav.storage.retention import delete_before

_ROUNDING: Final = timedelta(minutes=1)
_NEEDED: Final = sa.exists().where(
    sessions.c.operator == readings.c.operator,
    sessions.c.session_id == readings.c.session_id,
    sessions.c.live_until == STILL_LIVE,
)
_BEGINNING: Final = sa.select(sa.func.min(sessions.c.started_at)).where(
    sessions.c.live_until == STILL_LIVE
)


async def forget_readings(database: Database, before: datetime) -> int:
    """Delete readings from before `before`, and none of a running session; return how many.

    Such a session may have begun before, or its station's clock may be wrong.

    Raises:
        StorageUnavailable: Not all of it now; begin again later.
    """
    ((begun,),) = await database.fetch(_BEGINNING)
    whole = before if begun is None else min(before, from_micros(begun) - _ROUNDING)
    return await delete_before(database, readings, before, keep=_NEEDED, whole_before=whole)
