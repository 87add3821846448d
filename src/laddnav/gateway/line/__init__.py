"""What one link is made of: its wire, its turns, its calls, its pulse, its record."""
