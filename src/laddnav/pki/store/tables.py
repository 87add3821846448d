"""Tables of certificates, and how their rows are read and written."""

from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from laddnav.kernel.clock import from_micros, to_micros
from laddnav.kernel.keys import StationKey
from laddnav.pki.model.authority import (
    Authority,
    AuthorityKind,
    InstalledCertificate,
    IssuedCertificate,
    TrustedRoot,
)
from laddnav.pki.model.certificate import Certificate, Purpose, RootKind, Use
from laddnav.pki.model.signing import CsrFlaw, Renewal, RequestState, SigningRequest
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

metadata = sa.MetaData()


def _text(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=optional)


def _number(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, primary_key=key, nullable=optional)


organizations = sa.Table("pki_organizations", metadata, _text("operator", key=True), _text("name"))

authorities = sa.Table(
    "pki_authorities",
    metadata,
    _text("operator", key=True),
    _text("purpose", key=True),
    _text("id"),
    _text("kind"),
    _text("root"),
    _text("issuing"),
    _text("url"),
    _text("sealed"),
    _number("valid_until_at", optional=True),
    _number("created_at"),
)

# Authorities that were replaced: what they signed is still presented.
former_authorities = sa.Table(
    "pki_former_authorities",
    metadata,
    _text("operator", key=True),
    _text("id", key=True),
    _text("purpose"),
    _text("root"),
    _text("issuing"),
    _number("replaced_at"),
)

roots = sa.Table(
    "pki_roots",
    metadata,
    _text("operator", key=True),
    _text("fingerprint", key=True),
    _text("kind"),
    _text("label"),
    _text("certificate"),
    _number("created_at"),
)

issued = sa.Table(
    "pki_issued",
    metadata,
    _text("operator", key=True),
    _text("serial", key=True),
    _text("purpose"),
    _text("station"),
    _text("certificate"),
    _text("chain"),
    _number("valid_until_at"),
    _number("created_at"),
    _number("revoked_at", optional=True),
    _text("revoked_for"),
    sa.Index("pki_issued_by_end", "valid_until_at"),
    sa.Index("pki_issued_by_station", "operator", "station", "valid_until_at"),
)

requests = sa.Table(
    "pki_requests",
    metadata,
    _text("operator", key=True),
    _text("station", key=True),
    _text("id", key=True),
    _text("purpose"),
    _text("digest"),
    _text("csr"),
    _number("wire_id", optional=True),
    _text("state"),
    _text("flaw", optional=True),
    _text("detail"),
    _number("count"),
    _number("attempts"),
    _number("next_at"),
    _text("chain", optional=True),
    _text("serial", optional=True),
    _number("created_at"),
    _number("updated_at"),
    sa.Index("pki_requests_by_state", "state", "next_at"),
    sa.Index("pki_requests_by_time", "operator", "created_at"),
)

installed = sa.Table(
    "pki_installed",
    metadata,
    _text("operator", key=True),
    _text("station", key=True),
    _number("position", key=True),
    _text("use"),
    _text("algorithm"),
    _text("issuer_name_hash"),
    _text("issuer_key_hash"),
    _text("serial_number"),
    sa.Column("is_child", sa.Integer, nullable=False),
    _number("reported_at"),
)

renewals = sa.Table(
    "pki_renewals",
    metadata,
    _text("operator", key=True),
    _text("station", key=True),
    _text("purpose", key=True),
    _text("serial"),
    _number("tries"),
    _text("outcome"),
    _number("asked_at"),
    _number("next_at", optional=True),
    _number("discards"),
    _number("discarded_at", optional=True),
)

ORGANIZATIONS: Final = Upsert(organizations)
AUTHORITIES: Final = Upsert(authorities, mode="keep")
FORMER: Final = Upsert(former_authorities)
ROOTS: Final = Upsert(roots)
ISSUED: Final = Upsert(issued, mode="keep")
REQUESTS: Final = Upsert(requests, mode="keep")
INSTALLED: Final = Upsert(installed)
RENEWALS: Final = Upsert(renewals)


def authority_row(authority: Authority, sealed: str) -> Row:
    """Return the row of an authority with its sealed secrets."""
    return AUTHORITIES.row(
        operator=authority.operator,
        purpose=authority.purpose.value,
        id=authority.id,
        kind=authority.kind.value,
        root=authority.root,
        issuing=authority.issuing,
        url=authority.url,
        sealed=sealed,
        valid_until_at=None if authority.valid_until is None else to_micros(authority.valid_until),
        created_at=to_micros(authority.created_at),
    )


def former_row(authority: Authority, at: datetime) -> Row:
    """Return the row of an authority that was replaced."""
    return FORMER.row(
        operator=authority.operator,
        id=authority.id,
        purpose=authority.purpose.value,
        root=authority.root,
        issuing=authority.issuing,
        replaced_at=to_micros(at),
    )


def authority_from(record: Record) -> Authority:
    """Return the authority of a row of `authorities`; its secrets stay sealed in the row."""
    operator, purpose, name, kind, root, issuing, url, sealed, valid_until, created = record
    return Authority(
        operator=operator,
        purpose=Purpose(purpose),
        id=name,
        kind=AuthorityKind(kind),
        root=root,
        issuing=issuing,
        url=url,
        key_id=sealed.partition(".")[0],
        valid_until=None if valid_until is None else from_micros(valid_until),
        created_at=from_micros(created),
    )


SEALED: Final = 7
"""Where the sealed secrets stand in a row of `authorities`."""


