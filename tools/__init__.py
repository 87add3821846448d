"""What builds and checks the project; never imported by it."""
