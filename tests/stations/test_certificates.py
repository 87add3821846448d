"""Stations that come in with a certificate of their own (security profile 3)."""

import ssl
from datetime import timedelta

import pytest
import trustme

from laddnav.accounts.model import Policies
from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import StationKey
from laddnav.pki.model.authority import IssuedCertificate
from laddnav.pki.model.certificate import Purpose, RootKind
from laddnav.pki.rules.reading import read_der
from laddnav.pki.store.tables import issued_row
from laddnav.stations.model import (
    Admitted,
    BootReported,
    ConnectionInfo,
    Presented,
    Refused,
    Registration,
    SecurityProfile,
    StationSettings,
)
from laddnav.stations.rules.admission import belies
from laddnav.stations.service.record import Booted
from laddnav.stations.store.tables import life_row
from laddnav.storage.write import Write
from tests.stations.hall import KEY, START, Hall, knock, link, station

ORGANIZATION = "Laddkraft AB"
OWN = trustme.CA(key_type=trustme.KeyType.ECDSA)
FACTORY = trustme.CA(key_type=trustme.KeyType.ECDSA)
PASSWORD = {"user": "CP1", "password": b"a long password"}


def chain(
    name: str = "SN-1",
    *,
    organization: str = ORGANIZATION,
    ends: timedelta = timedelta(days=30),
    owner: trustme.CA = OWN,
) -> tuple[bytes, ...]:
    made = owner.issue_cert(
        common_name=name,
        organization_name=organization,
        not_before=START - timedelta(days=100),
        not_after=START + ends,
    )
    return tuple(ssl.PEM_cert_to_DER_cert(pem.bytes().decode()) for pem in made.cert_chain_pems)


async def ready(hall: Hall, **told: object) -> None:
    """Trust a root of the operator's, and add a station of profile 3."""
    await hall.pki.authorities.set_organization("default", ORGANIZATION)
    for root, kind in ((OWN, RootKind.OPERATOR), (FACTORY, RootKind.MANUFACTURER)):
        trusted = await hall.pki.roots.trust("default", root.cert_pem.bytes().decode(), kind=kind)
        assert isinstance(trusted, list), trusted
    await hall.add(**{"security_profile": 3, "settings": StationSettings(serial="SN-1"), **told})


async def came(hall: Hall, *presented: bytes, **told: object) -> Admitted | RefusalReason:
    answer = await hall.stations.admit(knock(tls=True, chain=presented, **told))
    return answer.reason if isinstance(answer, Refused) else answer


@pytest.mark.ocpp("A00.FR.403")
@pytest.mark.ocpp("A00.FR.405")
async def test_a_station_comes_in_with_a_certificate_of_its_own(hall: Hall) -> None:
    await ready(hall)
    let_in_with = chain()
    let_in = await came(hall, *let_in_with)
    assert isinstance(let_in, Admitted)
    assert let_in.certificate is not None
    assert (let_in.certificate.name, let_in.certificate.is_factory) == ("SN-1", False)
    assert let_in.certificate.valid_until == read_der(let_in_with[0]).valid_until
    assert let_in.station.highest_profile is SecurityProfile.TLS_CERTIFICATE


@pytest.mark.ocpp("A00.FR.404")
@pytest.mark.ocpp("A00.FR.407")
@pytest.mark.ocpp("A00.FR.408")
async def test_each_failure_has_its_reason(hall: Hall) -> None:
    await ready(hall)
    stranger = trustme.CA()
    assert await came(hall) is RefusalReason.CERTIFICATE_REQUIRED
    assert await came(hall, **PASSWORD) is RefusalReason.CERTIFICATE_REQUIRED
    assert await came(hall, b"nonsense") is RefusalReason.CERTIFICATE_UNFIT
    assert await came(hall, *chain(owner=stranger)) is RefusalReason.CERTIFICATE_UNTRUSTED
    assert await came(hall, *chain(organization="Others")) is RefusalReason.CERTIFICATE_FOREIGN
    assert await came(hall, *chain("SN-2")) is RefusalReason.CERTIFICATE_MISNAMED
    assert await came(hall, *chain("CP1")) is RefusalReason.CERTIFICATE_MISNAMED
    expired = chain(ends=-timedelta(days=1))
    assert await came(hall, *expired) is RefusalReason.CERTIFICATE_EXPIRED
    await hall.refusals.flush()
    listed = (await hall.refusals.refusals("default")).items
    assert {line.identity for line in listed} == {"CP1"}
    assert "its CN is CP1, expected SN-1" in {line.detail for line in listed}


async def test_a_certificate_does_not_come_in_without_tls_of_its_own(hall: Hall) -> None:
    """What a proxy says in headers is no certificate: nothing came in TLS."""
    await ready(hall)
    answer = await hall.stations.admit(knock(tls=False))
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.TLS_REQUIRED


