"""`laddnav reload`."""

from typing import Any

import click

from laddnav.cli.client import Api, run
from laddnav.cli.options import Target, api_options
from laddnav.cli.output import show_item


@click.command()
@api_options
def reload(*, target: Target) -> None:
    """Load certificates and trusted roots anew; no station is disconnected.

    The running server does so by itself within seconds after the files change, and on SIGHUP.
    """

    async def work(api: Api) -> dict[str, Any]:
        loaded: dict[str, Any] = await api.send("POST", "certificates/reload")
        return loaded

    show_item(run(target, work), as_json=target.as_json)
