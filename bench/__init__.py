"""Benchmarks: Laddnav beside a central system of others on one machine; `./dev bench help`."""
