"""What stations have installed: asked, put in, taken out."""

from datetime import datetime

from cryptography import x509
from msgspec.structs import asdict

from laddnav.kernel.clock import Clock
from laddnav.kernel.keys import StationKey
from laddnav.pki.control import CertificateControl, Held, Outcome, Said
from laddnav.pki.model.authority import InstalledCertificate
from laddnav.pki.model.certificate import CertificateHash, HashAlgorithm, Purpose, Use
from laddnav.pki.rules import keys, reading
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.store import queries, tables
from laddnav.storage.database import Database
from laddnav.storage.write import Write

_LAST_ROOT = (
    "it is the station's last root for this server: without it, it cannot connect over TLS again. "
    "Install another first, or insist"
)


class Installed:
    """The certificates in stations, as they last reported them.

    Args:
        control: Asks stations, wherever they are connected.
    """

    def __init__(self, database: Database, clock: Clock, control: CertificateControl) -> None:
        self._database = database
        self._clock = clock
        self._control = control

    async def known(self, key: StationKey) -> list[InstalledCertificate]:
        """Return what a station last reported."""
        records = await self._database.fetch(queries.installed_in(key))
        return [tables.installed_from(record) for record in records]

    async def read(self, key: StationKey) -> list[InstalledCertificate] | Said:
        """Ask a station what it has, and keep it (M03)."""
        held = await self._control.installed_certificates(key)
        if not isinstance(held, Held):
            return held
        now = self._clock.now()
        found = [
            InstalledCertificate(
                use=each.use,
                algorithm=each.name.algorithm.value,
                issuer_name_hash=each.name.issuer_name_hash,
                issuer_key_hash=each.name.issuer_key_hash,
                serial_number=each.name.serial_number,
                is_child=each.is_child,
                reported_at=now,
            )
            for each in held.certificates
        ]
        rows = (tables.installed_row(key, each, place) for place, each in enumerate(found))
        await self._database.commit(Write(rows=tuple(rows)))
        await self._database.execute(queries.no_more_installed(key, len(found)))
        return found

    async def install(self, key: StationKey, use: Use, pem: str) -> Said | Unfit:
        """Put one certificate into a station (M05)."""
        flaw = certificate_flaw(use, pem, self._clock.now())
        if flaw is not None:
            return flaw
        said = await self._control.install_certificate(key, use, pem)
        if said.outcome is Outcome.ACCEPTED:
            await self.read(key)
        return said

    async def renew(self, key: StationKey, purpose: Purpose) -> Said:
        """Ask a station to ask for a new certificate."""
        return await self._control.ask_for_request(key, purpose)

    async def delete(
        self, key: StationKey, serial_number: str, *, use: Use | None = None, insist: bool = False
    ) -> Said | Unfit:
        """Take a certificate out of a station, by the hashes that it reports itself (M04.FR.07)."""
        held = await self.read(key)
        if isinstance(held, Said):
            return held
        found = [each for each in held if _is(each, serial_number, use)]
        if not found:
            return Said(outcome=Outcome.NOT_FOUND, reason="the station does not report it")
        if len(found) > 1:
            text = "the station reports several with this serial number: name its use as well"
            return Unfit(field="use", text=text)
        if not insist and _is_last_root(found[0], held):
            return Unfit(text=_LAST_ROOT)
        said = await self._control.delete_certificate(key, name_of(found[0]))
        if said.outcome is Outcome.ACCEPTED:
            await self.read(key)
        return said


def certificate_flaw(use: Use, pem: str, now: datetime) -> Unfit | None:
    """Return why a certificate cannot be put into a station now; None: it can."""
    if use is Use.V2G_CHAIN:
        return Unfit(field="use", text="a V2G chain is asked for by the station, not installed")
    try:
        found = reading.load(pem)
    except reading.UnreadableError as error:
        return Unfit(field="certificate", text=str(error))
    if len(found) != 1:
        return Unfit(field="certificate", text="one certificate at a time")
    text = _useless(found[0], now)
    return None if text is None else Unfit(field="certificate", text=text)


def _useless(certificate: x509.Certificate, now: datetime) -> str | None:
    if not reading.is_authority(certificate):
        return "it is no authority's: it cannot be a root"
    if certificate.not_valid_after_utc < now:
        return f"it ended {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    return keys.weakness(certificate.public_key())


def name_of(held: InstalledCertificate) -> CertificateHash:
    """Return how OCPP names a certificate, in the station's own hash algorithm."""
    fields = asdict(held)
    return CertificateHash(
        algorithm=HashAlgorithm(held.algorithm),
        **{name: fields[name] for name in ("issuer_name_hash", "issuer_key_hash", "serial_number")},
    )


def _is(held: InstalledCertificate, serial_number: str, use: Use | None) -> bool:
    same = held.serial_number.lstrip("0").lower() == serial_number.lstrip("0").lower()
    return same and use in {None, held.use}


def _is_last_root(one: InstalledCertificate, held: list[InstalledCertificate]) -> bool:
    roots = [each for each in held if each.use is Use.CSMS_ROOT]
    return one.use is Use.CSMS_ROOT and len(roots) == 1
