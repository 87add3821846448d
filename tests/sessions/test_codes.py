"""Sessions of codes that drivers type in: told apart, and never written down (C04.FR.04)."""

import pytest
import sqlalchemy as sa

from laddnav.sessions.model import EvidenceReason, SessionFilter
from laddnav.sessions.store import tables
from laddnav.storage.schema import outbox
from laddnav.tokens.model import NewToken, TokenRef, Verdict
from laddnav.tokens.store import tokens as registered
from tests.sessions.desk import Desk
from tests.sessions.words import HERE, OTHER_STATION, STATION, at, event

_CODE = "314159"
_FRAME = (
    '[2,"19","TransactionEvent",{"idToken":{"idToken":"314159","type":"KeyCode"},"seqNo":4,'
    '"transactionInfo":{"transactionId":""}}]'
)


def _presented(desk: Desk, code: str = _CODE) -> TokenRef:
    return desk.tokens.presented("default", code, "KeyCode")


async def _stored(desk: Desk) -> str:
    """Everything that is written down anywhere."""
    kept = [*tables.metadata.sorted_tables, outbox, registered]
    return "\n".join([str(await desk.database.fetch(sa.select(table))) for table in kept])


async def test_a_code_has_one_session_at_a_time_and_is_the_same_at_the_stop(desk: Desk) -> None:
    await desk.admit(NewToken(uid=_CODE, type="KeyCode"))
    code = _presented(desk)
    verdicts = []
    for key in (STATION, OTHER_STATION):
        word = event("Started", 0, at(0), connector=HERE, token=code, transaction_id=key.identity)
        outcome = await desk.tell(word, at(0), key)
        assert outcome.verdict is not None
        verdicts.append(outcome.verdict.verdict)
    assert verdicts == [Verdict.ACCEPTED, Verdict.CONCURRENT]
    word = event("Ended", 1, at(9), token=code, transaction_id="CP1", trigger="StopAuthorized")
    outcome = await desk.tell(word, at(9))
    assert outcome.verdict is not None
    assert outcome.verdict.verdict is Verdict.ACCEPTED
    shown = {session.token for session in await desk.all()}
    assert shown == {code.uid}
    assert len(await desk.all(SessionFilter(token=code.uid.upper()))) == 2
    assert await desk.all(SessionFilter(token=_presented(desk, "2718").uid)) == []


@pytest.mark.ocpp("C04.FR.04")
async def test_nothing_that_is_stored_holds_a_code(desk: Desk) -> None:
    await desk.admit(NewToken(uid=_CODE, type="KeyCode"))
    code = _presented(desk)
    started = event("Started", 0, at(0), connector=HERE, token=code, trigger="Authorized")
    await desk.tell(started, at(0), frame=_FRAME.encode())
    ended = event("Ended", 1, at(9), token=code, trigger="StopAuthorized")
    await desk.tell(ended, at(9), frame=_FRAME.encode())
    nameless = event("Started", 4, at(0), transaction_id="", token=code)
    await desk.tell(nameless, at(10), frame=_FRAME.encode())
    write = desk.sessions.keep_evidence(
        STATION, _FRAME.encode(), EvidenceReason.UNREADABLE, received_at=at(11)
    )
    await desk.database.commit(write)
    cut = _FRAME[:-4].encode()
    write = desk.sessions.keep_evidence(STATION, cut, EvidenceReason.UNREADABLE, received_at=at(12))
    await desk.database.commit(write)
    everything = await _stored(desk)
    assert "KeyCode" in everything
    assert _CODE not in everything


async def test_evidence_of_a_code_keeps_the_rest_of_its_frame_and_is_kept_once(desk: Desk) -> None:
    for number in (19, 20):
        frame = _FRAME.replace('"19"', f'"{number}"').encode()
        write = desk.sessions.keep_evidence(
            STATION, frame, EvidenceReason.UNREADABLE, received_at=at(number)
        )
        await desk.database.commit(write)
    (kept,) = (await desk.archive.evidence("default")).items
    assert kept.frame == _FRAME.replace(_CODE, "***")
