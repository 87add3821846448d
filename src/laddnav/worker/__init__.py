"""What time sets in motion: chores at their intervals, and the relay of facts."""
