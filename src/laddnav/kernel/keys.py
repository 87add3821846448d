"""The names by which everything in the hub is found."""

from typing import NamedTuple

from typing_extensions import override

DEFAULT_OPERATOR = "default"


class StationKey(NamedTuple):
    """One charging station of one operator.

    Attributes:
        operator: The operator's (tenant's) slug, as it stands in the URL.
        identity: The station's OCPP identity: 1 to 48 characters, no colon, case-sensitive.
    """

    operator: str
    identity: str

    @override
    def __str__(self) -> str:
        return f"{self.operator}/{self.identity}"


class ConnectorRef(NamedTuple):
    """One connector of a station: EVSEs and connectors count from 1, and 0 means "all of it"."""

    evse: int
    connector: int