def root_row(root: TrustedRoot) -> Row:
    """Return the row of a trusted root."""
    return ROOTS.row(
        operator=root.operator,
        fingerprint=root.certificate.fingerprint,
        kind=root.kind.value,
        label=root.label,
        certificate=_json(root.certificate),
        created_at=to_micros(root.created_at),
    )


def root_from(record: Record) -> TrustedRoot:
    """Return the trusted root of a row."""
    operator, _, kind, label, certificate, created = record
    return TrustedRoot(
        operator=operator,
        kind=RootKind(kind),
        label=label,
        certificate=_certificate(certificate),
        created_at=from_micros(created),
    )


def issued_row(issued_one: IssuedCertificate) -> Row:
    """Return the row of an issued certificate."""
    return ISSUED.row(
        operator=issued_one.operator,
        serial=issued_one.certificate.serial,
        purpose=issued_one.purpose.value,
        station=issued_one.station,
        certificate=_json(issued_one.certificate),
        chain=issued_one.chain,
        valid_until_at=to_micros(issued_one.certificate.valid_until),
        created_at=to_micros(issued_one.created_at),
        revoked_at=None if issued_one.revoked_at is None else to_micros(issued_one.revoked_at),
        revoked_for=issued_one.revoked_for,
    )


def issued_from(record: Record) -> IssuedCertificate:
    """Return the issued certificate of a row."""
    operator, _, purpose, station, certificate, chain, _, created, revoked, why = record
    return IssuedCertificate(
        operator=operator,
        purpose=Purpose(purpose),
        station=station,
        certificate=_certificate(certificate),
        chain=chain,
        created_at=from_micros(created),
        revoked_at=None if revoked is None else from_micros(revoked),
        revoked_for=why,
    )


def request_row(request: SigningRequest) -> Row:
    """Return the row of a new request."""
    return REQUESTS.row(
        operator=request.key.operator,
        station=request.key.identity,
        id=request.id,
        purpose=request.purpose.value,
        digest=request.digest,
        csr=request.csr,
        wire_id=request.wire_id,
        state=request.state.value,
        flaw=None if request.flaw is None else request.flaw.value,
        detail=request.detail,
        count=request.count,
        attempts=request.attempts,
        next_at=to_micros(request.next_at),
        chain=request.chain,
        serial=request.serial,
        created_at=to_micros(request.created_at),
        updated_at=to_micros(request.updated_at),
    )


def request_from(record: Record) -> SigningRequest:
    """Return the request of a row."""
    operator, station, name, purpose, digest, csr, wire_id, state, flaw = record[:9]
    detail, count, attempts, next_at, chain, serial, created, updated = record[9:]
    return SigningRequest(
        key=StationKey(operator, station),
        id=name,
        purpose=Purpose(purpose),
        digest=digest,
        csr=csr,
        wire_id=wire_id,
        state=RequestState(state),
        flaw=None if flaw is None else CsrFlaw(flaw),
        detail=detail,
        count=count,
        attempts=attempts,
        next_at=from_micros(next_at),
        chain=chain,
        serial=serial,
        created_at=from_micros(created),
        updated_at=from_micros(updated),
    )


def installed_row(key: StationKey, held: InstalledCertificate, position: int) -> Row:
    """Return the row of a certificate that a station has."""
    return INSTALLED.row(
        operator=key.operator,
        station=key.identity,
        position=position,
        use=held.use.value,
        algorithm=held.algorithm,
        issuer_name_hash=held.issuer_name_hash,
        issuer_key_hash=held.issuer_key_hash,
        serial_number=held.serial_number,
        is_child=int(held.is_child),
        reported_at=to_micros(held.reported_at),
    )


def installed_from(record: Record) -> InstalledCertificate:
    """Return what a row says that a station has."""
    _, _, _, use, algorithm, name_hash, key_hash, serial, is_child, reported = record
    return InstalledCertificate(
        use=Use(use),
        algorithm=algorithm,
        issuer_name_hash=name_hash,
        issuer_key_hash=key_hash,
        serial_number=serial,
        is_child=bool(is_child),
        reported_at=from_micros(reported),
    )


def renewal_row(renewal: Renewal) -> Row:
    """Return the row that notes that a station was asked to renew."""
    return RENEWALS.row(
        operator=renewal.key.operator,
        station=renewal.key.identity,
        purpose=renewal.purpose.value,
        serial=renewal.serial,
        tries=renewal.tries,
        outcome=renewal.outcome,
        asked_at=to_micros(renewal.asked_at),
        next_at=None if renewal.next_at is None else to_micros(renewal.next_at),
        discards=renewal.discards,
        discarded_at=None if renewal.discarded_at is None else to_micros(renewal.discarded_at),
    )


def renewal_from(record: Record) -> Renewal:
    """Return when a station was last asked to renew."""
    operator, station, purpose, serial, tries, outcome, *times = record
    asked, next_at, discards, discarded = times
    return Renewal(
        key=StationKey(operator, station),
        purpose=Purpose(purpose),
        serial=serial,
        tries=tries,
        outcome=outcome,
        asked_at=from_micros(asked),
        next_at=None if next_at is None else from_micros(next_at),
        discards=discards,
        discarded_at=None if discarded is None else from_micros(discarded),
    )


def _json(certificate: Certificate) -> str:
    return msgspec.json.encode(certificate).decode()


def _certificate(text: str) -> Certificate:
    return msgspec.json.decode(text, type=Certificate)
