"""What stations that speak OCPP 1.6 say and are told; importing it fills the table of answers."""

from laddnav.gateway.v16 import (
    authorization,
    availability,
    certificates,
    data_transfer,
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
    "data_transfer",
    "metering",
    "notices",
    "provisioning",
    "security",
    "transactions",
]
