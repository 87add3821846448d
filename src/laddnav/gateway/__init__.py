"""The door for charging stations: OCPP over WebSocket, from the socket to a business word."""
