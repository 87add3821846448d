"""The simulator's OCPP 1.6."""
