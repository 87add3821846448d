"""The command line: `laddnav COMMAND`. Nothing heavy is imported before it is needed."""


def main() -> None:
    """Run the command line of this process."""
    from laddnav.cli.app import cli  # noqa: PLC0415 - click loads only when a command runs

    cli(prog_name="laddnav")
