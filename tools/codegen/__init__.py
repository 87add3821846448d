"""Makes the message types in `laddnav.ocpp` from the official JSON schemas.

Names, types and limits are taken over, never the schemas' descriptions (CC BY-ND).
"""
