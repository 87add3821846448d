"""Facts in the log: what happened, in a form that other programs can read."""

from typing import Final

import msgspec
import structlog

from laddnav.storage.outbox import Subscriber
from laddnav.storage.write import Fact, Write

KINDS: Final = frozenset({
    "EvidenceKept",
    "FaultCleared",
    "FaultRaised",
    "RegistrationChanged",
    "SecurityEventTold",
    "SessionCorrected",
    "SessionEnded",
    "SessionStarted",
})  # fmt: skip
_log = structlog.get_logger("laddnav.facts")
_HIDDEN: Final = frozenset({"token", "token_uid"})


async def _narrate(fact: Fact) -> Write | None:
    """Log one fact; a token is personal data and stays out of the log."""
    told = {
        name: value for name, value in msgspec.json.decode(fact.payload).items()
        if name not in _HIDDEN
    }  # fmt: skip
    _log.info(fact.kind, operator=fact.operator, subject=fact.subject, fact=told)
    return None


def narrator() -> Subscriber:
    """Return the subscriber that logs facts."""
    return Subscriber(name="narrator", kinds=KINDS, effect=_narrate)
