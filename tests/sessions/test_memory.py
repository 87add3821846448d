"""What ten thousand stations cost while nothing happens at them."""

import tracemalloc

from laddnav.kernel.keys import StationKey
from laddnav.sessions.live.station import LiveStation

_COUNT = 2000


def test_an_idle_station_takes_less_than_a_kilobyte() -> None:
    keys = [StationKey("default", f"CP{number}") for number in range(_COUNT)]
    tracemalloc.start()
    stations = {}
    for key in keys:
        station = stations[key] = LiveStation(key, 7)
        station.horizon = 1_700_000_000_000_000
        station.loaded = True
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken / len(stations) < 1024
