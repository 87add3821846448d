"""Tables of the journal's room, and the two stores of frames."""
