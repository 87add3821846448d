"""Tables of the stations' room and the queries on them."""
