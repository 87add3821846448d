"""The words of certificates, the same for all versions of OCPP."""
