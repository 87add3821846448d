"""The upkeep of stations: configuration templates, and what stations answer to them."""
