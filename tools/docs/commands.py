"""docs/reference/cli.md from the commands themselves."""

import click

from laddnav.cli.app import cli


def page() -> str:
    """Return the document."""
    return "# Command line\n\n" + "\n".join(_texts(cli, "laddnav", None))


def _texts(command: click.Command, name: str, parent: click.Context | None) -> list[str]:
    context = click.Context(
        command, info_name=name, parent=parent, max_content_width=88, terminal_width=88
    )
    title = context.command_path
    texts = [f"## `{title}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n"]
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            if found is not None:
                texts += _texts(found, sub, context)
    return texts
