"""The verbs of remote control where OCPP 2.1 has more words than 2.0.1."""

from collections.abc import Mapping
from typing import Final

from typing_extensions import override

from laddnav.gateway.commands.making import Said
from laddnav.gateway.v201.control import (
    Tongue201,
    network_profile_command,
    profile_fields,
)
from laddnav.stations.control import NetworkProfile, ResetKind

_NAMES: Final = {
    "version": "ocppVersion",
    "identity": "identity",
    "password": "basicAuthPassword",
}


class Tongue21(Tongue201):
    """OCPP 2.1."""

    resets: Mapping[ResetKind, str] = {
        **Tongue201.resets,
        ResetKind.RESUME: "ImmediateAndResume",
    }

    @override
    def network_profile(self, slot: int, profile: NetworkProfile) -> Said:
        fields = {_NAMES[name]: getattr(profile, name) for name in _NAMES}
        told = {name: value for name, value in fields.items() if value is not None}
        data = {**profile_fields(profile), **told}
        return network_profile_command(slot, data)
