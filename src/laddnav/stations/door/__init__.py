"""Who may come in: the check of each knock, and what is kept of those that were refused."""
