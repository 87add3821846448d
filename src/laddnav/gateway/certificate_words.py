"""The words of all versions for certificates, and the port to pki made of them."""

from collections.abc import Awaitable, Callable
from typing import Final

from laddnav.gateway.certificates import CertificateWords, StationCertificates
from laddnav.gateway.line.registry import Registry
from laddnav.gateway.link import Link
from laddnav.gateway.v16.certificates import CertificateWords16
from laddnav.gateway.v201.certificates import CertificateWords2
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Version
from laddnav.pki.control import CertificateControl, LocalCertificateControl
from laddnav.stations.control import StationControl
from laddnav.stations.rules import behaviour
from laddnav.stations.service.variables import Variables
from laddnav.stations.service.views import Views

WORDS: Final[dict[Version, CertificateWords]] = {
    Version.V16: CertificateWords16(),
    Version.V201: CertificateWords2(Version.V201),
    Version.V21: CertificateWords2(Version.V21),
}


def certificates_here(
    control: StationControl, registry: Registry[Link], variables: Variables
) -> LocalCertificateControl:
    """Return what asks the stations that are connected to this node."""

    async def version_of(key: StationKey) -> Version | None:
        link = registry.get(key)
        return None if link is None else link.version

    return StationCertificates(
        control,
        WORDS,
        version_of=version_of,
        reaches=lambda key: registry.get(key) is not None,
        longest=_longest(variables),
    )


def certificates_anywhere(
    control: StationControl, views: Views, variables: Variables
) -> CertificateControl:
    """Return what asks stations at whichever node they are connected."""

    async def version_of(key: StationKey) -> Version | None:
        view = await views.station(key)
        if view is None or not view.connected or view.life.ocpp_version is None:
            return None
        return Version(view.life.ocpp_version)

    return StationCertificates(
        control,
        WORDS,
        version_of=version_of,
        reaches=lambda _: False,
        longest=_longest(variables),
    )


def _longest(variables: Variables) -> Callable[[StationKey], Awaitable[int | None]]:
    """Return what tells how long a chain a station takes."""
    reader = behaviour.CHAIN_CHARACTERS

    async def longest(key: StationKey) -> int | None:
        return reader.of(await variables.values(key, reader))

    return longest
