"""What is asked of the room's tables, and changed in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from laddnav.journal.rules.texts import storable
from laddnav.kernel.clock import to_micros
from laddnav.kernel.keys import StationKey
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.signing import OPEN_STATES, RequestState, SigningRequest
from laddnav.pki.store import tables
from laddnav.pki.store.tables import authorities, installed, issued, renewals, requests, roots

_OPEN = tuple(state.value for state in OPEN_STATES)
_MOST_OPEN = 5_000
_SLICE = 200


def authority_of(operator: str, purpose: Purpose) -> sa.Select[Any]:
    """Return the query of an operator's authority for a purpose."""
    return sa.select(authorities).where(
        authorities.c.operator == operator, authorities.c.purpose == purpose.value
    )


def authorities_of(operator: str | None) -> sa.Select[Any]:
    """Return the query of an operator's authorities; None: of all."""
    query = sa.select(authorities).order_by(authorities.c.operator, authorities.c.purpose)
    return query if operator is None else query.where(authorities.c.operator == operator)


def giving_way(former: Authority) -> sa.Delete:
    """Return the statement that takes away an authority, if it is still the one that signs."""
    return sa.delete(authorities).where(
        authorities.c.operator == former.operator,
        authorities.c.purpose == former.purpose.value,
        authorities.c.id == former.id,
    )


def former_of(operator: str | None) -> sa.Select[Any]:
    """Return the query of the authorities that an operator replaced; None: of all."""
    former = tables.former_authorities
    query = sa.select(former.c.purpose, former.c.root, former.c.issuing)
    return query if operator is None else query.where(former.c.operator == operator)


def resealing(operator: str, purpose: str, before: str, sealed: str) -> sa.Update:
    """Return the statement that replaces what is sealed, unless somebody else did."""
    return (
        sa.update(authorities)
        .where(
            authorities.c.operator == operator,
            authorities.c.purpose == purpose,
            authorities.c.sealed == before,
        )
        .values(sealed=sealed)
    )


def organization_of(operator: str) -> sa.Select[Any]:
    """Return the query of an operator's name as an organisation."""
    names = tables.organizations
    return sa.select(names.c.name).where(names.c.operator == operator)


def roots_of(operator: str | None) -> sa.Select[Any]:
    """Return the query of an operator's trusted roots, oldest first; None: of all."""
    query = sa.select(roots).order_by(roots.c.created_at, roots.c.fingerprint)
    return query if operator is None else query.where(roots.c.operator == operator)


def distrust(operator: str, fingerprint: str) -> sa.Delete:
    """Return the statement that takes a trusted root away."""
    return sa.delete(roots).where(
        roots.c.operator == operator, roots.c.fingerprint == storable(fingerprint)
    )


def issued_list(
    operator: str, *, station: str | None, before: datetime | None, after: str, limit: int
) -> sa.Select[Any]:
    """Return the query of issued certificates by their serial numbers, from behind `after`."""
    conditions = [issued.c.operator == operator, issued.c.serial > after]
    if station is not None:
        conditions.append(issued.c.station == storable(station))
    if before is not None:
        conditions.append(issued.c.valid_until_at < to_micros(before))
    return sa.select(issued).where(*conditions).order_by(issued.c.serial).limit(limit)


def issued_one(operator: str, serial: str) -> sa.Select[Any]:
    """Return the query of one issued certificate."""
    return sa.select(issued).where(
        issued.c.operator == operator, issued.c.serial == storable(serial)
    )


def revoking(operator: str, serial: str, reason: str, now: datetime) -> list[sa.Update]:
    """Return the statements that revoke a certificate, unless it was: it is not delivered again."""
    name = storable(serial)
    certificate = (
        sa.update(issued)
        .where(
            issued.c.operator == operator, issued.c.serial == name, issued.c.revoked_at.is_(None)
        )
        .values(revoked_at=to_micros(now), revoked_for=reason)
    )
    request = (
        sa.update(requests)
        .where(requests.c.operator == operator, requests.c.serial == name)
        .values(
            state=RequestState.DECLINED.value,
            detail="its certificate was revoked",
            updated_at=to_micros(now),
        )
    )
    return [certificate, request]


def revoked(operator: str, purpose: Purpose, now: datetime) -> sa.Select[Any]:
    """Return the query of what was revoked and has not ended: serial numbers and times."""
    return (
        sa.select(issued.c.serial, issued.c.revoked_at)
        .where(
            issued.c.operator == operator,
            issued.c.purpose == purpose.value,
            issued.c.revoked_at.is_not(None),
            issued.c.valid_until_at > to_micros(now),
        )
        .order_by(issued.c.serial)
    )


def last_issued(key: StationKey, purpose: Purpose) -> sa.Select[Any]:
    """Return the query of the certificate that a station was given last."""
    return (
        sa.select(issued)
        .where(
            issued.c.operator == key.operator,
            issued.c.station == key.identity,
            issued.c.purpose == purpose.value,
        )
        .order_by(issued.c.created_at.desc())
        .limit(1)
    )


def ending(before: datetime, since: datetime) -> sa.Select[Any]:
    """Return the query of stations whose newest certificate ends before then.

    Of each the station, purpose and serial number, when it was issued and when it ends. What ended
    long `since` is of no account: such a station has gone.
    """
    newest = issued.alias("newest")
    later = sa.exists().where(
        newest.c.operator == issued.c.operator,
        newest.c.station == issued.c.station,
        newest.c.purpose == issued.c.purpose,
        newest.c.created_at > issued.c.created_at,
    )
    return (
        sa.select(
            issued.c.operator,
            issued.c.station,
            issued.c.purpose,
            issued.c.serial,
            issued.c.created_at,
            issued.c.valid_until_at,
        )
        .where(
            issued.c.valid_until_at < to_micros(before),
            issued.c.valid_until_at > to_micros(since),
            issued.c.station != "",
            issued.c.revoked_at.is_(None),
            ~later,
        )
        .order_by(issued.c.valid_until_at)
    )


