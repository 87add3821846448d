"""What stations that speak OCPP 1.6 say and are told."""
