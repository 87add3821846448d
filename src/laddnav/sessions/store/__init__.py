"""Where sessions are kept: the room's tables, rows and queries, private to the room."""
