"""`python -m laddnav`: the same as the command `laddnav`."""

from laddnav.cli import main

main()
