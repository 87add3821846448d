"""What is done with a message whatever the version: told to the rooms, and answered."""
