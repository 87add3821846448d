"""What stations that speak OCPP 2.1 say and are told where it differs from 2.0.1.

Importing it fills the table of answers, with what 2.0.1 lends as well.
"""

from laddnav.gateway.v21 import (
    authorization,
    iso15118,
    notices,
    smart_charging,
    transactions,
)

__all__ = [
    "authorization",
    "iso15118",
    "notices",
    "smart_charging",
    "transactions",
]
