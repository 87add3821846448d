"""Plain numbers in the text form of Prometheus."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from laddnav.web.rooms import Measure


def exposition(read: Callable[[], Iterable[Measure]]) -> bytes:
    """Return the numbers of `read` and those of the process as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Measures(read))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Measures(Collector):
    """Shows plain numbers; those of one name become one family."""

    def __init__(self, read: Callable[[], Iterable[Measure]]) -> None:
        self._read = read

    @override
    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for measure in self._read():
            family = families.get(measure.name)
            if family is None:
                family = Metric(measure.name, measure.help, measure.kind)
                families[measure.name] = family
            suffix = "_total" if measure.kind == "counter" else ""
            family.add_sample(measure.name + suffix, dict(measure.labels), measure.value)
        return families.values()
