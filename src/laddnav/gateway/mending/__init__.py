"""Reading payloads of odd stations: what does not fit its type is mended where it fails."""
