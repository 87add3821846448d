"""The database's history: one module in `versions/` for each step, run in their order."""
