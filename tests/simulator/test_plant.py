"""The hardware by itself: whatever happens to it, each transaction is a story that makes sense."""

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from laddnav.simulator.connector import Fault
from laddnav.simulator.plan import AC_3_PHASE, DC_150, ConnectorPlan, StationPlan
from laddnav.simulator.plant import Plant
from laddnav.simulator.settings import Settings
from laddnav.simulator.story import Step, Transaction
from tests.simulator.people import TAG, QuickTime, estate

POINTS = ("EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer", "ParkingBayOccupancy")
points = st.lists(st.sampled_from(POINTS), min_size=1, max_size=3).map(tuple)
TWO_ON_ONE_EVSE = StationPlan(
    connectors=(AC_3_PHASE, DC_150.__class__(phases=0, evse=2), ConnectorPlan(evse=2)),
    start_wh=123,
)


class Happening(NamedTuple):
    """Something that may happen at a connector, if it can."""

    what: str
    number: int
    seconds: int


happenings = st.lists(
    st.builds(
        Happening,
        st.sampled_from(
            ("plug in", "unplug", "present", "withdraw", "sample", "fail", "heal", "hold", "end")
        ),
        st.integers(min_value=1, max_value=3),
        st.integers(min_value=0, max_value=7_200),
    ),
    max_size=40,
)


class Told:
    """Hears the steps of all transactions."""

    def __init__(self) -> None:
        self.stories: dict[str, list[Step]] = {}

    def __call__(self, transaction: Transaction, step: Step) -> None:
        self.stories.setdefault(transaction.id, []).append(step)


def happen(plant: Plant, time: QuickTime, happening: Happening) -> None:
    """Let something happen, if it can."""
    time.step(happening.seconds)
    connector = plant.connector(happening.number)
    doings: dict[str, Callable[[], None]] = {
        "unplug": lambda: plant.unplug(connector),
        "withdraw": lambda: plant.withdraw(connector, "Local", "StopAuthorized"),
        "sample": lambda: plant.sample(connector),
        "fail": lambda: plant.fail(connector, Fault("GroundFailure")),
        "heal": lambda: plant.fail(connector, None),
        "hold": lambda: plant.hold(connector),
        "end": lambda: plant.end(connector, "Reboot", "ResetCommand"),
    }
    if all(each.car is None for each in plant.connectors if each.evse == connector.evse):
        doings["plug in"] = lambda: plant.plug_in(connector, estate(50))
    if connector.token is None:
        doings["present"] = lambda: plant.present(connector, TAG)
    doings.get(happening.what, lambda: None)()


@given(points, points, happenings)
def test_each_transaction_is_told_in_order_from_its_start_to_its_end(
    start_points: tuple[str, ...], stop_points: tuple[str, ...], story: list[Happening]
) -> None:
    told, time = Told(), QuickTime()
    settings = Settings(start_points=start_points, stop_points=stop_points)
    plant = Plant(TWO_ON_ONE_EVSE, settings, time, identity="CP", tell=told, limits=lambda _: None)
    for happening in story:
        happen(plant, time, happening)
        assert all(each.meter.register_wh >= 123 for each in plant.connectors)
    running = {each.transaction.id for each in plant.connectors if each.transaction is not None}
    for transaction_id, steps in told.stories.items():
        kinds = [step.kind for step in steps]
        assert [step.seq_no for step in steps] == list(range(len(steps)))
        assert kinds.count("Started") == 1
        assert kinds[0] == "Started"
        assert kinds.count("Ended") == (transaction_id not in running)
        assert "Ended" not in kinds[:-1]
        assert sum(step.tells_evse for step in steps) <= 1
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        registers = [reading.register_wh for step in steps for reading in step.readings[-1:]]
        assert registers == sorted(registers)
        assert all(step.reason is not None for step in steps if step.kind == "Ended")
    assert running <= told.stories.keys()
