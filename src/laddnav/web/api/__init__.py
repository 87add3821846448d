"""The REST API, one module per room: what is asked for, and in which form it is shown."""
