"""`laddnav simulate`."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from laddnav.cli.options import fail

if TYPE_CHECKING:
    from laddnav.simulator.fleet import FleetPlan
    from laddnav.simulator.view import FleetView

_VERSIONS = click.Choice(["1.6", "2.0.1", "2.1", "mixed"])
_TOLD_EVERY = 5.0
_HINT = (
    "The server must know them: `laddnav station add` or `laddnav station import FILE.csv` tells "
    "it of them, `laddnav refusal list` says there why it refuses."
)


@click.command()
@click.option("--url", required=True, help="The server, for example ws://127.0.0.1:9000/ocpp")
@click.option("--stations", type=click.IntRange(1, 50_000), default=10, show_default=True)
@click.option("--ocpp", "version", type=_VERSIONS, default="mixed", show_default=True)
@click.option("--prefix", default="SIM", show_default=True, help="Identities are PREFIX-0001 ...")
@click.option("--password", help="The same for all; {identity} in it stands for the identity.")
@click.option("--seed", default="laddnav", show_default=True, help="Equal seeds, equal fleets.")
@click.option("--speed", type=click.FloatRange(0.1, 1000), default=1.0, show_default=True)
@click.option("--minutes", type=click.FloatRange(0.01), help="Stop after so long [never].")
def simulate(
    *,
    url: str,
    stations: int,
    version: str,
    prefix: str,
    password: str | None,
    seed: str,
    speed: float,
    minutes: float | None,
) -> None:
    """Let simulated stations connect to a server, charge cars and fail now and then.

    The server must know the stations and the tokens SIM00001 to SIM00100; `laddnav station add`
    and `laddnav token add` tell it of them. Ctrl-C stops all stations in the orderly way.

    Ends with status 1 where no station ever came in.
    """
    import uvloop  # noqa: PLC0415 - loaded only to simulate: every command would start slower

    from laddnav.simulator.fleet import FleetPlan  # noqa: PLC0415 - loaded only to simulate: every command would start slower
    from laddnav.simulator.versions import versions_of  # noqa: PLC0415 - loaded only to simulate: every command would start slower
    from laddnav.simulator.view import FleetView  # noqa: PLC0415 - loaded only to simulate: every command would start slower

    plan = FleetPlan(
        url=url,
        stations=stations,
        versions=versions_of(version),
        prefix=prefix,
        passwords=_passwords(password),
        seed=seed,
        speed=speed,
    )
    view = FleetView()
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_simulated(plan, minutes, view))
    if not view.snapshot().sent:
        fail(f"no station ever came in ({view.refusal() or 'none had tried yet'}). {_HINT}")


def _passwords(text: str | None) -> Callable[[str], str] | None:
    if text is None:
        return None
    return lambda identity: text.replace("{identity}", identity)


async def _simulated(plan: "FleetPlan", minutes: float | None, view: "FleetView") -> None:
    from laddnav.simulator.fleet import run_fleet  # noqa: PLC0415 - loaded only to simulate: every command would start slower

    telling = asyncio.create_task(_tell(view))
    try:
        async with asyncio.timeout(None if minutes is None else minutes * 60):
            await run_fleet(plan, view=view)
    except TimeoutError:
        click.echo("The time is over; all stations have gone.")
    finally:
        telling.cancel()


async def _tell(view: "FleetView") -> None:
    """Print a line on the fleet every few seconds."""
    sent = 0
    since = time.monotonic()
    while True:
        await asyncio.sleep(_TOLD_EVERY)
        now, seen = time.monotonic(), view.snapshot()
        rate = (seen.sent - sent) / (now - since)
        sent, since = seen.sent, now
        click.echo(
            f"{seen.connected} of {seen.stations} connected, {seen.running} sessions, "
            f"{seen.power_w / 1000:.0f} kW, {seen.energy_wh / 1000:.1f} kWh, "
            f"{rate:.0f} messages/s, {seen.waiting} waiting, {seen.failed_connects} refused"
            + ("" if seen.connected else _why(view))
        )


def _why(view: "FleetView") -> str:
    reason = view.refusal()
    return f" ({reason})" if reason else ""
