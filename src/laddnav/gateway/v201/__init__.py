"""What stations that speak OCPP 2.0.1 say and are told; most of it serves 2.1 as well."""
