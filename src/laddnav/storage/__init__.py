"""The database: group commit, ownership, gathered reads, outbox and migrations on two engines."""
