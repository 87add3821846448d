"""Whose certificate a station presents."""

from datetime import timedelta

import pytest

from laddnav.kernel.keys import StationKey
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.model.client import ClientAccepted, ClientFlaw, ClientRefused
from laddnav.pki.model.signing import Renewal
from laddnav.pki.rules import renewing
from laddnav.pki.rules.clients import judge_client_certificate
from tests.pki.making import NOON, ORGANIZATION, SERIAL, der, name, rsa_key, self_signed

KEY = StationKey("default", "CP1")


def judged(
    presented: bytes | None = None, *, serials: tuple[str, ...] = (SERIAL,), **more: object
) -> ClientAccepted | ClientRefused:
    return judge_client_certificate(
        presented,
        serials=serials,
        identity="CP1",
        organization=ORGANIZATION,
        now=NOON,
        **more,  # type: ignore[arg-type]  # tests name arguments freely
    )


def flaw(presented: bytes | None, **more: object) -> ClientFlaw:
    refused = judged(presented, **more)  # type: ignore[arg-type]  # tests name arguments freely
    assert isinstance(refused, ClientRefused)
    assert refused.detail
    assert refused.remedy.endswith(".")
    return refused.flaw


@pytest.mark.ocpp("A00.FR.403")
@pytest.mark.ocpp("A00.FR.404")
@pytest.mark.ocpp("A00.FR.405")
def test_a_certificate_with_the_stations_serial_and_the_operators_name_admits_it() -> None:
    assert judged(der(self_signed())) == ClientAccepted()
    by_identity = der(self_signed(name("CP1")))
    assert judged(by_identity, serials=()) == ClientAccepted()
    assert flaw(by_identity) is ClientFlaw.WRONG_NAME, "the serial is known: it is what counts"


@pytest.mark.ocpp("A00.FR.407")
def test_what_does_not_fit_is_refused_with_a_remedy() -> None:
    assert flaw(None) is ClientFlaw.MISSING
    assert flaw(b"nonsense") is ClientFlaw.UNREADABLE
    assert flaw(der(self_signed(name("OTHER")))) is ClientFlaw.WRONG_NAME
    assert flaw(der(self_signed(name(o="Others")))) is ClientFlaw.WRONG_ORGANIZATION
    early = self_signed(since=NOON + timedelta(days=1))
    assert flaw(der(early)) is ClientFlaw.NOT_YET_VALID
    assert flaw(der(self_signed(key=rsa_key(1024)))) is ClientFlaw.WEAK_KEY


@pytest.mark.ocpp("A00.FR.406")
def test_a_factory_certificate_is_taken_where_its_maker_is_trusted_and_marked() -> None:
    factory = der(self_signed(name(o="Chargers Inc")))
    assert judged(factory, manufacturers=("Chargers Inc",)) == ClientAccepted(is_factory=True)
    assert flaw(factory) is ClientFlaw.WRONG_ORGANIZATION


@pytest.mark.ocpp("A00.FR.429")
def test_an_expired_certificate_admits_only_where_the_operator_allows_it() -> None:
    old = der(self_signed(since=NOON - timedelta(days=40)))
    assert flaw(old) is ClientFlaw.EXPIRED
    assert judged(old, allows_expired=True) == ClientAccepted(has_expired=True)


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


def test_a_station_that_cannot_renew_is_not_asked_again_for_that_certificate() -> None:
    known = asked(None, "not_supported")
    assert not renewing.is_due(known, "a", NOON + timedelta(days=1000))
    assert renewing.is_due(known, "b", NOON), "its next certificate is another matter"
    assert asked(known, "rejected", "b").tries == 1
