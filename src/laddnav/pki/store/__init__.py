"""The room's tables and queries."""
