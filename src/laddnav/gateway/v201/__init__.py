"""What stations that speak OCPP 2.0.1 say and are told; most of it serves 2.1 as well.

Importing it fills the table of answers.
"""

from laddnav.gateway.v201 import (
    authorization,
    availability,
    certificates,
    diagnostics,
    metering,
    notices,
    provisioning,
    security,
    transactions,
)

__all__ = [
    "authorization",
    "availability",
    "certificates",
    "diagnostics",
    "metering",
    "notices",
    "provisioning",
    "security",
    "transactions",
]
