"""Pure decisions about stations: their reports, their admission, their import."""
