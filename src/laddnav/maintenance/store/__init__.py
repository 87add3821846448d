"""Templates, and what became of them at each station, in the database."""
