"""Charging stations: what is configured, what is learned, what they do now and did before."""