def requests_of(key: StationKey, purpose: Purpose) -> sa.Select[Any]:
    """Return the query of a station's latest requests for a purpose."""
    return (
        sa.select(requests)
        .where(
            requests.c.operator == key.operator,
            requests.c.station == key.identity,
            requests.c.purpose == purpose.value,
        )
        .order_by(requests.c.id.desc())
        .limit(50)
    )


def request_one(key: StationKey, name: str) -> sa.Select[Any]:
    """Return the query of one request."""
    return sa.select(requests).where(*_is(key, name))


def request_list(
    operator: str,
    *,
    station: str | None,
    state: RequestState | None,
    before: str | None,
    limit: int,
) -> sa.Select[Any]:
    """Return the query of requests, newest first, from behind the id `before`."""
    conditions = [requests.c.operator == operator]
    if station is not None:
        conditions.append(requests.c.station == storable(station))
    if state is not None:
        conditions.append(requests.c.state == state.value)
    if before is not None:
        conditions.append(requests.c.id < storable(before))
    return sa.select(requests).where(*conditions).order_by(requests.c.id.desc()).limit(limit)


def open_requests(now: datetime) -> sa.Select[Any]:
    """Return the query of requests with which something is to be done now.

    Of each its key, its id, when it was made, and since when something is to be done.
    """
    columns = requests.c
    return (
        sa.select(
            columns.operator, columns.station, columns.id, columns.created_at, columns.next_at
        )
        .where(columns.state.in_(_OPEN), columns.next_at <= to_micros(now))
        .order_by(columns.next_at)
        .limit(_MOST_OPEN)
    )


def giving_up(keys: Sequence[tuple[str, str, str]], detail: str, now: datetime) -> sa.Update:
    """Return the statement that ends some requests with which nothing can be done."""
    return (
        sa.update(requests)
        .where(_among(keys[:_SLICE]), requests.c.state.in_(_OPEN))
        .values(state=RequestState.FAILED.value, detail=detail, updated_at=to_micros(now))
    )


def repetition(request: SigningRequest, times: int, now: datetime) -> sa.Update:
    """Return the statement that counts a request that was repeated, under the number it has now.

    One that was taken already is to be delivered again: the station asks because it lost it.
    """
    again = sa.case(
        (requests.c.state == RequestState.INSTALLED.value, RequestState.SIGNED.value),
        else_=requests.c.state,
    )
    return (
        sa.update(requests)
        .where(*_is(request.key, request.id))
        .values(
            count=requests.c.count + times,
            wire_id=request.wire_id,
            state=again,
            next_at=to_micros(now),
            updated_at=to_micros(now),
        )
    )


def progress(request: SigningRequest, was: RequestState) -> sa.Update:
    """Return the statement that stores how far a request has come, unless it has come further."""
    return (
        sa.update(requests)
        .where(*_is(request.key, request.id), requests.c.state == was.value)
        .values(
            state=request.state.value,
            detail=request.detail,
            attempts=request.attempts,
            next_at=to_micros(request.next_at),
            chain=request.chain,
            serial=request.serial,
            updated_at=to_micros(request.updated_at),
        )
    )


def no_more_installed(key: StationKey, count: int) -> sa.Delete:
    """Return the statement that forgets what a station had beyond what it has now."""
    return sa.delete(installed).where(
        installed.c.operator == key.operator,
        installed.c.station == key.identity,
        installed.c.position >= count,
    )


def installed_in(key: StationKey) -> sa.Select[Any]:
    """Return the query of what a station has, in its own order."""
    return (
        sa.select(installed)
        .where(installed.c.operator == key.operator, installed.c.station == key.identity)
        .order_by(installed.c.position)
    )


def renewals_of(operator: str, stations: Sequence[str]) -> sa.Select[Any]:
    """Return the query of when stations were last asked to renew."""
    return sa.select(renewals).where(
        renewals.c.operator == operator, renewals.c.station.in_(stations)
    )


def old_requests(before: datetime) -> sa.Select[Any]:
    """Return the query of some requests that are over and older than that: keys and ids."""
    return (
        sa.select(requests.c.operator, requests.c.station, requests.c.id)
        .where(requests.c.state.not_in(_OPEN), requests.c.created_at < to_micros(before))
        .limit(_SLICE)
    )


def forgetting(keys: Sequence[tuple[str, str, str]]) -> sa.Delete:
    """Return the statement that deletes requests."""
    return sa.delete(requests).where(_among(keys))


def forgetting_issued(before: datetime) -> sa.Delete:
    """Return the statement that deletes some certificates that ended before then."""
    old = (
        sa.select(issued.c.operator, issued.c.serial)
        .where(issued.c.valid_until_at < to_micros(before))
        .limit(_SLICE)
    )
    return sa.delete(issued).where(sa.tuple_(issued.c.operator, issued.c.serial).in_(old))


def _among(keys: Sequence[tuple[str, str, str]]) -> sa.ColumnElement[bool]:
    return sa.tuple_(requests.c.operator, requests.c.station, requests.c.id).in_(keys)


def _is(key: StationKey, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        requests.c.operator == key.operator,
        requests.c.station == key.identity,
        requests.c.id == name,
    )
