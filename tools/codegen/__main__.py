"""`python -m tools.codegen [--check]`: make the message types, or prove them up to date."""

import argparse
import sys
from collections.abc import Sequence

from tools.codegen import output


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what is stale; with --check only name it, and fail if there is any."""
    parser = argparse.ArgumentParser(prog="./dev codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if stale")
    check = parser.parse_args(arguments).check
    wanted = output.generated()
    changed = output.stale(wanted) if check else output.write(wanted)
    word = "stale" if check else "written"
    sys.stdout.writelines(f"{word}: {path}\n" for path in changed)
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
