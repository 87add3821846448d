"""From settings to a running server, and to a server for the length of one command.

Nothing is imported here: most commands only look for the running server's socket (`control`).
"""
