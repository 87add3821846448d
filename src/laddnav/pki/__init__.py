"""Certificates: authorities, signing requests, trusted roots, and what stations have installed."""
