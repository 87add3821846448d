"""What templates want of a station, and what is to be done about it."""
