"""Laddnav: one hub between charging stations and everything else."""
