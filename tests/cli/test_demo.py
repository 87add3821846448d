"""What a newcomer sees first."""

from laddnav.cli.demo import fleet_plan


def test_within_half_a_minute_most_stations_are_there_and_cars_have_come() -> None:
    plan = fleet_plan("ws://0.0.0.0:9000/ocpp", 24)
    assert plan.ramp_s + plan.arrival_s < 20  # the mean until the first car at a connector
    assert plan.url == "ws://127.0.0.1:9000/ocpp"
