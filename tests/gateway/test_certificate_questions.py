"""Stations are asked for their certificates, and given roots, over the wire of every version."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Held, HeldCertificate, Outcome, Said
from laddnav.pki.model.certificate import Purpose, Use
from laddnav.pki.model.signing import Delivery
from laddnav.pki.service.installed import Installed
from tests.gateway.hub import Hub
from tests.gateway.notary import (
    HASH,
    NAME,
    PEM,
    VERSIONS,
    asking,
    certifying,
    ready,
)


@pytest.fixture
async def running(sqlite_url: str) -> AsyncIterator[Hub]:
    async with certifying(sqlite_url) as opened:
        yield opened


QUESTIONS = {
    ("ocpp1.6", "ask"): (
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
    ),
    ("ocpp2.0.1", "ask"): (
        "TriggerMessage",
        {"requestedMessage": "SignChargingStationCertificate"},
    ),
    ("ocpp2.1", "ask"): ("TriggerMessage", {"requestedMessage": "SignChargingStationCertificate"}),
    ("ocpp1.6", "install"): (
        "InstallCertificate",
        {"certificateType": "CentralSystemRootCertificate", "certificate": PEM},
    ),
    ("ocpp2.0.1", "install"): (
        "InstallCertificate",
        {"certificateType": "CSMSRootCertificate", "certificate": PEM},
    ),
    ("ocpp2.1", "install"): (
        "InstallCertificate",
        {"certificateType": "CSMSRootCertificate", "certificate": PEM},
    ),
    **{
        (version, "delete"): ("DeleteCertificate", {"certificateHashData": HASH})
        for version in VERSIONS
    },
}


@pytest.mark.parametrize(("version", "verb"), list(QUESTIONS))
async def test_each_question_is_asked_in_the_words_of_its_version(
    running: Hub, version: str, verb: str
) -> None:
    async with running.charger(version=version) as charger:
        key = await ready(running, charger, version)
        control = asking(running)
        verbs = {
            "ask": lambda: control.ask_for_request(key, Purpose.STATION),
            "install": lambda: control.install_certificate(key, Use.CSMS_ROOT, PEM),
            "delete": lambda: control.delete_certificate(key, NAME),
        }
        said = asyncio.create_task(verbs[verb]())
        [(action, payload)] = await charger.answers({"status": "Accepted"})
        assert (action, payload) == QUESTIONS[version, verb]
        assert await said == Said(outcome=Outcome.ACCEPTED, wire_status="Accepted")


@pytest.mark.ocpp("M03.FR.01")
async def test_what_a_station_of_1_6_has_takes_two_questions(running: Hub) -> None:
    async with running.charger() as charger:
        key = await ready(running, charger, "ocpp1.6")
        held = asyncio.create_task(asking(running).installed_certificates(key))
        answers: list[dict[str, Any]] = [
            {"status": "Accepted", "certificateHashData": [HASH]},
            {"status": "NotFound"},
        ]
        calls = await charger.answers(*answers)
        kinds = ["CentralSystemRootCertificate", "ManufacturerRootCertificate"]
        assert [payload["certificateType"] for _, payload in calls] == kinds
        assert await held == Held(certificates=(HeldCertificate(use=Use.CSMS_ROOT, name=NAME),))


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
@pytest.mark.ocpp("M03.FR.01")
@pytest.mark.ocpp("M03.FR.05")
async def test_what_a_station_of_2_has_comes_with_its_children(running: Hub, version: str) -> None:
    async with running.charger(version=version) as charger:
        key = await ready(running, charger, version)
        installed = Installed(running.rooms.database, running.rooms.clock, asking(running))
        reading_it = asyncio.create_task(installed.read(key))
        child = {**HASH, "serialNumber": "B2"}
        chain = {
            "certificateType": "V2GCertificateChain",
            "certificateHashData": HASH,
            "childCertificateHashData": [child],
        }
        root = {"certificateType": "CSMSRootCertificate", "certificateHashData": HASH}
        answer = {"status": "Accepted", "certificateHashDataChain": [chain, root]}
        [(action, payload)] = await charger.answers(answer)
        assert (action, payload) == ("GetInstalledCertificateIds", {})
        await reading_it
        kept = [
            (each.use, each.serial_number, each.is_child) for each in await installed.known(key)
        ]
        assert kept == [
            (Use.V2G_CHAIN, "A1", False),
            (Use.V2G_CHAIN, "B2", True),
            (Use.CSMS_ROOT, "A1", False),
        ]


async def test_what_a_version_has_no_words_for_is_not_sent(running: Hub) -> None:
    async with running.charger() as charger:
        key = await ready(running, charger, "ocpp1.6")
        control = asking(running)
        for said in (
            await control.install_certificate(key, Use.V2G_ROOT, PEM),
            await control.ask_for_request(key, Purpose.V2G),
            await control.install_certificate(key, Use.CSMS_ROOT, "x" * 6000),
        ):
            assert said.outcome is Outcome.NOT_POSSIBLE
            assert said.reason
        gone = StationKey("default", "GONE")
        assert (await control.delete_certificate(gone, NAME)).outcome is Outcome.NOT_CONNECTED
        assert await control.installed_certificates(gone) == Said(outcome=Outcome.NOT_CONNECTED)


async def test_what_goes_wrong_with_a_question_is_told_as_what_it_is(running: Hub) -> None:
    async with running.charger(version="ocpp2.0.1") as charger:
        key = await ready(running, charger, "ocpp2.0.1")

        async def said(*answer: object) -> Said:
            delivery = Delivery(purpose=Purpose.STATION, chain=PEM)
            asked = asyncio.create_task(asking(running).deliver_certificate(key, delivery))
            call = await charger.hear()
            await charger.tell(answer[0], call[1], *answer[1:])
            return await asked

        unknown = await said(4, "NotImplemented", "what?", {})
        assert unknown.outcome is Outcome.NOT_SUPPORTED
        broken = await said(4, "InternalError", "oh", {})
        assert (broken.outcome, broken.reason) == (Outcome.ERROR, "oh")
        info = {"reasonCode": "InvalidCertificate", "additionalInfo": "why"}
        rejected = await said(3, {"status": "Rejected", "statusInfo": info})
        assert rejected == Said(
            outcome=Outcome.REJECTED, wire_status="Rejected", reason="InvalidCertificate: why"
        )
        assert (await said(3, {})).outcome in {Outcome.ERROR, Outcome.REJECTED}
