"""`laddnav serve`."""

import os
import signal

import click

from laddnav.bootstrap.errors import StartupError
from laddnav.cli.options import USAGE, database_options, fail, settings_of
from laddnav.settings import unknown


def server_options(command: click.decorators.FC) -> click.decorators.FC:
    """Add the addresses of a server."""
    for option in (
        click.option("--web", metavar="HOST:PORT", help="Address of the API [127.0.0.1:8080]."),
        click.option("--ocpp-tls", metavar="HOST:PORT", help="Address for stations with TLS."),
        click.option("--ocpp", metavar="HOST:PORT", help="Address for stations [0.0.0.0:9000]."),
    ):
        command = option(command)
    return command


@click.command()
@server_options
@database_options
@click.option("--node", help="This node's name, the same after each start.")
@click.option("--bus", metavar="URL", help="nats://HOST:PORT, where several nodes use NATS.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]))
@click.option("--log-format", type=click.Choice(["auto", "pretty", "json"]))
def serve(*, config: str | None, **flags: str | None) -> None:
    """Run the server until SIGTERM or Ctrl-C.

    It prints one line with its addresses when it is ready. Every flag is also a setting
    (LADDNAV_OCPP, ...); docs/reference/settings.md lists them all.
    """
    for number in (signal.SIGTERM, signal.SIGINT):  # until the server itself takes them
        signal.signal(number, _leave)
    from laddnav.bootstrap import server  # noqa: PLC0415 - this loads the whole server, which few commands need

    settings = settings_of(config, **flags)
    try:
        server.serve(
            settings,
            ready=lambda running: click.echo(running.line),
            unknown=unknown(os.environ),
        )
    except StartupError as error:
        fail(str(error), USAGE)


def _leave(_number: int, _frame: object) -> None:
    """End a start in which nothing has begun yet."""
    raise SystemExit(0)