@pytest.mark.ocpp("A00.FR.406")
async def test_a_manufacturers_certificate_is_marked(hall: Hall) -> None:
    await ready(hall)
    let_in = await came(hall, *chain(owner=FACTORY, organization="Chargers Inc"))
    assert isinstance(let_in, Admitted)
    assert let_in.certificate is not None
    assert let_in.certificate.is_factory


async def test_another_operators_root_admits_nobody_here(hall: Hall) -> None:
    await ready(hall)
    await hall.accounts.add_operator("rival", ORGANIZATION)
    other = trustme.CA()
    root = other.cert_pem.bytes().decode()
    await hall.pki.roots.trust("rival", root, kind=RootKind.OPERATOR)
    assert await came(hall, *chain(owner=other)) is RefusalReason.CERTIFICATE_UNTRUSTED


@pytest.mark.ocpp("A00.FR.405")
async def test_a_serial_number_is_learned_from_a_boot_that_was_proven(hall: Hall) -> None:
    await ready(hall, security_profile=2, password="a long password", settings=StationSettings())
    by_password = await came(hall, **PASSWORD)
    assert isinstance(by_password, Admitted)
    await boots(hall, by_password, "SN-1")
    await hall.change(security_profile=3)
    assert await came(hall, *chain("SN-2")) is RefusalReason.CERTIFICATE_MISNAMED
    assert isinstance(await came(hall, *chain("SN-1")), Admitted)
    assert isinstance(await came(hall, *chain("CP1")), Admitted)


async def boots(hall: Hall, came_in: Admitted, serial: str) -> None:
    """Connect as it was let in, and tell a serial number."""
    live = await hall.stations.fleet.claim(came_in.station)
    connection = ConnectionInfo(
        id="link-4", address="192.0.2.7", version="1.6", tls=True,
        password_form=came_in.password_form, certificate=came_in.certificate,
    )  # fmt: skip
    await hall.store(hall.stations.fleet.connected(live, connection))
    assert boot(hall, live, serial).registration is Registration.ACCEPTED
    await hall.store(Write(fence=live.fence, rows=(life_row(live.key, live.life),)))
    await hall.stations.passage.flush()


@pytest.mark.ocpp("A00.FR.405")
async def test_a_serial_number_that_anybody_may_have_told_does_not_count(hall: Hall) -> None:
    await ready(hall, security_profile=0, settings=StationSettings())
    await hall.accounts.change_operator("default", policies=Policies(allow_profile_0=True))
    unproven = await hall.stations.admit(knock())
    assert isinstance(unproven, Admitted)
    await boots(hall, unproven, "SN-1")
    await hall.change(security_profile=2, password="a long password")
    assert isinstance(await came(hall, **PASSWORD), Admitted)
    await hall.stations.passage.flush()
    await hall.change(security_profile=3)
    assert await came(hall, *chain("SN-1")) is RefusalReason.CERTIFICATE_MISNAMED


@pytest.mark.ocpp("A00.FR.405")
async def test_a_certificate_that_was_signed_for_another_station_admits_nobody_else(
    hall: Hall,
) -> None:
    """A station that is let in may tell any serial number, and ask for a certificate in it."""
    await ready(hall)
    presented = chain("SN-1")
    issued = IssuedCertificate(
        operator="default", purpose=Purpose.STATION, station="OTHER",
        certificate=read_der(presented[0]), chain="", created_at=START,
    )  # fmt: skip
    await hall.store(Write(rows=(issued_row(issued),)))
    assert await came(hall, *presented) is RefusalReason.CERTIFICATE_MISNAMED
    assert isinstance(await came(hall, *chain("SN-1")), Admitted)
    await hall.refusals.flush()
    (line,) = (await hall.refusals.refusals("default")).items
    assert line.detail == "it was signed here for the station OTHER"


@pytest.mark.ocpp("A00.FR.702")
@pytest.mark.ocpp("A00.FR.705")
async def test_a_certificate_that_was_revoked_admits_nobody(hall: Hall) -> None:
    await ready(hall)
    presented = chain("SN-1")
    certificate = read_der(presented[0])
    issued = IssuedCertificate(
        operator="default", purpose=Purpose.STATION, station="CP1", certificate=certificate,
        chain="", created_at=START,
    )  # fmt: skip
    await hall.store(Write(rows=(issued_row(issued),)))
    assert isinstance(await came(hall, *presented), Admitted)
    told: list[StationKey] = []
    hall.pki.on_revoked.append(told.append)
    assert await hall.pki.revoke("another", certificate.serial) is None
    done = await hall.pki.revoke("default", certificate.serial.upper(), "it was stolen")
    assert done is not None
    assert (done.revoked_at, done.revoked_for, told) == (START, "it was stolen", [KEY])
    assert await came(hall, *presented) is RefusalReason.CERTIFICATE_REVOKED
    again = await hall.pki.revoke("default", certificate.serial, "once more")
    assert again is not None
    assert again.revoked_for == "it was stolen"
    await hall.refusals.flush()
    (line,) = (await hall.refusals.refusals("default")).items
    assert "it was stolen" in line.detail


