"""The simulator's OCPP 2.1: what differs from 2.0.1."""
