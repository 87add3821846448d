"""Signals between nodes: never the truth, which is the database's alone."""
