"""The check of each station that wants to come in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from laddnav.accounts.model import Operator
from laddnav.accounts.rules import Keyring
from laddnav.accounts.service import Accounts
from laddnav.journal.model import Knocking, RefusalReason
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.journal.service.refusals import Refusals
from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.pki.model.client import ClientAccepted, ClientFlaw, ClientRefused
from laddnav.stations.live import without_passwords
from laddnav.stations.model import (
    Admitted,
    Entry,
    Knock,
    NewStation,
    PasswordForm,
    Passwords,
    Presented,
    Refused,
    Station,
)
from laddnav.stations.model.quirk import Traits
from laddnav.stations.rules import admission
from laddnav.stations.rules.passwords import as_text, renewed
from laddnav.stations.service.certified import Certificates
from laddnav.stations.service.passage import Passage
from laddnav.stations.service.quirks import Quirks
from laddnav.stations.service.register import Register
from laddnav.stations.store import queries, tables
from laddnav.storage.database import Database, Record
from laddnav.storage.lookup import Lookup

_FLAWS: Final[Mapping[ClientFlaw, RefusalReason]] = {
    ClientFlaw.MISSING: RefusalReason.CERTIFICATE_REQUIRED,
    ClientFlaw.UNREADABLE: RefusalReason.CERTIFICATE_UNFIT,
    ClientFlaw.NOT_YET_VALID: RefusalReason.CERTIFICATE_UNFIT,
    ClientFlaw.EXPIRED: RefusalReason.CERTIFICATE_EXPIRED,
    ClientFlaw.WRONG_ORGANIZATION: RefusalReason.CERTIFICATE_FOREIGN,
    ClientFlaw.WRONG_NAME: RefusalReason.CERTIFICATE_MISNAMED,
    ClientFlaw.WEAK_KEY: RefusalReason.CERTIFICATE_UNFIT,
    ClientFlaw.UNTRUSTED: RefusalReason.CERTIFICATE_UNTRUSTED,
    ClientFlaw.REVOKED: RefusalReason.CERTIFICATE_REVOKED,
}
_GUESSES = frozenset({RefusalReason.WRONG_PASSWORD, RefusalReason.WRONG_USER})


class Door:
    """Admits stations, or refuses them with a reason that is kept.

    Failed attempts are limited per address and identity, and per address alone where the identity
    is unknown: beyond, the answer tells no more than to wait. A right password is always admitted,
    or whoever guesses behind a station's address would keep it outside.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        accounts: Accounts,
        refusals: Refusals,
        register: Register,
        keys: Keyring,
        passage: Passage,
        quirks: Quirks,
        certificates: Certificates | None,
    ) -> None:
        self._clock = clock
        self._accounts = accounts
        self._refusals = refusals
        self._register = register
        self._keys = keys
        self._passage = passage
        self._quirks = quirks
        self._certificates = certificates
        self._attempts = admission.Attempts()
        self._strangers = admission.Attempts(allowed=admission.STRANGERS_ALLOWED)
        self._stations = Lookup(database, *queries.admissions())

    async def admit(self, knock: Knock) -> Admitted | Refused:
        """Return whether a station may come in, and record it if not.

        How it comes in is noted: what is new closes what was before.

        Raises:
            StorageUnavailable: The database is away; nothing is recorded.
        """
        operator = await self._operator(knock.operator, knock.identity)
        if operator is None:
            return self._refuse(knock, RefusalReason.UNKNOWN_OPERATOR, operator="")
        if not admission.is_identity(knock.identity):
            return self._refuse(knock, RefusalReason.BAD_IDENTITY, operator=operator.slug)
        key = StationKey(operator.slug, knock.identity)
        records = await self._stations.get(*key)
        if records:
            return await self._judge(operator, records[0], knock)
        if operator.policies.admit_unknown_stations:
            return await self._welcome(operator, key, knock)
        return self._turn_away(key, knock)

    async def named(self, operator: str | None, identity: str) -> StationKey | None:
        """Return the station that a path names, whether it exists or not; None: no such operator.

        Raises:
            StorageUnavailable: The database is away.
        """
        known = await self._operator(operator, identity)
        return None if known is None else StationKey(known.slug, identity)

    async def _operator(self, slug: str | None, identity: str) -> Operator | None:
        """Return whose station a path names: an operator of that name goes before a doubling."""
        known = await self._accounts.operator(slug or DEFAULT_OPERATOR)
        if known is None and slug == identity:  # appended to a URL that held it (libocpp#801)
            return await self._accounts.operator(DEFAULT_OPERATOR)
        return known

    async def _judge(self, operator: Operator, record: Record, knock: Knock) -> Admitted | Refused:
        station = tables.station_from(record[: queries.LIFE])
        if not admission.is_served(station, knock):
            return self._refuse_port(knock, station.security_profile, operator=operator.slug)
        shown = await self._shown(station, record[queries.TRAITS :], knock)
        if isinstance(shown, ClientAccepted):
            knock = replace(knock, is_certified=True)
        entered, verdict = await self._entered(station, operator, knock)
        if isinstance(verdict, Entry):
            self._attempts.succeed((knock.address, station.key))
            traits = Traits(station.key.identity, *record[queries.LIFE : queries.TRAITS])
            suited = self._quirks.suited(entered, traits)
            return _admitted(operator, suited, verdict.form, _presented(shown))
        if verdict is RefusalReason.CERTIFICATE_REQUIRED and isinstance(shown, ClientRefused):
            flaw = _FLAWS[shown.flaw]
            return self._refuse(knock, flaw, operator=operator.slug, detail=shown.detail)
        if verdict in _GUESSES and self._has_failed(station, knock):
            verdict = RefusalReason.TOO_MANY_ATTEMPTS
        return self._refuse(knock, verdict, operator=operator.slug)

    async def _entered(
        self, station: Station, operator: Operator, knock: Knock
    ) -> tuple[Station, RefusalReason | Entry]:
        """Return a station as it counts from now on, and how it comes in, or why not."""
        verdict = admission.judge(station, operator.policies, knock, self._keys)
        if not isinstance(verdict, Entry):
            return station, verdict
        entered = await self._passage.arrived(
            station, verdict, self._renewed(station, verdict, knock)
        )
        if entered.version == station.version:
            return entered, verdict
        # Another may have come with the new password meanwhile, and have closed the old one.
        return entered, admission.judge(entered, operator.policies, knock, self._keys)

    def _has_failed(self, station: Station, knock: Knock) -> bool:
        """Count a failed attempt; return whether there were too many."""
        return self._attempts.fail((knock.address, station.key), self._clock.monotonic())

    async def _shown(
        self, station: Station, learned: Sequence[Any], knock: Knock
    ) -> ClientAccepted | ClientRefused | None:
        """Judge the certificate that came with a station; None: there is none that matters."""
        if self._certificates is None or not admission.matters(station, knock):
            return None
        *told, proven = learned
        names = admission.names_of(station, told, is_proven=bool(proven))
        return await self._certificates.judge(station, knock.chain, names)

    def _renewed(self, station: Station, entry: Entry, knock: Knock) -> Passwords | None:
        """Return the digests of the password that was shown, if they are under a former secret."""
        if entry.passwords is None or entry.form is None or knock.password is None:
            return None
        return renewed(self._keys, station.key, entry.passwords, entry.form, knock.password)

    async def _welcome(
        self, operator: Operator, key: StationKey, knock: Knock
    ) -> Admitted | Refused:
        """Add a station at its first knock, with the password that it came with, if any."""
        if self._strangers.fail(knock.address, self._clock.monotonic()):
            return self._refuse_crowd(knock, operator=key.operator)
        profile = 0 if knock.password is None else 2 if knock.tls else 1
        if knock.profiles is not None and profile not in knock.profiles:
            return self._refuse_port(knock, profile, operator=key.operator)
        fresh = NewStation(
            identity=key.identity,
            security_profile=profile,
            password=None if knock.password is None else as_text(knock.password),
        )
        await self._register.add(key.operator, fresh)
        records = await self._stations.get(*key)
        if not records:
            return self._turn_away(key, knock)
        return await self._judge(operator, records[0], knock)

    def _turn_away(self, key: StationKey, knock: Knock) -> Refused:
        if self._strangers.fail(knock.address, self._clock.monotonic()):
            return self._refuse_crowd(knock, operator=key.operator)
        now = self._clock.now()
        self._refusals.record_knocking(
            Knocking(
                operator=key.operator,
                identity=key.identity,
                address=knock.address,
                reason=RefusalReason.UNKNOWN_STATION,
                offered=knock.offered,
                user_agent=knock.user_agent,
                tls=knock.tls,
                count=1,
                first_at=now,
                last_at=now,
            )
        )
        return self._refuse(knock, RefusalReason.UNKNOWN_STATION, operator=key.operator)

    def _refuse_port(self, knock: Knock, profile: int, *, operator: str) -> Refused:
        """Refuse a station that came to the port of another profile (A00.FR.002, A00.FR.006)."""
        served = " and ".join(str(number) for number in sorted(knock.profiles or ()))
        detail = f"its security profile is {int(profile)}, and it came to a port for {served}"
        return self._refuse(knock, RefusalReason.OTHER_PORT, operator=operator, detail=detail)

    def _refuse_crowd(self, knock: Knock, *, operator: str) -> Refused:
        """Refuse one of many strangers: a line for the address, which may try all names."""
        reason = RefusalReason.TOO_MANY_ATTEMPTS
        return self._refuse(knock, reason, operator=operator, is_named=False)

    def _refuse(
        self,
        knock: Knock,
        reason: RefusalReason,
        *,
        operator: str,
        detail: str | None = None,
        is_named: bool = True,
    ) -> Refused:
        self._refusals.record(
            reason,
            address=knock.address,
            operator=operator,
            identity=knock.identity if is_named else "",
            detail=_offer(knock) if detail is None else detail,
        )
        verdict = VERDICTS[reason]
        return Refused(
            reason=reason,
            status=verdict.status,
            remedy=verdict.remedy,
            operator=operator,
            identity=knock.identity,
        )


def _offer(knock: Knock) -> str:
    return f"offered {', '.join(knock.offered)}" if knock.offered else ""


def _admitted(
    operator: Operator, station: Station, form: PasswordForm | None, certificate: Presented | None
) -> Admitted:
    return Admitted(
        station=without_passwords(station),
        policies=operator.policies,
        password_form=form,
        certificate=certificate,
    )


def _presented(shown: ClientAccepted | ClientRefused | None) -> Presented | None:
    if not isinstance(shown, ClientAccepted):
        return None
    certificate = shown.certificate
    return Presented(
        name=shown.name,
        is_factory=shown.is_factory,
        has_expired=shown.has_expired,
        serial="" if certificate is None else certificate.serial,
        valid_from=None if certificate is None else certificate.valid_from,
        valid_until=None if certificate is None else certificate.valid_until,
    )
