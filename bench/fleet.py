"""Many stations at once: the storms in which they connect, and the memory they take when idle."""

from bench.contenders import Opening, laddnav_on_sqlite
from bench.figures import Fleet
from bench.processes import allow_connections, load, resident_bytes, settle

_IN_FLIGHT = 500


def measure(stations: int, opening: Opening = laddnav_on_sqlite) -> Fleet:
    """Return what `stations` registered stations cost the server.

    Memory is the server's growth from just before the first connection until all stations have
    booted and all is quiet: what it loads once, and its caches, count as theirs.

    Raises:
        BenchError: So many connections cannot be opened here.
    """
    allow_connections(stations)
    with (
        opening(stations) as server,
        load(server.url, stations, server.folder, in_flight=_IN_FLIGHT) as generator,
    ):
        start_cpu, start_memory = settle(server.pids), resident_bytes(server.pids)
        cold = generator.connect()
        cold_cpu, memory = settle(server.pids), resident_bytes(server.pids)
        generator.drop()
        gone_cpu = settle(server.pids)
        warm = generator.connect()
        warm_cpu = settle(server.pids)
    return Fleet(
        cold=cold,
        warm=warm,
        cold_cpu_us=(cold_cpu - start_cpu) / stations * 1e6,
        warm_cpu_us=(warm_cpu - gone_cpu) / stations * 1e6,
        kilobytes=(memory - start_memory) / stations / 1024,
    )
