"""What is asked every few seconds reads the rows that count, however many there are."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from laddnav.stations.model.bulk import Bulk
from laddnav.stations.store import bulks, handovers
from laddnav.stations.store.tables import metadata

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BULK = Bulk(
    operator="o",
    id="b",
    kind="handover",
    what="new passwords",
    details={},
    per_minute=1,
    total=1,
    created_at=NOON,
    next_at=NOON,
    deadline_at=NOON,
)


@pytest.mark.parametrize(
    ("query", "way"),
    [
        (handovers.overdue(9, 9), "handovers_by_deadline (is_open=? AND deadline_at<?)"),
        (
            handovers.orphaned(9, 9, 9),
            "handovers_by_state (is_open=? AND state=? AND updated_at<?)",
        ),
        (handovers.due(9, 9, 9), "handovers_by_state (is_open=? AND state=?)"),
        (bulks.going_on("", 9), "bulks_by_end (ended_at=? AND id>?)"),
        (bulks.open_states(BULK), "bulk_items_by_state (operator=? AND bulk=? AND state=?)"),
        (bulks.due(BULK, 9, 9, 9), "bulk_items_by_state (operator=? AND bulk=? AND state=?)"),
    ],
)
def test_only_the_rows_that_count_are_read(query: sa.ClauseElement, way: str) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    engine.dispose()
    read = [step for *_, step in plan if any(name in step for name in ("handovers", "bulk"))]
    assert read[0].endswith(way)
    assert not any(step.startswith("SCAN ") for step in read)
