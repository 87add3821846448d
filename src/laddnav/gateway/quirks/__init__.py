"""What kinds of stations are known to do wrong: one file each, and how the files are read."""
