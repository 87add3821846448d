"""Charging stations and cars made of code: they speak OCPP and know nothing of the server."""
