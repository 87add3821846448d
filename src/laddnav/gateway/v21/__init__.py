"""What stations that speak OCPP 2.1 say and are told where it differs from 2.0.1."""
