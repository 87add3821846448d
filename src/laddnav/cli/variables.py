"""`laddnav station variables` and `laddnav station refresh`."""

import asyncio
from typing import Any, Final
from urllib.parse import quote

import click

from laddnav.cli.client import Api, listed, run
from laddnav.cli.options import Target, api_options, fail, limit_option
from laddnav.cli.output import show_item, show_list

_LOOK_SECONDS: Final = 0.3
_MUTABILITIES: Final = click.Choice(["ReadOnly", "WriteOnly", "ReadWrite"], case_sensitive=False)


@click.command()
@click.argument("identity")
@click.option("--component", help="Only of this component (OCPP 2).")
@click.option("--variable", help="Only so named.")
@click.option("--evse", type=click.IntRange(0), help="Only of this EVSE.")
@click.option("--mutability", type=_MUTABILITIES, help="Only what can be so used.")
@limit_option
@api_options
def variables(identity: str, *, target: Target, limit: int, **wanted: str | int | None) -> None:
    """List a station's variables, or configuration keys, as it last told them."""
    show_list(
        listed(target, _path(identity), limit, **wanted),
        ("name", "value", "mutability", "unit", "source", "learned_at", "needs_reboot"),
        as_json=target.as_json,
        none=f"Nothing is known: `laddnav station refresh {identity}` asks the station for all.",
    )


@click.command()
@click.argument("identity")
@click.option(
    "--wait",
    type=click.FloatRange(0, 3_600),
    default=120.0,
    show_default=True,
    help="Seconds until the station has told all; 0: do not wait.",
)
@api_options
def refresh(identity: str, *, target: Target, wait: float) -> None:
    """Read all variables of a connected station anew.

    Ends with status 1 where the station did not tell them all.
    """
    inventory = run(target, lambda api: _refreshed(api, identity, wait))
    show_item(inventory, as_json=target.as_json)
    if wait and inventory["status"] != "complete":
        raise SystemExit(1)


async def _refreshed(api: Api, identity: str, wait: float) -> dict[str, Any]:
    answer = await api.post(f"{_path(identity)}/refresh", {})
    if "error" in answer:
        fail(f"the station answered {answer['error']['code']}: it does not tell its variables")
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    while True:
        page = await api.get(_path(identity), limit=1)
        inventory: dict[str, Any] = page["inventory"] or {}
        if inventory.get("status") != "asked" or loop.time() >= deadline:
            return inventory
        await asyncio.sleep(_LOOK_SECONDS)


def _path(identity: str) -> str:
    return f"stations/{quote(identity, safe='')}/variables"
