"""Whether a station can be given what a higher security profile needs, before that is begun."""

from laddnav.stations.model import Problem, ProblemKind, SecurityProfile, Station
from laddnav.stations.model.handover import Terms
from laddnav.stations.rules import behaviour
from laddnav.stations.rules import handovers as rules
from laddnav.stations.service.ports import NoCertificates, StationCertificates
from laddnav.stations.service.variables import Variables

_SECURE = "wss://"


class Upgrades:
    """Checks upgrades of security profiles (A05).

    Attributes:
        certificates: Sees to what stations need; set by whoever keeps account of them.
    """

    def __init__(self, variables: Variables) -> None:
        self.certificates: StationCertificates = NoCertificates()
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
            or _check_proof(station, profile, terms)
            or await self._check_certificates(station, profile, terms)
        )

    async def _check_certificates(
        self, station: Station, profile: SecurityProfile, terms: Terms
    ) -> Problem | None:
        if terms.is_unchecked:
            return None
        for need in rules.needs(station.security_profile, profile):
            obstacle = await self.certificates.obstacle(station.key, need)
            if obstacle is not None:
                return _conflict(obstacle)
        return None


def _check_url(profile: SecurityProfile, terms: Terms) -> Problem | None:
    if terms.url is None or terms.url.startswith(_SECURE) is (profile >= SecurityProfile.TLS_BASIC):
        return None
    return _invalid("url", "it begins with wss:// for profiles 2 and 3, and with ws:// for others")


def _check_proof(station: Station, profile: SecurityProfile, terms: Terms) -> Problem | None:
    """A certificate is not signed for a station that does not prove who it is."""
    is_nobody = station.security_profile is SecurityProfile.NONE
    if terms.is_unchecked or not is_nobody or profile is not SecurityProfile.TLS_CERTIFICATE:
        return None
    return _conflict("the station does not prove who it is yet: raise its profile to 1 or 2 first")


def _check_password(station: Station, profile: SecurityProfile) -> Problem | None:
    shows = profile in {SecurityProfile.BASIC, SecurityProfile.TLS_BASIC}
    if not shows or station.passwords is not None:
        return None
    return _conflict("the station has no password yet: rotate its password first")


def _invalid(field: str, text: str) -> Problem:
    return Problem(kind=ProblemKind.INVALID, field=field, text=text)


def _conflict(text: str) -> Problem:
    return Problem(kind=ProblemKind.CONFLICT, field="profile", text=text)
