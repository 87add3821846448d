"""What commands are made of, what they entrust to a station, and what it is not asked."""
