"""Whose certificate a station presents."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from msgspec.structs import replace

from laddnav.kernel.keys import StationKey
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.client import ClientAccepted, ClientFlaw, ClientRefused, ClientTrust
from laddnav.pki.model.signing import Renewal
from laddnav.pki.rules import issuing, renewing
from laddnav.pki.rules.clients import judge_client_certificate
from laddnav.pki.rules.reading import as_pem, load, told
from tests.pki.making import (
    NOON,
    ORGANIZATION,
    SERIAL,
    authority,
    csr,
    der,
    name,
    rsa_key,
    self_signed,
)

KEY = StationKey("default", "CP1")


def judged(
    *presented: x509.Certificate, serials: tuple[str, ...] = (SERIAL,), **more: Any
) -> ClientAccepted | ClientRefused:
    """Judge a chain; whatever is its last is trusted as the operator's, unless told otherwise."""
    roots = tuple(as_pem(each) for each in presented[-1:])
    trust = more.pop("trust", ClientTrust(organization=ORGANIZATION, roots=roots))
    found = judge_client_certificate(
        [der(each) for each in presented],
        trust=trust,
        serials=serials,
        identity="CP1",
        now=NOON,
        **more,
    )
    if isinstance(found, ClientRefused):
        return found
    assert found.certificate == told(presented[0])
    return replace(found, certificate=None)


def flaw(*presented: x509.Certificate, **more: Any) -> ClientFlaw:
    refused = judged(*presented, **more)
    assert isinstance(refused, ClientRefused)
    assert refused.detail
    assert refused.remedy.endswith(".")
    return refused.flaw


@pytest.mark.ocpp("A00.FR.403")
@pytest.mark.ocpp("A00.FR.404")
@pytest.mark.ocpp("A00.FR.405")
def test_a_certificate_with_the_stations_serial_and_the_operators_name_admits_it() -> None:
    assert judged(self_signed()) == ClientAccepted(name=SERIAL)
    by_identity = self_signed(name("CP1"))
    assert judged(by_identity, serials=()) == ClientAccepted(name="CP1")
    assert flaw(by_identity) is ClientFlaw.WRONG_NAME, "the serial is known: it is what counts"


@pytest.mark.ocpp("A00.FR.407")
def test_what_does_not_fit_is_refused_with_a_remedy() -> None:
    assert flaw() is ClientFlaw.MISSING
    assert flaw(self_signed(name("OTHER"))) is ClientFlaw.WRONG_NAME
    assert flaw(self_signed(name(o="Others"))) is ClientFlaw.WRONG_ORGANIZATION
    assert flaw(self_signed(since=NOON + timedelta(days=1))) is ClientFlaw.NOT_YET_VALID
    assert flaw(self_signed(key=rsa_key(1024))) is ClientFlaw.WEAK_KEY
    trust = ClientTrust(organization=ORGANIZATION)
    unreadable = judge_client_certificate(
        [b"nonsense"], trust=trust, serials=(), identity="CP1", now=NOON
    )
    assert isinstance(unreadable, ClientRefused)
    assert unreadable.flaw is ClientFlaw.UNREADABLE


def issued(cn: str = SERIAL) -> list[x509.Certificate]:
    """What our own authority signs: leaf and what is above it."""
    own = authority()
    chain = issuing.sign(
        csr(cn), issuing=own.issuing, issuing_key=own.issuing_key, now=NOON, days=30, serial=7
    )
    return load(chain.pem)


@pytest.mark.ocpp("A00.FR.403")
def test_a_certificate_of_another_operators_authority_admits_nobody_here() -> None:
    own = authority()
    ours = ClientTrust(organization=ORGANIZATION, roots=(own.root,))
    theirs = ClientTrust(organization=ORGANIZATION, roots=(as_pem(self_signed(ca=True)),))
    assert judged(*issued(), trust=ours) == ClientAccepted(name=SERIAL)
    assert flaw(*issued(), trust=theirs) is ClientFlaw.UNTRUSTED
    leaf = issued()[:1]
    assert flaw(*leaf, trust=ours) is ClientFlaw.UNTRUSTED, "what is between is not known"
    known = ClientTrust(organization=ORGANIZATION, roots=(own.root,), between=(own.issuing,))
    assert judged(*leaf, trust=known) == ClientAccepted(name=SERIAL)


@pytest.mark.ocpp("A00.FR.406")
def test_a_factory_certificate_is_taken_where_its_maker_is_trusted_and_marked() -> None:
    factory = self_signed(name(o="Chargers Inc"))
    made = ClientTrust(organization=ORGANIZATION, factory_roots=(as_pem(factory),))
    assert judged(factory, trust=made) == ClientAccepted(name=SERIAL, is_factory=True)
    assert flaw(factory) is ClientFlaw.WRONG_ORGANIZATION


@pytest.mark.ocpp("A00.FR.429")
def test_an_expired_certificate_admits_only_where_the_operator_allows_it() -> None:
    old = self_signed(since=NOON - timedelta(days=40))
    assert flaw(old) is ClientFlaw.EXPIRED
    assert judged(old, allows_expired=True) == ClientAccepted(name=SERIAL, has_expired=True)


def asked(known: Renewal | None, outcome: str, serial: str = "a") -> Renewal:
    return renewing.asked(
        known, KEY, purpose=Purpose.STATION, serial=serial, outcome=outcome, now=NOON
    )


def test_a_station_that_refuses_to_renew_is_asked_ever_more_seldom() -> None:
    known: Renewal | None = None
    pauses = []
    for _ in range(7):
        known = asked(known, "rejected")
        assert known.next_at is not None
        assert not renewing.is_due(known, "a", NOON)
        assert renewing.is_due(known, "a", known.next_at)
        pauses.append((known.next_at - NOON).days)
    assert pauses == [1, 2, 4, 8, 16, 16, 16]


@pytest.mark.parametrize(
    ("lives", "days", "begins"), [(365, 30, 335), (30, 30, 20), (3, 30, 2), (90, 0, 90)]
)
def test_a_certificate_is_renewed_before_its_end_and_not_all_the_time(
    lives: int, days: int, begins: int
) -> None:
    ends = NOON + timedelta(days=lives)
    assert renewing.begins_at(NOON, ends, days) == NOON + timedelta(days=begins)


def test_a_station_that_cannot_renew_is_not_asked_again_for_that_certificate() -> None:
    known = asked(None, "not_supported")
    assert not renewing.is_due(known, "a", NOON + timedelta(days=1000))
    assert renewing.is_due(known, "b", NOON), "its next certificate is another matter"
    assert asked(known, "rejected", "b").tries == 1
