"""A hub that signs, and stations that ask it for certificates."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from laddnav.gateway.certificate_words import certificates_here
from laddnav.gateway.control import Control
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Version
from laddnav.pki.control import LocalCertificateControl
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import CertificateHash, HashAlgorithm, Purpose
from tests.gateway.hub import Charger, Hub, hub
from tests.pki.making import ORGANIZATION

VERSIONS = {"ocpp1.6": Version.V16, "ocpp2.0.1": Version.V201, "ocpp2.1": Version.V21}
EVERY = pytest.mark.parametrize("version", list(VERSIONS))
SERIAL = "SN-4711"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
NAME = CertificateHash(
    algorithm=HashAlgorithm.SHA384,
    issuer_name_hash="ab" * 48,
    issuer_key_hash="cd" * 48,
    serial_number="A1",
)
HASH = {
    "hashAlgorithm": "SHA384",
    "issuerNameHash": "ab" * 48,
    "issuerKeyHash": "cd" * 48,
    "serialNumber": "A1",
}


@asynccontextmanager
async def certifying(url: str) -> AsyncIterator[Hub]:
    """Open a hub with an authority for its stations."""
    async with hub(url, call_seconds=5.0) as opened:
        await opened.add()
        made = await opened.rooms.pki.authorities.init(
            "default", Purpose.STATION, organization=ORGANIZATION
        )
        assert isinstance(made, Authority)
        opened.rooms.pki.attach(asking(opened))
        yield opened
        await opened.rooms.pki.close()


def asking(running: Hub) -> LocalCertificateControl:
    registry = running.links.registry
    return certificates_here(Control(registry), registry, running.rooms.stations.variables)


async def boot(charger: Charger, version: str) -> None:
    """Tell the serial number."""
    if version == "ocpp1.6":
        fields: dict[str, Any] = {
            "chargePointVendor": "V",
            "chargePointModel": "M",
            "chargePointSerialNumber": SERIAL,
        }
    else:
        station = {"vendorName": "V", "model": "M", "serialNumber": SERIAL}
        fields = {"chargingStation": station, "reason": "PowerUp"}
    assert (await charger.ask("BootNotification", fields))[2]["status"] == "Accepted"


async def ready(running: Hub, charger: Charger, version: str) -> StationKey:
    await boot(charger, version)
    return await running.settled(charger)
