"""The nouns of the upkeep of stations."""
