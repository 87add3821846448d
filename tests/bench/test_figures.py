"""The arithmetic of the benchmarks."""

import msgspec
import pytest

from bench import document, report
from bench.figures import (
    LADDNAV_NO_JOURNAL,
    LADDNAV_POSTGRESQL,
    LADDNAV_SQLITE,
    PEER,
    Batch,
    Contender,
    Figures,
    Fleet,
    Machine,
    Round,
    Scale,
    Storm,
    journal_share,
    percentile,
    ratio,
    summary,
    targets,
)

MACHINE = Machine(
    cores=2,
    load=0.1,
    python="CPython 3.11.7",
    system="Linux",
    disk="ext4",
    versions={"ocpp": "2.1.0", "websockets": "17.4", "SQLAlchemy": "2.1.9"},
)
STORM = Storm(stations=10_000, wall_s=12.5, p50_ms=400, p99_ms=900)
FLEET = Fleet(cold=STORM, warm=STORM, cold_cpu_us=700, warm_cpu_us=600, kilobytes=21)
SCALE = Scale(rows=1_000_000, idle=5_000, empty_us=50, full_us=52, alone_us=20, together_us=25)


def contender(name: str, cpu_us: float) -> Contender:
    return Contender(
        name=name,
        rounds=3,
        messages=20_000,
        cpu_us=cpu_us,
        database_us=20 if name == LADDNAV_POSTGRESQL else 0,
        per_second=1e6 / cpu_us,
        p50_ms=10,
        p99_ms=20,
    )


def whole() -> Figures:
    cost = {LADDNAV_SQLITE: 50, LADDNAV_NO_JOURNAL: 45, LADDNAV_POSTGRESQL: 75, PEER: 1000}
    contenders = tuple(contender(name, cpu_us) for name, cpu_us in cost.items())
    return Figures(
        machine=MACHINE, stations=100, contenders=contenders, fleet=FLEET, scale=SCALE, help_s=0.1
    )


def one_round(cpu_s: float, wall_s: float = 2.0) -> Round:
    batch = Batch(messages=1_000, wall_s=wall_s, p50_ms=1, p99_ms=2)
    return Round(batch=batch, cpu_s=cpu_s, database_cpu_s=cpu_s / 4)


@pytest.mark.parametrize(("rank", "value"), [(0, 1), (50, 50), (99, 99), (100, 100)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(rank: int, value: int) -> None:
    assert percentile(range(100, 0, -1), rank) == value


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 99) == 7.0


def test_a_round_gives_cpu_time_and_rate_per_message() -> None:
    measured = one_round(cpu_s=0.08)
    assert measured.cpu_us == pytest.approx(80)
    assert measured.database_us == pytest.approx(20)
    assert measured.per_second == pytest.approx(500)


def test_a_contender_is_given_the_round_that_was_disturbed_least() -> None:
    rounds = [one_round(0.09, 1.0), one_round(0.06, 2.0), one_round(0.08, 4.0)]
    found = summary("somebody", rounds)
    assert found.cpu_us == pytest.approx(60)
    assert found.database_us == pytest.approx(15)
    assert found.per_second == pytest.approx(500)
    assert (found.rounds, found.messages) == (3, 1_000)


def test_the_ratio_is_the_peers_cost_in_units_of_laddnavs() -> None:
    assert ratio(whole()) == pytest.approx(20)


def test_the_journals_share_is_what_goes_away_without_it() -> None:
    assert journal_share(whole()) == pytest.approx(0.1)


def test_what_was_not_measured_has_no_target() -> None:
    figures = Figures(machine=MACHINE, stations=100, contenders=(contender(PEER, 1000),))
    assert ratio(figures) is None
    assert journal_share(figures) is None
    assert targets(figures) == ()


def test_each_promise_is_held_against_its_figure() -> None:
    reached = {one.unit: one.reached for one in targets(whole())[:3]}
    assert reached == {"times": True, "us": True, "KB": False}
    assert [one.limit for one in targets(whole())] == [15, 80, 20, 15, 0.3, 1.1, 1.1]


def test_the_printed_text_has_every_contender_and_says_what_is_missed() -> None:
    text = report.text(whole())
    for name in (LADDNAV_SQLITE, LADDNAV_NO_JOURNAL, LADDNAV_POSTGRESQL, PEER):
        assert name in text
    assert "The journal's share: 10%" in text
    assert text.count("MISSED") == 2
    assert "5,000 idle stations" in text


def test_a_machine_that_is_busy_with_other_things_is_pointed_out() -> None:
    machine = msgspec.structs.replace(MACHINE, load=3.2)
    figures = msgspec.structs.replace(whole(), machine=machine)
    for write in (report.text, document.document):
        assert "load 3.2" in write(figures)
        assert "(load" not in write(whole())


def test_a_database_in_memory_is_pointed_out() -> None:
    machine = msgspec.structs.replace(MACHINE, disk="tmpfs")
    text = report.text(msgspec.structs.replace(whole(), machine=machine))
    assert "TMPDIR" in text


def test_the_document_gives_ratios_and_not_times_for_the_contenders() -> None:
    page = document.document(whole())
    assert f"| **{PEER}** | 20 | in the process | 0.05 |" in page
    assert f"| {LADDNAV_POSTGRESQL} | 1.5 | 27% | 0.67 |" in page
    assert "| Memory per connection, 10,000 idle | at most 20 KB | 21 KB (missed) |" in page


def test_figures_survive_their_file() -> None:
    figures = whole()
    assert msgspec.json.decode(msgspec.json.encode(figures), type=Figures) == figures
