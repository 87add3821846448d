"""The simulator's OCPP 2.0.1."""
