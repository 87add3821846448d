"""What sessions decide without asking anybody: pure, time and ids come in as arguments."""
