"""What a server asks of a station's certificates, the same in all versions."""

from laddnav.ocpp.errors import ErrorCode, RemoteProtocolError
from laddnav.simulator.commands import Commands
from laddnav.simulator.routes import CERTIFIED, ENCRYPTED, Route, Routes
from laddnav.simulator.vault import Vault


def vault_of(commands: Commands) -> Vault:
    """Return the certificates of a station.

    Raises:
        RemoteProtocolError: It keeps none.
    """
    vault = commands.host.vault
    if vault is None:
        raise RemoteProtocolError(ErrorCode.NOT_SUPPORTED, "there are no certificates")
    return vault


def take(commands: Commands, chain: str) -> bool:
    """Take the certificate that was asked for, and where one is shown, come back with it."""
    taken = vault_of(commands).take(chain, commands.plant.now())
    if taken and commands.host.routes.profile == CERTIFIED:
        commands.host.change_route()
    return taken


def has_what_it_takes(vault: Vault, routes: Routes, route: Route) -> bool:
    """Return whether a station can come by a way (A05.FR.02, A05.FR.03)."""
    if route.profile >= ENCRYPTED and not vault.has_root():
        return False
    if route.profile == CERTIFIED:
        return vault.own is not None
    return route.profile == 0 or route.password is not None or routes.password is not None
