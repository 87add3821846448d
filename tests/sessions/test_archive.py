"""Sessions as people and programs read them."""

import pytest

from laddnav.kernel.keys import StationKey
from laddnav.sessions.model import (
    EvidenceReason,
    SessionFilter,
    StartTold,
    State,
    StopTold,
)
from tests.sessions.desk import Desk
from tests.sessions.words import (
    HERE,
    OTHER_CARD,
    OTHER_STATION,
    STATION,
    at,
    meter,
    start,
    stop,
)


async def _three(desk: Desk) -> list[str]:
    """Two sessions at one station, the first of them ended, and one at another; oldest first."""
    first = await desk.tell(start(at(0)), at(0))
    await desk.tell(stop(first.transaction_id or 0, at(1), 2000), at(1))
    second = await desk.tell(start(at(2)), at(2))
    third = await desk.tell(start(at(3), token=OTHER_CARD), at(3), OTHER_STATION)
    return [outcome.session_id or "" for outcome in (first, second, third)]


async def test_sessions_are_listed_newest_first_page_by_page(desk: Desk) -> None:
    oldest_first = await _three(desk)
    seen, cursor = [], None
    while True:
        page = await desk.archive.list_sessions("default", limit=2, cursor=cursor)
        seen += [session.id for session in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == oldest_first[::-1]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (SessionFilter(station="CP1"), [0, 1]),
        (SessionFilter(state=State.RUNNING), [1, 2]),
        (SessionFilter(state=State.ENDED), [0]),
        (SessionFilter(token="card2"), [2]),
        (SessionFilter(since=at(2)), [1, 2]),
        (SessionFilter(station="CP1", state=State.RUNNING, token="CARD1", since=at(1)), [1]),
        (SessionFilter(station="nowhere"), []),
    ],
)
async def test_sessions_are_filtered(desk: Desk, wanted: SessionFilter, places: list[int]) -> None:
    names = await _three(desk)
    assert [session.id for session in await desk.all(wanted)] == [names[place] for place in places]


async def test_an_export_yields_everything_that_fits(desk: Desk) -> None:
    names = await _three(desk)
    exported = [session.id async for session in desk.archive.export("default")]
    assert exported == names[::-1]


async def test_one_session_is_read_by_its_id_and_its_operator_only(desk: Desk) -> None:
    name, *_ = await _three(desk)
    session = await desk.archive.get("default", name)
    assert session is not None
    assert session.id == name
    assert await desk.archive.get("other", name) is None
    assert await desk.archive.get("default", "none") is None


async def test_nothing_of_an_operator_is_seen_by_another(desk: Desk) -> None:
    name, *_ = await _three(desk)
    await desk.tell(stop(-5, at(9), 1), at(9))
    assert (await desk.archive.list_sessions("other")).items == ()
    assert (await desk.archive.samples("other", name)).items == ()
    assert (await desk.archive.evidence("other")).items == ()
    assert await desk.archive.story("other", name) == []


async def test_stations_of_two_operators_may_share_a_name_and_a_transaction(desk: Desk) -> None:
    await desk.accounts.add_operator("other", "Other")
    stranger = StationKey("other", STATION.identity)
    await desk.connect(stranger)
    ours = await desk.tell(start(at(0)), at(0))
    await desk.tell(start(at(0)), at(0), stranger)
    await desk.tell(stop(ours.transaction_id or 0, at(1), 2000), at(1))
    (theirs,) = (await desk.archive.list_sessions("other")).items
    assert theirs.ended_at == theirs.started_at  # refused there: its token is ours
    assert (await desk.one()).energy_wh == 1000


async def test_a_story_is_told_in_order_of_receipt(desk: Desk) -> None:
    name, *_ = await _three(desk)
    told = await desk.archive.story("default", name)
    assert [type(entry) for entry in told] == [StartTold, StopTold]


async def test_readings_are_paged_oldest_first(desk: Desk) -> None:
    outcome = await desk.tell(start(at(0)), at(0))
    name = outcome.session_id or ""
    for minute in range(1, 6):
        await desk.tell(meter(at(minute), 1000 + minute), at(minute))
    first = await desk.archive.samples("default", name, limit=3)
    rest = await desk.archive.samples("default", name, limit=3, cursor=first.next)
    assert [one.register_wh for one in (*first.items, *rest.items)] == [
        1001,
        1002,
        1003,
        1004,
        1005,
    ]
    assert rest.next is None
    assert (first.items[0].evse, first.items[0].connector) == HERE


async def test_evidence_is_listed_newest_first_and_by_station(desk: Desk) -> None:
    for minute in (1, 2, 3):
        await desk.tell(stop(-minute, at(minute), 2000), at(minute))
    await desk.tell(stop(-9, at(4), 2000), at(4), OTHER_STATION)
    first = await desk.archive.evidence("default", station="CP1", limit=2)
    rest = await desk.archive.evidence("default", station="CP1", limit=2, cursor=first.next)
    kept = [*first.items, *rest.items]
    assert [one.received_at for one in kept] == [at(3), at(2), at(1)]


async def test_a_message_that_no_story_can_take_is_kept_once_whatever_its_id(desk: Desk) -> None:
    for number in (1, 2):
        frame = b'[2,"%d","StopTransaction",{"transactionId":7}]' % number
        write = desk.sessions.keep_evidence(
            STATION, frame, EvidenceReason.NOT_REGISTERED, received_at=at(number)
        )
        await desk.database.commit(write)
    (kept,) = (await desk.archive.evidence("default")).items
    assert (kept.reason, kept.received_at) == (EvidenceReason.NOT_REGISTERED, at(1))


async def test_evidence_may_hold_any_bytes(desk: Desk) -> None:
    desk.sessions.forget(STATION)
    write = desk.sessions.keep_evidence(
        STATION, b"\x00\xff[2,", EvidenceReason.UNREADABLE, received_at=at(1)
    )
    await desk.database.commit(write)
    (kept,) = (await desk.archive.evidence("default")).items
    assert kept.frame == "\ufffd\ufffd[2,"


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.", "x.y", "\u0663.a", "9" * 30 + ".a", "1.\0"])
async def test_a_cursor_of_nobody_is_refused(desk: Desk, cursor: str) -> None:
    with pytest.raises(ValueError, match="no cursor of this list"):
        await desk.archive.list_sessions("default", cursor=cursor)
