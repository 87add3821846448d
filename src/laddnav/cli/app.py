"""The tree of commands: their names and one line on each, without importing what they do."""

from importlib import import_module
from typing import Final

import click
from typing_extensions import override

_COMMANDS: Final = {
    "serve": ("laddnav.cli.serve:serve", "Run the server."),
    "demo": ("laddnav.cli.demo:demo", "Run the server with simulated stations and a dashboard."),
    "simulate": ("laddnav.cli.simulate:simulate", "Let simulated stations connect to a server."),
    "station": ("laddnav.cli.station:station", "Stations: add, import, list, show, change."),
    "template": (
        "laddnav.cli.template:template",
        "How stations shall be configured, and which ones are not.",
    ),
    "token": ("laddnav.cli.token:token", "Tokens: add, import, list, show, change."),
    "session": ("laddnav.cli.session:session", "Sessions: list, show, export."),
    "quirk": ("laddnav.cli.quirk:quirk", "What kinds of stations are known to do wrong."),
    "refusal": ("laddnav.cli.refusal:refusal", "Connections that were refused, and why."),
    "security-event": (
        "laddnav.cli.security_event:security_event",
        "What stations told of their security.",
    ),
    "call": ("laddnav.cli.call:call", "Send any OCPP action to a connected station."),
    "api-key": ("laddnav.cli.api_key:api_key", "Keys of the REST API: create, list, revoke."),
    "operator": ("laddnav.cli.operator:operator", "Operators (tenants) and their policies."),
    "pki": ("laddnav.cli.pki:pki", "Certificates: authorities, roots, stations."),
    "bulk": ("laddnav.cli.bulk:bulk", "What is done at many stations, at a pace."),
    "db": ("laddnav.cli.db:db", "The database: migrate, back up."),
    "reload": ("laddnav.cli.reload:reload", "Load certificates anew in the running server."),
    "doctor": ("laddnav.cli.doctor:doctor", "Look at this installation and say what is wrong."),
}


class _LazyGroup(click.Group):
    """A group that imports a command when it is run, and none for its own help."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="laddnav")
def cli() -> None:
    """One hub between charging stations and everything else."""