async def test_a_serial_number_that_nobody_knows_is_the_operators_to_confirm(hall: Hall) -> None:
    await ready(hall, settings=StationSettings())
    assert await came(hall, *chain("SN-1")) is RefusalReason.CERTIFICATE_MISNAMED
    await hall.change(settings=StationSettings(serial="SN-1"))
    assert isinstance(await came(hall, *chain("SN-1")), Admitted)


async def test_a_needless_certificate_does_not_keep_a_station_out(hall: Hall) -> None:
    await ready(hall, security_profile=2, password="a long password")
    let_in = await came(hall, b"nonsense", **PASSWORD)
    assert isinstance(let_in, Admitted)
    assert let_in.certificate is None


@pytest.mark.ocpp("A00.FR.002")
async def test_a_port_for_other_profiles_refuses_it(hall: Hall) -> None:
    await ready(hall)
    assert await came(hall, *chain(), profiles=frozenset({2})) is RefusalReason.OTHER_PORT
    assert isinstance(await came(hall, *chain(), profiles=frozenset({2, 3})), Admitted)


@pytest.mark.ocpp("A00.FR.429")
async def test_an_expired_certificate_lets_an_allowed_station_in_as_pending(hall: Hall) -> None:
    await ready(hall, settings=StationSettings(serial="SN-1", allow_expired_certificate=True))
    let_in = await came(hall, *chain(ends=-timedelta(days=1)))
    assert isinstance(let_in, Admitted)
    live = await hall.stations.fleet.claim(let_in.station)
    await hall.store(hall.stations.fleet.connected(live, certified(let_in.certificate)))
    report = BootReported(vendor="ABB", model="Terra", serial="SN-1")
    booted = hall.stations.record_boot(live, report, hall.clock.now())
    assert booted.registration is Registration.PENDING
    assert live.station.registration is Registration.ACCEPTED, "the operator's word stays"
    assert not live.may_speak("StatusNotification", hall.clock.monotonic())
    live.expect("SignCertificate", hall.clock.monotonic() + 60)
    assert live.may_speak("SignCertificate", hall.clock.monotonic())
    live.close_link()
    await hall.store(hall.stations.fleet.connected(live, certified(Presented(name="SN-1"))))
    assert live.registration is Registration.ACCEPTED


def certified(certificate: Presented | None) -> ConnectionInfo:
    return ConnectionInfo(
        id="link-3", address="192.0.2.7", version="2.0.1", tls=True, certificate=certificate
    )


@pytest.mark.ocpp("B01.FR.11")
@pytest.mark.ocpp("B01.FR.12")
async def test_a_boot_in_another_name_ends_the_link(hall: Hall) -> None:
    await ready(hall)
    ended: list[object] = []
    hall.stations.on_belied.append(ended.append)
    let_in = await came(hall, *chain())
    assert isinstance(let_in, Admitted)
    live = await hall.stations.fleet.claim(let_in.station)
    await hall.store(hall.stations.fleet.connected(live, certified(let_in.certificate)))
    booted = boot(hall, live, "SN-2")
    assert (booted.registration, booted.write, ended) == (Registration.REJECTED, None, [KEY])
    assert live.life.serial is None
    assert boot(hall, live, "SN-1").registration is Registration.ACCEPTED
    assert ended == [KEY]


def boot(hall: Hall, live: object, serial: str) -> Booted:
    report = BootReported(vendor="ABB", model="Terra", serial=serial)
    return hall.stations.record_boot(live, report, hall.clock.now())  # type: ignore[arg-type]  # it is the LiveStation of the caller


@pytest.mark.ocpp("B01.FR.11")
@pytest.mark.parametrize(
    ("name", "entered", "told", "wrong"),
    [
        ("SN-1", None, ("SN-1", None), False),
        ("SN-1", None, (None, "SN-1"), False),
        ("SN-1", None, (None, None), False),
        ("SN-1", None, ("SN-2", None), True),
        ("CP1", None, ("SN-2", None), False),
        ("CP1", "CP1", ("SN-2", None), True),
        ("S" * 30, None, ("S" * 25, None), False),
        ("S" * 30, None, ("S" * 24, None), True),
    ],
)
def test_a_boot_belies_a_certificate_of_another_name(
    name: str, entered: str | None, told: tuple[str | None, ...], *, wrong: bool
) -> None:
    known = station(settings=StationSettings(serial=entered))
    assert belies(known, Presented(name=name), told) is wrong


def test_a_link_without_certificate_has_none() -> None:
    assert link().certificate is None
