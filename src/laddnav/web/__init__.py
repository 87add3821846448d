"""People and programs: the REST API, metrics and health, served over TCP and a Unix socket."""
