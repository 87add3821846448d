"""What a simulated station does for its own security: new passwords, profiles and certificates."""

from contextlib import suppress
from typing import TYPE_CHECKING

from typing_extensions import override

from laddnav.simulator.calls import CallError
from laddnav.simulator.machine import Machine
from laddnav.simulator.routes import Routes

if TYPE_CHECKING:
    from laddnav.simulator.vault import Vault


class Secured(Machine):
    """One station that can be given other credentials."""

    @property
    @override
    def routes(self) -> Routes:
        return self.presence.routes

    @property
    @override
    def vault(self) -> "Vault | None":
        return self.presence.vault

    @override
    def set_password(self, password: str | bytes) -> None:
        self.routes.password = password
        self.soon(self._reconnect())

    @override
    def change_route(self) -> None:
        self.routes.restart()
        self.soon(self._reconnect())

    async def _reconnect(self) -> None:
        await self.presence.go_offline(kill=False)
        await self.presence.go_online()

    @override
    async def ask_for_certificate(self, organization: str) -> None:
        vault = self.vault
        if vault is None:
            return
        csr = vault.request(self.plant.plan.serial or self.identity, organization)
        link = self.presence.live_link()
        if not await self._speaker.ask_for_certificate(link, csr, vault.requested):
            vault.abandon()

    @override
    async def _catch_up(self, *, booted: bool) -> None:
        await super()._catch_up(booted=booted)
        if self.presence.discarded:
            self.presence.discarded = False
            with suppress(CallError):
                link, now = self.presence.live_link(), self.plant.now()
                await self._speaker.tell_event(link, "DiscardedRenewedClientCertificate", now)
