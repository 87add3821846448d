"""What stations are given before their profile is raised, and how each step of it may fail."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from typing_extensions import override

from laddnav.gateway.certificate_words import certificates_anywhere, certificates_here
from laddnav.gateway.control import Control
from laddnav.kernel.keys import DEFAULT_OPERATOR, StationKey
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import Purpose
from laddnav.pki.service.installed import Installed
from laddnav.pki.service.ports import Later, SigningAuthority
from laddnav.stations.model import Problem, SecurityProfile, StationChange
from laddnav.stations.model.handover import (
    Begun,
    Handover,
    HandoverState,
    NewHandover,
    Terms,
)
from laddnav.stations.service.deliveries import Deliveries
from laddnav.stations.service.equipment import Equipment
from laddnav.stations.service.preparations import Preparations
from tests.gateway.box import ROOT, TRIGGERS, box
from tests.gateway.delivering import delivering, preparing
from tests.gateway.hub import Hub, hub
from tests.pki.making import ORGANIZATION, csr
from tests.waiting import until

KEY: Final = StationKey(DEFAULT_OPERATOR, "CP1")
VERSIONS: Final = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")
EVERY: Final = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with hub(sqlite_url, call_seconds=0.5) as opened:
        await opened.add(security_profile=1)
        made = await opened.rooms.pki.authorities.init(
            "default", Purpose.STATION, organization=ORGANIZATION
        )
        assert isinstance(made, Authority)
        registry = opened.links.registry
        variables = opened.rooms.stations.variables
        opened.rooms.pki.attach(certificates_here(Control(registry), registry, variables))
        yield opened
        await opened.rooms.pki.close()


@pytest.fixture
async def preparations(running: Hub, tmp_path: Path) -> Preparations:
    rooms = running.rooms
    stations, control = rooms.stations, Control(running.links.registry)
    anywhere = certificates_anywhere(control, stations.views, stations.variables)
    file = tmp_path / "server.pem"
    file.write_text(ROOT)
    installed = Installed(rooms.database, rooms.clock, anywhere)
    stations.upgrades.certificates = Equipment(rooms.pki, installed, rooms.clock, files=[str(file)])
    return preparing(running, stations.upgrades.certificates)


@pytest.fixture
async def deliveries(running: Hub, preparations: Preparations) -> AsyncIterator[Deliveries]:
    del preparations
    async with delivering(running, running.rooms.stations.upgrades.certificates) as made:
        yield made


async def planned(running: Hub, profile: int = 3, **terms: Any) -> Handover:
    new = NewHandover(
        profile=SecurityProfile(profile), terms=Terms(url="wss://example.org/ocpp", **terms)
    )
    begun = await running.rooms.stations.handovers.plan(KEY, new)
    assert isinstance(begun, Begun), begun
    return begun.handover


async def now(running: Hub, handover: Handover) -> Handover:
    found = await running.rooms.stations.handovers.one(KEY, handover.id)
    assert found is not None
    return found


def steps(handover: Handover) -> list[str]:
    return [step.name for step in handover.steps]


async def delivered(deliveries: Deliveries) -> None:
    await deliveries.work()
    await deliveries.rested()


@EVERY
@pytest.mark.ocpp("A05.FR.02")
@pytest.mark.ocpp("A05.FR.03")
async def test_a_station_is_given_what_it_lacks_before_its_profile_is_raised(
    running: Hub, deliveries: Deliveries, version: str
) -> None:
    handover = await planned(running)
    async with box(running, version) as station:
        await delivered(deliveries)
    done = await now(running, handover)
    assert done.state is HandoverState.WAITING
    order = ("root_there", "organization_sent", "certificate_asked", "certificate_there", "sent")
    assert [name for name in steps(done) if name in order] == list(order)
    sent = "ChangeConfiguration" if version == "ocpp1.6" else "SetNetworkProfile"
    last = len(station.told) - 1 - station.told[::-1].index(sent)
    for asked in ("InstallCertificate", "CertificateSigned"):
        assert station.told.index(asked) < last


@EVERY
async def test_what_is_there_already_is_not_given_again(
    running: Hub, deliveries: Deliveries, version: str
) -> None:
    first = await planned(running)
    async with box(running, version) as station:
        await delivered(deliveries)
        await running.rooms.stations.handovers.cancel(KEY, first.id)
    again = await running.rooms.stations.register.change(KEY, StationChange(security_profile=1))
    assert not isinstance(again, Problem)
    handover = await planned(running)
    async with box(running, version) as station:
        station.has_root = True
        await delivered(deliveries)
        asked = set(station.told)
    assert not asked & {"InstallCertificate", "CertificateSigned", *TRIGGERS}
    assert (await now(running, handover)).state is HandoverState.WAITING


def step_of(version: str, action: str) -> str:
    return (
        "ExtendedTriggerMessage" if (version, action) == ("ocpp1.6", "TriggerMessage") else action
    )


@EVERY
@pytest.mark.parametrize(
    ("action", "word"),
    [
        ("InstallCertificate", "Rejected"),
        ("InstallCertificate", "Failed"),
        ("TriggerMessage", "Rejected"),
        ("TriggerMessage", "NotImplemented"),
        ("CertificateSigned", "Rejected"),
    ],
)
async def test_what_the_station_refuses_ends_the_upgrade_and_says_so(
    running: Hub, deliveries: Deliveries, version: str, action: str, word: str
) -> None:
    handover = await planned(running)
    async with box(running, version, **{step_of(version, action): word}) as station:
        await delivered(deliveries)
    done = await now(running, handover)
    assert done.state is HandoverState.FAILED
    assert word in (done.reason or "")
    assert "SetNetworkProfile" not in station.told
    async with running.charger(version=version) as charger:
        assert (await charger.ask("Heartbeat", {}))[0] == 3


@EVERY
@pytest.mark.parametrize(
    "action", ["GetInstalledCertificateIds", "InstallCertificate", "TriggerMessage"]
)
@pytest.mark.parametrize("word", ["error", "silence", "vanish"])
async def test_what_the_station_does_not_answer_is_tried_again_another_time(
    running: Hub, deliveries: Deliveries, version: str, action: str, word: str
) -> None:
    handover = await planned(running)
    async with box(running, version, **{step_of(version, action): word}) as station:
        await delivered(deliveries)
    waiting = await now(running, handover)
    assert waiting.state is HandoverState.PLANNED
    assert steps(waiting)[-1] == "not_sent"
    assert "SetNetworkProfile" not in station.told


@EVERY
@pytest.mark.parametrize("word", ["silence", "vanish"])
async def test_a_certificate_that_does_not_arrive_is_waited_for_another_time(
    running: Hub, deliveries: Deliveries, version: str, word: str
) -> None:
    handover = await planned(running)
    async with box(running, version, CertificateSigned=word):
        await delivered(deliveries)
    assert (await now(running, handover)).state is HandoverState.PLANNED


async def prepared(running: Hub, preparations: Preparations, handover: Handover) -> bool:
    """Let a handover have its turn at once, as far as nothing is sent."""
    planned_one = await now(running, handover)
    claimed = await running.rooms.stations.handovers.claim(planned_one)
    assert claimed is not None
    return await preparations.ready(claimed, SecurityProfile.BASIC, "2.0.1")


async def test_a_station_that_asks_for_nothing_is_asked_three_times(
    running: Hub, preparations: Preparations
) -> None:
    handover = await planned(running)
    async with box(running, "ocpp2.0.1") as station:
        station.requests.clear()
        for _ in range(3):
            assert (await now(running, handover)).state is HandoverState.PLANNED
            assert await prepared(running, preparations, handover) is False
    done = await now(running, handover)
    assert done.state is HandoverState.FAILED
    assert "asked for no certificate" in (done.reason or "")


async def test_broken_off_with_a_signed_certificate_it_goes_on_from_there(
    running: Hub, preparations: Preparations
) -> None:
    handover = await planned(running)
    async with box(running, "ocpp2.0.1", CertificateSigned="vanish"):
        assert await prepared(running, preparations, handover) is False
    async with box(running, "ocpp2.0.1") as station:
        station.has_root = True
        await running.rooms.pki.signing.resume()
        assert await prepared(running, preparations, handover) is True
    assert "CertificateSigned" in station.told
    assert "TriggerMessage" not in station.told


async def test_a_certificate_whose_answer_was_lost_is_asked_for_once_more_if_it_is_refused_then(
    running: Hub, preparations: Preparations
) -> None:
    handover = await planned(running)
    async with box(running, "ocpp2.0.1", CertificateSigned="vanish"):
        assert await prepared(running, preparations, handover) is False
    async with box(running, "ocpp2.0.1", CertificateSigned="Rejected") as station:
        station.has_root = True
        waiting = asyncio.create_task(prepared(running, preparations, handover))

        async def asked_twice() -> bool:
            return steps(await now(running, handover)).count("certificate_asked") == 2

        await until(asked_twice)
        await running.rooms.pki.signing.resume()
        assert await waiting is False
        assert (await now(running, handover)).state is HandoverState.PLANNED
        station.words.clear()
        station.requests = [csr("CP1", ORGANIZATION)]
        assert await prepared(running, preparations, handover) is True
    assert station.told.count("CertificateSigned") == 2


class Patient(SigningAuthority):
    """Who signs, but not today."""

    @override
    async def sign(self, csr: str, *, renews: bool) -> Later:
        return Later(seconds=3600, reason="somebody must agree")


async def test_who_signs_may_take_longer_than_a_turn(
    running: Hub, preparations: Preparations, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def signer(*_: object) -> SigningAuthority:
        return Patient()

    monkeypatch.setattr(running.rooms.pki.authorities, "signer", signer)
    handover = await planned(running)
    async with box(running, "ocpp2.0.1") as station:
        for _ in range(4):
            assert await prepared(running, preparations, handover) is False
            waiting = await now(running, handover)
            assert waiting.state is HandoverState.PLANNED
            assert "somebody must agree" in waiting.steps[-1].detail
    assert station.told.count("TriggerMessage") == 1


@EVERY
async def test_a_request_that_is_refused_here_ends_the_upgrade(
    running: Hub, deliveries: Deliveries, version: str
) -> None:
    handover = await planned(running)
    async with box(running, version) as station:
        station.requests[:] = [csr("CP1", "Somebody else")]
        await delivered(deliveries)
    done = await now(running, handover)
    assert done.state is HandoverState.FAILED
    assert "refused" in (done.reason or "")


async def test_cancelled_while_a_certificate_is_waited_for_nothing_is_sent(
    running: Hub, deliveries: Deliveries
) -> None:
    handover = await planned(running)
    async with box(running, "ocpp2.0.1") as station:
        station.requests.clear()
        await deliveries.work()
        await until(lambda: "TriggerMessage" in station.told)
        await running.rooms.stations.handovers.cancel(KEY, handover.id)
        await deliveries.rested()
    assert (await now(running, handover)).state is HandoverState.CANCELLED
    assert "SetNetworkProfile" not in station.told


async def test_a_station_that_proves_nothing_is_raised_to_a_password_first(
    running: Hub, preparations: Preparations
) -> None:
    del preparations
    await running.rooms.stations.register.change(KEY, StationChange(security_profile=0))
    new = NewHandover(profile=SecurityProfile.TLS_CERTIFICATE)
    refused = await running.rooms.stations.handovers.plan(KEY, new)
    assert isinstance(refused, Problem)
    assert "1 or 2 first" in refused.text
