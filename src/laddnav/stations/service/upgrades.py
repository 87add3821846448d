"""Whether a station has what a higher security profile needs, before it is told to use it."""

from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Problem, ProblemKind, SecurityProfile, Station
from laddnav.stations.model.handover import Terms
from laddnav.stations.rules import behaviour
from laddnav.stations.rules import handovers as rules
from laddnav.stations.service.ports import StationCertificates, UnknownCertificates
from laddnav.stations.service.variables import Variables

_SECURE = "wss://"


class Upgrades:
    """Checks upgrades of security profiles (A05).

    Attributes:
        certificates: Knows which ones stations have; set by whoever keeps account of them.
    """

    def __init__(self, variables: Variables) -> None:
        self.certificates: StationCertificates = UnknownCertificates()
        self._variables = variables

    async def problem(
        self, station: Station, profile: SecurityProfile, terms: Terms
    ) -> Problem | None:
        """Return why a station is not told to use a profile; None: it may be told.

        Raises:
            StorageUnavailable: The database is away.
        """
        if profile is station.security_profile:
            return _invalid("profile", "the station has this security profile already")
        values = await self._variables.values(station.key, behaviour.ALLOWS_DOWNGRADE)
        downgrade = behaviour.ALLOWS_DOWNGRADE.of(values) is True
        flaw = rules.flaw(station, profile, allows_downgrade=downgrade)
        if flaw is not None:
            return _invalid("profile", flaw)
        return (
            _check_url(profile, terms)
            or _check_password(station, profile)
            or await self._check_certificates(station.key, profile, terms)
        )

    async def _check_certificates(
        self, key: StationKey, profile: SecurityProfile, terms: Terms
    ) -> Problem | None:
        if profile >= SecurityProfile.TLS_BASIC:
            problem = _missing(
                await self.certificates.has_root(key),
                "the root of this server's certificate",
                terms,
            )
            if problem is not None:
                return problem
        if profile is SecurityProfile.TLS_CERTIFICATE:
            return _missing(await self.certificates.has_client(key), "a client certificate", terms)
        return None


def _check_url(profile: SecurityProfile, terms: Terms) -> Problem | None:
    if terms.url is None or terms.url.startswith(_SECURE) is (profile >= SecurityProfile.TLS_BASIC):
        return None
    return _invalid("url", "it begins with wss:// for profiles 2 and 3, and with ws:// for others")


def _check_password(station: Station, profile: SecurityProfile) -> Problem | None:
    shows = profile in {SecurityProfile.BASIC, SecurityProfile.TLS_BASIC}
    if not shows or station.passwords is not None:
        return None
    return _conflict("the station has no password yet: rotate its password first")


def _missing(has: bool | None, what: str, terms: Terms) -> Problem | None:  # noqa: FBT001 - it is an answer, and unknown is the third one
    if has or (has is None and terms.is_unchecked):
        return None
    if has is None:
        return _conflict(
            f"nobody knows whether the station has {what}: make sure of it, and say `unchecked`"
        )
    return _conflict(f"the station does not have {what}: install it first")


def _invalid(field: str, text: str) -> Problem:
    return Problem(kind=ProblemKind.INVALID, field=field, text=text)


def _conflict(text: str) -> Problem:
    return Problem(kind=ProblemKind.CONFLICT, field="profile", text=text)
