"""The verbs of the journal's room."""
