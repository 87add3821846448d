"""Cars and meters: nothing is lost, nothing runs backwards, nothing runs over."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laddnav.simulator.car import CARS, Car, CarModel
from laddnav.simulator.meter import REGISTER, Meter, View, take
from laddnav.simulator.plan import AC_1_PHASE, AC_3_PHASE, DC_150, ConnectorPlan
from laddnav.simulator.power import MICROS_PER_SECOND, NANOJOULES_PER_WH, Offer
from tests.simulator.people import ESTATE

HOUR = 3_600 * MICROS_PER_SECOND

models = st.sampled_from(CARS)
connectors = st.sampled_from((AC_1_PHASE, AC_3_PHASE, DC_150))
offers = st.builds(
    ConnectorPlan.offer, connectors, st.none() | st.integers(min_value=0, max_value=400_000_000)
)
spans = st.lists(st.integers(min_value=0, max_value=3 * HOUR), max_size=12)
percents = st.integers(min_value=0, max_value=100)


@given(models, percents, offers, spans)
def test_the_register_is_the_integral_of_the_power(
    model: CarModel, percent: int, offer: Offer, lengths: list[int]
) -> None:
    car, meter, integral = Car(model, percent=percent), Meter(start_wh=7), 0
    for length in lengths:
        flow = list(car.flow(offer, length))
        assert sum(micros for _, micros in flow) == length
        integral += sum(draw.power_mw * micros for draw, micros in flow)
        meter.count(flow)
    assert meter.register_nj == 7 * NANOJOULES_PER_WH + integral


@given(models, percents, percents, offers, spans)
def test_the_battery_never_holds_more_than_its_target_nor_less_than_before(
    model: CarModel, percent: int, more: int, offer: Offer, lengths: list[int]
) -> None:
    target = max(percent, more)
    car = Car(model, percent=percent, target=target)
    for length in lengths:
        before = car.stored_nj
        list(car.flow(offer, length))
        assert before <= car.stored_nj
        assert car.stored_nj * 100 <= model.battery_wh * NANOJOULES_PER_WH * target
    assert percent <= car.percent <= target
    assert 0 <= car.state_of_charge <= 100


@given(models, percents, offers)
def test_no_more_flows_than_is_offered_or_than_the_car_takes(
    model: CarModel, percent: int, offer: Offer
) -> None:
    draw = Car(model, percent=percent).draw(offer)
    assert draw.power_mw <= offer.power_mw
    assert draw.current_ma <= offer.current_ma
    if offer.direct:
        assert draw.power_mw <= model.dc_watts * 1_000
    else:
        assert draw.phases <= min(model.ac_phases, offer.phases)
        assert draw.current_ma == 0 or draw.current_ma >= 6_000


@given(models, percents, offers, spans)
def test_every_sample_of_the_register_is_at_least_the_one_before(
    model: CarModel, percent: int, offer: Offer, lengths: list[int]
) -> None:
    car, meter, told = Car(model, percent=percent), Meter(start_wh=1_000, decimals=3), []
    for length in lengths:
        meter.count(car.flow(offer, length))
        view = View(meter=meter, offer=offer, since_nj=0)
        told.append(take(view, (REGISTER,))[0].value)
    assert told == sorted(told)


@given(models, percents, spans)
def test_the_phases_of_a_meter_add_up_to_its_register(
    model: CarModel, percent: int, lengths: list[int]
) -> None:
    car, meter = Car(model, percent=percent), Meter(decimals=3)
    for length in lengths:
        meter.count(car.flow(AC_3_PHASE.offer(), length))
    rounded = sum((meter.phase_wh(phase) for phase in range(3)), Decimal(0))
    assert Decimal(0) <= meter.register_wh - rounded <= Decimal("0.003")


def test_a_car_of_one_phase_loads_the_first_phase_only() -> None:
    hybrid = CarModel(name="hybrid", battery_wh=11_500, ac_phases=1, ac_amps=16)
    car, meter = Car(hybrid, percent=20), Meter()
    meter.count(car.flow(AC_3_PHASE.offer(), HOUR))
    assert meter.register_wh == meter.phase_wh(0) == 3680
    assert meter.phase_wh(1) == meter.phase_wh(2) == 0


def test_a_fast_charge_slows_down_as_the_battery_fills() -> None:
    powers = [
        Car(ESTATE, percent=percent).draw(DC_150.offer()).power_mw for percent in range(60, 100, 10)
    ]
    assert powers == sorted(powers, reverse=True)
    assert powers[0] > 2 * powers[-1]


def test_a_satisfied_car_takes_nothing() -> None:
    car = Car(ESTATE, percent=79, target=80)
    list(car.flow(DC_150.offer(), HOUR))
    assert car.satisfied
    assert car.draw(DC_150.offer()).power_mw == 0
    assert not Car(ESTATE, percent=79, target=80).satisfied


def test_less_than_six_amperes_charge_nothing() -> None:
    # 4 kW over three phases is 5.8 A
    assert Car(ESTATE, percent=50).draw(AC_3_PHASE.offer(4_000_000)).power_mw == 0
    assert Car(ESTATE, percent=50).draw(AC_3_PHASE.offer(4_200_000)).power_mw > 0


@pytest.mark.parametrize(
    ("decimals", "shown"), [(0, "1840"), (1, "1840.1"), (3, "1840.153")], ids=str
)
def test_a_meter_shows_its_register_rounded_down_to_its_resolution(
    decimals: int, shown: str
) -> None:
    meter = Meter(decimals=decimals)
    meter.count(Car(ESTATE, percent=20).flow(AC_3_PHASE.offer(), 600_050_000))
    assert str(meter.register_wh) == shown


def test_an_ac_meter_tells_each_phase_and_a_dc_meter_the_state_of_charge() -> None:
    car, meter = Car(ESTATE, percent=40), Meter()
    meter.count(car.flow(AC_3_PHASE.offer(), HOUR))
    view = View(meter=meter, offer=AC_3_PHASE.offer(), since_nj=0, by_phase=True)
    told = take(view, ("Current.Import", "Voltage", "Power.Active.Import", "SoC"))
    assert " ".join(f"{each.phase}={each.value.normalize():f}" for each in told) == (
        "L1=16 L2=16 L3=16 L1-N=230 L2-N=230 L3-N=230 None=11040 L1=3680 L2=3680 L3=3680"
    )

    fast = View(meter=Meter(), offer=DC_150.offer(), since_nj=0, state_of_charge=Decimal("40.0"))
    soc = take(fast, ("SoC",))[0]
    assert f"{soc.value} {soc.unit} {soc.location}" == "40.0 Percent EV"


def test_an_interval_tells_what_came_since_the_last_reading() -> None:
    car, meter = Car(ESTATE, percent=20), Meter(start_wh=500)
    meter.count(car.flow(AC_3_PHASE.offer(), HOUR))
    view = View(meter=meter, offer=AC_3_PHASE.offer(), since_nj=500 * NANOJOULES_PER_WH)
    assert take(view, ("Energy.Active.Import.Interval",))[0].value == 11_040
