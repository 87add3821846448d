"""Roots that stations' certificates may come from."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography import x509

from laddnav.accounts.rules import is_name
from laddnav.kernel.clock import Clock
from laddnav.pki.model.authority import IssuedCertificate, TrustedRoot
from laddnav.pki.model.certificate import Purpose, RootKind
from laddnav.pki.model.client import ClientTrust
from laddnav.pki.rules import chains, keys, reading
from laddnav.pki.service.authorities import Authorities, Unfit
from laddnav.pki.store import queries, tables
from laddnav.storage.database import Database
from laddnav.storage.lookup import Lookup
from laddnav.storage.write import Write

_MOST: Final = 200


class Roots:
    """What each operator trusts."""

    def __init__(self, database: Database, clock: Clock, authorities: Authorities) -> None:
        self._database = database
        self._clock = clock
        self._authorities = authorities
        columns = tables.issued.c
        self._issued = Lookup(database, tables.issued, (columns.operator, columns.serial))

    async def of(self, operator: str) -> list[TrustedRoot]:
        """Return an operator's trusted roots, oldest first."""
        records = await self._database.fetch(queries.roots_of(operator))
        return [tables.root_from(record) for record in records]

    async def trust(
        self, operator: str, pem: str, *, kind: RootKind, label: str = ""
    ) -> list[TrustedRoot] | Unfit:
        """Trust all roots in a PEM text, or none where one of them is none."""
        try:
            found = reading.load(pem)
        except reading.UnreadableError as error:
            return Unfit(field="certificate", text=str(error))
        if label and not is_name(label):
            return Unfit(field="label", text="up to 200 printable characters")
        if len(await self.of(operator)) + len(found) > _MOST:
            return Unfit(text=f"{_MOST} trusted roots are the most: remove some first")
        now = self._clock.now()
        for each in found:
            flaw = _flaw(each, is_over=each.not_valid_after_utc < now)
            if flaw is not None:
                return Unfit(field="certificate", text=flaw)
        roots = [
            TrustedRoot(
                operator=operator,
                kind=kind,
                label=label,
                certificate=reading.told(each),
                created_at=now,
            )
            for each in found
        ]
        await self._database.commit(Write(rows=tuple(tables.root_row(root) for root in roots)))
        return roots

    async def distrust(self, operator: str, fingerprint: str) -> bool:
        """Trust a root no more; False: it was not trusted."""
        touched = await self._database.execute(queries.distrust(operator, fingerprint))
        return touched[0] > 0

    async def issued(self, operator: str, certificate: bytes) -> IssuedCertificate | None:
        """Return what is known of a certificate (DER); None: it was not signed here.

        Raises:
            StorageUnavailable: The database is away.
        """
        presented = reading.read_der(certificate)
        for record in await self._issued.get(operator, presented.serial):
            issued = tables.issued_from(record)
            if issued.certificate.fingerprint == presented.fingerprint:
                return issued
        return None

    async def client_roots(self) -> str:
        """Return all roots of all operators as PEM, for `SSLContext.load_verify_locations`.

        Our own authorities below them are there too, for stations that do not send them along.
        Whether a chain leads to a root of the station's own operator is judged afterwards
        (`trust_of`, `judge_client_certificate`): TLS does not know whose the station is.
        """
        found = {
            pem: None
            for record in await self._database.fetch(queries.roots_of(None))
            for pem in (tables.root_from(record).certificate.pem,)
        }
        found |= dict.fromkeys(pem for pair in await self._own(None) for pem in pair if pem)
        return "".join(found)

    async def of_server(self, paths: Sequence[str]) -> list[str]:
        """Return the roots of this server's own certificates, PEM; [] where one is not known.

        A root is known that stands in the file behind the chain, or that is an authority of ours.

        Args:
            paths: The files of its certificates.
        """
        texts = await asyncio.to_thread(_texts, paths)
        records = await self._database.fetch(queries.authorities_of(None))
        present = [tables.authority_from(record) for record in records]
        former = await self._database.fetch(queries.former_of(None))
        ours = [each.root for each in present if each.purpose is Purpose.SERVER]
        ours += [root for purpose, root, _ in former if purpose == Purpose.SERVER]
        known = [each for pem in ours for each in reading.load(pem)]
        found = [_root_of(text, known) for text in texts]
        if any(each is None for each in found):
            return []
        return list(dict.fromkeys(reading.as_pem(each) for each in found if each is not None))

    async def trust_of(self, operator: str) -> ClientTrust:
        """Return what an operator's stations must present."""
        trusted, own = await self.of(operator), await self._own(operator)
        return ClientTrust(
            organization=await self._authorities.organization(operator),
            roots=(
                *(root for root, _ in own),
                *(each.certificate.pem for each in trusted if each.kind is RootKind.OPERATOR),
            ),
            factory_roots=tuple(
                each.certificate.pem for each in trusted if each.kind is RootKind.MANUFACTURER
            ),
            between=tuple(issuing for _, issuing in own if issuing),
        )

    async def _own(self, operator: str | None) -> list[tuple[str, str]]:
        """Return root and issuing of who signs, and signed, for stations; None: of all."""
        records = await self._database.fetch(queries.authorities_of(operator))
        present = [tables.authority_from(record) for record in records]
        former = await self._database.fetch(queries.former_of(operator))
        return [
            *((each.root, each.issuing) for each in present if each.purpose is Purpose.STATION),
            *((root, issuing) for purpose, root, issuing in former if purpose == Purpose.STATION),
        ]


def _texts(paths: Sequence[str]) -> list[str]:
    """Return what the files hold; "" for one that cannot be read."""
    texts = []
    for path in paths:
        try:
            texts.append(Path(path).read_text("utf-8"))
        except (OSError, ValueError):
            texts.append("")
    return texts


def _root_of(text: str, known: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """Return the root of the chain in a file; None: it is not known."""
    try:
        found = reading.load(text)
    except reading.UnreadableError:
        return None
    top = chains.ordered(found[0], found[1:])[-1]
    roots = (*(each for each in found if chains.is_root(each)), *known)
    return next((each for each in roots if chains.is_signed_by(top, each)), None)


def _flaw(certificate: x509.Certificate, *, is_over: bool) -> str | None:
    if not chains.is_root(certificate):
        return f"{certificate.subject.rfc4514_string()} is no root: it did not sign itself"
    weakness = keys.weakness(certificate.public_key())
    if weakness is not None:
        return weakness
    return f"{certificate.subject.rfc4514_string()} has expired" if is_over else None
