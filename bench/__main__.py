"""`./dev bench [all|messages|connections|boots|scale|help]`: see `./dev bench --help`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bench import document, fleet, messages, report, scale, startup
from bench.contenders import CONTENDERS
from bench.figures import (
    LADDNAV_NO_JOURNAL,
    LADDNAV_POSTGRESQL,
    LADDNAV_SQLITE,
    PEER,
    Contender,
    Figures,
    Scale,
)
from bench.machine import this_machine
from bench.processes import BenchError
from bench.profile import shares, table

_ONLY = {
    "sqlite": LADDNAV_SQLITE,
    "no-journal": LADDNAV_NO_JOURNAL,
    "postgresql": LADDNAV_POSTGRESQL,
    "peer": PEER,
}
_DESCRIPTION = """\
Measure Laddnav, beside a central system built on ocpp, websockets and SQLAlchemy.

  all          everything below (the default)
  messages     CPU per durable message on SQLite, with and without journal, on PostgreSQL, and
               the other system's
  connections  memory per idle connection, and both storms of `boots`
  boots        the same measurement: every station connects, authenticates and boots, twice
  help         the time that `laddnav --help` takes
  scale        CPU per message with a million meter readings stored, and per heartbeat with
               thousands of idle stations, each to the same without
"""


class Order(Struct, frozen=True, kw_only=True):
    """What to measure, and how much of it.

    Attributes:
        talking: Stations that send messages.
        fleet: Stations that connect, boot and are silent.
        rows: Meter readings that are stored before.
        idle: Stations that say nothing while others send heartbeats.
    """

    what: str
    only: str | None
    talking: int
    messages: int
    rounds: int
    fleet: int
    rows: int
    idle: int
    json: Path | None
    report: bool
    profile: Path | None

    def wants(self, *whats: str) -> bool:
        """Whether any of these is to be measured."""
        return self.what in {"all", *whats}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and print it; 0 whatever was measured, 1 where nothing could be."""
    order = _checked(_parser(), arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    try:
        if order.profile:
            _profile(order, order.profile)
            return 0
        figures = _measured(order)
    except (BenchError, OSError) as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    sys.stdout.write(report.text(figures))
    if order.json:
        order.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")
    if order.report:
        document.PATH.parent.mkdir(parents=True, exist_ok=True)
        document.PATH.write_text(document.document(figures), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whats = ["all", "messages", "connections", "boots", "help", "scale"]
    parser.add_argument("what", nargs="?", choices=whats, default="all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--report", action="store_true", help=f"write {document.PATH.name}")
    parser.add_argument("--quick", action="store_true", help="fast and inexact")
    parser.add_argument("--rounds", type=_positive, help="of messages, each contender [3]")
    parser.add_argument("--messages", type=_positive, help="per round [20000; the peer a fifth]")
    parser.add_argument("--stations", type=_positive, help="[100 for messages, else 10000]")
    parser.add_argument("--only", choices=_ONLY, help="one contender of messages")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="stacks of --only [sqlite]")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        message = "it must be at least 1"
        raise argparse.ArgumentTypeError(message)
    return number


def _checked(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> Order:
    given = parser.parse_args(arguments)
    if given.report and (given.what != "all" or given.only):
        parser.error("--report needs all figures of one run")
    if given.profile and given.only == "peer":
        parser.error("--profile is for Laddnav")
    quick = given.quick
    return Order(
        what=given.what,
        only=_ONLY.get(given.only),
        talking=given.stations or (20 if quick else 100),
        messages=given.messages or (3_000 if quick else 20_000),
        rounds=given.rounds or (1 if quick else 3),
        fleet=given.stations or (500 if quick else 10_000),
        rows=20_000 if quick else 1_000_000,
        idle=200 if quick else 5_000,
        json=given.json,
        report=given.report,
        profile=given.profile,
    )


def _measured(order: Order) -> Figures:
    return Figures(
        machine=this_machine(),
        stations=order.talking,
        contenders=_contenders(order) if order.wants("messages") else (),
        fleet=fleet.measure(order.fleet) if order.wants("connections", "boots") else None,
        scale=_scale(order) if order.wants("scale") else None,
        help_s=startup.measure() if order.wants("help") else None,
    )


def _contenders(order: Order) -> tuple[Contender, ...]:
    return messages.measure(
        [order.only] if order.only else list(CONTENDERS),
        stations=order.talking,
        messages=order.messages,
        rounds=order.rounds,
    )


def _scale(order: Order) -> Scale:
    return scale.measure(
        stations=order.talking,
        messages=order.messages,
        rows=order.rows,
        idle=order.idle,
        rounds=min(order.rounds, 2),
    )


def _profile(order: Order, file: Path) -> None:
    name = order.only or LADDNAV_SQLITE
    one = messages.measure_once(
        CONTENDERS[name], stations=order.talking, messages=order.messages, profile=file
    )
    sys.stdout.write(f"{name}, watched: {one.cpu_us:.1f} us a message\n")
    sys.stdout.write(table(shares(file.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    sys.exit(main())
