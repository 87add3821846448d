"""Importing this module fills the table of answers, for every version of OCPP."""

from laddnav.gateway import v16, v21, v201

__all__ = ["v16", "v21", "v201"]
