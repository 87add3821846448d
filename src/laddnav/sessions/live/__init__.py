"""The sessions of connected stations, as the node that owns them keeps them in memory."""
