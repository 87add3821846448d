"""From a station's request to the certificate in the station, with all that can fail between."""

from datetime import timedelta

import pytest

from laddnav.kernel.keys import StationKey
from laddnav.pki.control import Outcome, Said
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import KeyKind, Purpose
from laddnav.pki.model.client import ClientAccepted, ClientFlaw, ClientRefused
from laddnav.pki.model.signing import CsrFlaw, Refused, RequestState
from laddnav.pki.rules import chains, reading
from laddnav.pki.rules.clients import judge_client_certificate
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.signing import Asked
from laddnav.pki.store import queries, tables
from laddnav.storage.write import Write
from tests.pki.hall import KEY, NO, YES, Hall
from tests.pki.making import NOON, ORGANIZATION, SERIAL, csr, der, self_signed


@pytest.mark.ocpp("A02.FR.11")
async def test_a_good_request_is_signed_delivered_and_kept(hall: Hall) -> None:
    own = await hall.init()
    taken = await hall.ask(csr(), wire_id=7)
    assert taken.refused is None
    done = await hall.until(lambda each: each.state is RequestState.INSTALLED)
    [(key, delivery)] = hall.stations.delivered
    assert (key, delivery.purpose, delivery.wire_id) == (KEY, Purpose.STATION, 7)
    chain = reading.load(delivery.chain)
    assert chains.flaw(chain, reading.load(own.root), hall.clock.now()) is None
    [issued] = await hall.pki.issued("default")
    assert (issued.station, issued.certificate.serial) == ("CP1", done.serial)
    assert await hall.pki.issued_one("default", f"00{(done.serial or '').upper()}") == issued
    assert await hall.pki.issued_one("rival", done.serial or "") is None
    assert await hall.pki.issued("rival") == []
    assert await hall.pki.requests("rival") == []


@pytest.mark.ocpp("A02.FR.12")
async def test_a_bad_request_is_refused_and_recorded_with_its_reason(hall: Hall) -> None:
    await hall.init()
    text = csr(cn="OTHER")
    for _ in range(3):
        taken = await hall.ask(text)
        assert taken.refused is not None
    request = await hall.until(lambda each: each.count == 3)
    assert (request.state, request.flaw) == (RequestState.REFUSED, CsrFlaw.WRONG_NAME)
    assert request.detail == "its CN is OTHER, expected SN-4711"
    assert len(await hall.requests()) == 1
    assert hall.stations.delivered == []


async def test_a_refused_request_is_judged_anew_once_the_cause_is_gone(hall: Hall) -> None:
    text = csr()
    refused = await hall.ask(text)
    assert refused.refused is not None
    assert refused.refused.flaw is CsrFlaw.WRONG_ORGANIZATION, "there is no authority either"
    await hall.init()
    assert (await hall.ask(text)).refused is None
    await hall.until(lambda each: each.state is RequestState.INSTALLED)


async def test_without_an_authority_a_request_is_refused(hall: Hall) -> None:
    await hall.pki.authorities.set_organization("default", ORGANIZATION)
    taken = await hall.ask(csr())
    assert taken.refused is not None
    assert taken.refused.flaw is CsrFlaw.NO_AUTHORITY


@pytest.mark.ocpp("A02.FR.17")
async def test_a_repeated_request_is_signed_once_and_delivered_under_its_newest_number(
    hall: Hall,
) -> None:
    await hall.init()
    text = csr()
    await hall.ask(text, wire_id=1)
    await hall.until(lambda each: each.state is RequestState.INSTALLED)
    await hall.ask(text, wire_id=2)
    again = await hall.until(lambda each: each.count == 2 and len(hall.stations.delivered) == 2)
    (_, first), (_, second) = hall.stations.delivered
    assert first.chain == second.chain
    assert (first.wire_id, second.wire_id) == (1, 2)
    assert again.wire_id == 2
    assert len(await hall.pki.issued("default")) == 1


@pytest.mark.ocpp("A02.FR.03")
async def test_a_rejected_certificate_is_recorded_and_not_given_again(hall: Hall) -> None:
    await hall.init()
    hall.stations.says = Said(
        outcome=Outcome.REJECTED, wire_status="Rejected", reason="BadChain: no"
    )
    text = csr()
    await hall.ask(text)
    declined = await hall.until(lambda each: each.state is RequestState.DECLINED)
    assert declined.detail == "the station answered Rejected: BadChain: no"
    for _ in range(3):
        await hall.resume(hours=1)
        again = await hall.ask(text)
        assert again.refused is not None
        assert again.refused.flaw is CsrFlaw.REJECTED_BEFORE
    await hall.until(lambda each: each.count == 4)
    assert len(hall.stations.delivered) == 1


async def test_a_station_that_left_is_given_its_certificate_when_it_comes_back(hall: Hall) -> None:
    await hall.init()
    hall.stations.here.clear()
    await hall.ask(csr())
    await hall.until(lambda each: each.state is RequestState.SIGNED)
    await hall.resume(days=2)
    assert hall.stations.delivered == []
    hall.stations.here.add(KEY)
    await hall.resume()
    await hall.until(lambda each: each.state is RequestState.INSTALLED)


async def test_a_process_that_died_before_it_signed_goes_on_at_its_next_start(hall: Hall) -> None:
    await hall.init()
    asked = Asked(csr=csr(), purpose=Purpose.STATION, names=(SERIAL,))
    taken = await hall.pki.signing.take(KEY, asked)
    await hall.database.commit(Write(rows=taken.rows))
    await hall.resume()
    await hall.until(lambda each: each.state is RequestState.INSTALLED)


async def test_a_station_that_never_answers_is_asked_five_times_ever_more_seldom(
    hall: Hall,
) -> None:
    await hall.init()
    hall.stations.says = Said(outcome=Outcome.TIMED_OUT)
    await hall.ask(csr())
    for attempts in range(1, 5):
        waiting = await hall.until(lambda each, n=attempts: each.attempts == n)  # type: ignore[misc]  # a default argument binds the loop's value, which mypy cannot infer
        assert waiting.next_at - hall.clock.now() == timedelta(seconds=60 * 2 ** (attempts - 1))
        await hall.resume(seconds=1)
        assert len(hall.stations.delivered) == attempts
        await hall.resume(seconds=60 * 2**attempts)
    failed = await hall.until(lambda each: each.state is RequestState.FAILED)
    assert (failed.attempts, failed.detail) == (4, "the station did not answer")
    assert len(hall.stations.delivered) == 5


async def test_one_that_could_not_be_sent_is_sent_later_and_not_held_against_the_station(
    hall: Hall,
) -> None:
    await hall.init()
    hall.stations.says = Said(outcome=Outcome.NOT_POSSIBLE, reason="too many commands wait")
    text = csr()
    await hall.ask(text)
    waiting = await hall.until(lambda each: each.attempts == 1)
    assert (waiting.state, waiting.detail) == (
        RequestState.SIGNED, "its certificate could not be sent: too many commands wait",
    )  # fmt: skip
    hall.stations.says = YES
    await hall.resume(seconds=60)
    await hall.until(lambda each: each.state is RequestState.INSTALLED)


async def test_what_nobody_came_for_is_given_up_after_a_week(hall: Hall) -> None:
    await hall.init()
    hall.stations.says = Said(outcome=Outcome.NOT_CONNECTED)
    await hall.ask(csr())
    await hall.until(lambda each: each.state is RequestState.SIGNED)
    hall.stations.here.clear()
    await hall.resume(days=6)
    assert (await hall.requests())[0].state is RequestState.SIGNED
    await hall.resume(days=2)
    assert (await hall.requests())[0].state is RequestState.FAILED


async def test_a_flood_of_requests_is_stopped_and_takes_one_line(hall: Hall) -> None:
    await hall.init()
    for _ in range(10):
        assert (await hall.ask(csr(cn="X"))).refused is not None
    for _ in range(3):
        taken = await hall.ask(csr())
        assert taken.refused is not None
        assert taken.refused.flaw is CsrFlaw.TOO_MANY
        await hall.resume()
    flood, *others = await hall.requests()
    assert (flood.flaw, flood.count, len(others)) == (CsrFlaw.TOO_MANY, 3, 10)
    await hall.resume(hours=1)
    assert (await hall.ask(csr())).refused is None


async def test_a_request_that_is_refused_unread_is_kept_and_counted(hall: Hall) -> None:
    await hall.init()
    unproven = Refused(flaw=CsrFlaw.UNPROVEN, detail="it proves nothing")
    text = csr()
    assert (await hall.ask(text)).refused is None
    await hall.until(lambda each: each.state is RequestState.INSTALLED)
    for _ in range(2):
        taken = await hall.ask(text, refused=unproven)
        assert taken.refused == unproven
        await hall.resume()
    assert [(each.flaw, each.count) for each in await hall.requests()] == [
        (CsrFlaw.UNPROVEN, 2), (None, 1),
    ]  # fmt: skip
    assert len(hall.stations.delivered) == 1


async def test_a_request_that_somebody_brings_is_signed_at_once(hall: Hall) -> None:
    await hall.init()
    asked = Asked(csr=csr("CP2"), purpose=Purpose.STATION)
    made = await hall.pki.signing.sign_now(StationKey("default", "CP2"), asked)
    assert not isinstance(made, Refused)
    refused = await hall.pki.signing.sign_now(KEY, asked)
    assert isinstance(refused, Refused)
    assert refused.flaw is CsrFlaw.WRONG_NAME


async def test_private_keys_are_sealed_and_a_changed_secret_seals_them_anew(hall: Hall) -> None:
    await hall.init()

    async def stored() -> str:
        [record] = await hall.database.fetch(queries.authorities_of("default"))
        return str(record[tables.SEALED])

    before = await stored()
    assert "PRIVATE" not in before
    stranger = hall.room(b"another secret")
    await stranger.start()
    assert await stored() == before, "what cannot be opened stays"
    newer = hall.room(b"another secret", (b"the secret",))
    await newer.start()
    assert await stored() != before
    latest = hall.room(b"another secret")
    asked = Asked(csr=csr(), purpose=Purpose.STATION, names=(SERIAL,))
    assert not isinstance(await latest.signing.sign_now(KEY, asked), Refused)


async def test_a_key_that_was_changed_in_the_database_keeps_no_server_from_starting(
    hall: Hall,
) -> None:
    made = await hall.init(Purpose.SERVER)
    [record] = await hall.database.fetch(queries.authorities_of("default"))
    sealed = str(record[tables.SEALED])
    spoiled = f"{sealed[:-4]}{'AAAA' if sealed[-4:] != 'AAAA' else 'BBBB'}"
    change = queries.resealing("default", made.purpose.value, sealed, spoiled)
    await hall.database.execute(change)
    newer = hall.room(b"another secret", (b"the secret",))
    await newer.start()
    refused = await newer.authorities.issue_server("default", ["csms.example"], [KeyKind.EC])
    assert isinstance(refused, Unfit)
    assert "backup" in refused.text


async def test_a_key_that_cannot_be_opened_is_told_and_tried_again(hall: Hall) -> None:
    await hall.init()
    hall.pki = hall.room(b"another secret")
    await hall.ask(csr())
    waiting = await hall.until(lambda each: each.attempts == 1)
    assert waiting.state is RequestState.WAITING
    assert "former_secrets" in waiting.detail
    hall.pki = hall.room(b"another secret", (b"the secret",))
    await hall.resume(minutes=10)
    await hall.until(lambda each: each.state is RequestState.INSTALLED)


async def test_an_authority_is_replaced_only_on_purpose_and_its_root_stays_trusted(
    hall: Hall,
) -> None:
    first = await hall.init()
    again = await hall.pki.authorities.init("default", Purpose.STATION)
    assert isinstance(again, Unfit)
    assert again.exists
    second = await hall.pki.authorities.init("default", Purpose.STATION, replaces=True)
    assert isinstance(second, Authority)
    bundle = await hall.pki.roots.client_roots()
    known = {first.root, second.root, first.issuing, second.issuing}
    assert known == set(_split(bundle))
    blank = await hall.pki.authorities.init("rival", Purpose.STATION, organization=" ")
    assert isinstance(blank, Unfit)


def _split(bundle: str) -> list[str]:
    return [each.pem for each in reading.read(bundle)]


@pytest.mark.ocpp("A00.FR.403")
async def test_a_certificate_admits_the_station_of_its_own_operator_only(hall: Hall) -> None:
    await hall.init()
    await hall.init(operator="rival")
    await hall.ask(csr())
    await hall.until(lambda each: each.state is RequestState.INSTALLED)
    chain = [der(each) for each in reading.load(hall.stations.delivered[0][1].chain)]

    async def judged(operator: str, shown: list[bytes]) -> ClientAccepted | ClientRefused:
        return judge_client_certificate(
            shown, trust=await hall.pki.roots.trust_of(operator), serials=(SERIAL,),
            identity="CP1", now=hall.clock.now(),
        )  # fmt: skip

    accepted = await judged("default", chain)
    assert isinstance(accepted, ClientAccepted)
    assert accepted.name == SERIAL
    other = await judged("rival", chain)
    assert isinstance(other, ClientRefused)
    assert other.flaw is ClientFlaw.UNTRUSTED
    assert isinstance(await judged("default", [der(self_signed())]), ClientRefused)


async def test_stations_whose_certificate_ends_soon_are_asked_and_left_in_peace(hall: Hall) -> None:
    await hall.init()
    await hall.ask(csr())
    await hall.until(lambda each: each.state is RequestState.INSTALLED)
    renewals = hall.pki.renewals
    assert await renewals.ask() == 0
    hall.clock.time += timedelta(days=340)
    hall.stations.says = NO
    hall.stations.here.clear()
    assert await renewals.ask() == 0, "it is not connected here"
    hall.stations.here.add(KEY)
    assert [await renewals.ask() for _ in range(3)] == [1, 0, 0]
    assert hall.stations.told == [("ask", KEY, Purpose.STATION)]
    hall.clock.time += timedelta(days=1)
    assert [await renewals.ask() for _ in range(2)] == [1, 0]
    hall.clock.time += timedelta(days=1)
    assert await renewals.ask() == 0
    hall.stations.says = Said(outcome=Outcome.ACCEPTED)
    await hall.ask(csr())
    await hall.until(lambda each: each.state is RequestState.INSTALLED)
    hall.clock.time += timedelta(days=1)
    assert await renewals.ask() == 0, "its newest certificate lasts"


@pytest.mark.ocpp("A02.FR.29")
async def test_a_station_that_discards_its_renewed_certificate_is_asked_ever_more_seldom(
    hall: Hall,
) -> None:
    await hall.init()
    assert await hall.pki.renew_discarded(KEY) is False, "it was given none"
    await hall.ask(csr())
    await hall.until(lambda each: each.state is RequestState.INSTALLED)
    hall.stations.here.clear()
    assert await hall.pki.renew_discarded(KEY) is False, "it is not connected here"
    hall.stations.here.add(KEY)
    asked = []
    for hours in (0, 0, 1, 1, 1, 1, 1, 1, 1):
        hall.clock.time += timedelta(hours=hours)
        asked.append(await hall.pki.renew_discarded(KEY))
    assert asked == [True, False, True, False, True, False, False, False, True]
    assert hall.stations.told == [("ask", KEY, Purpose.STATION)] * 4
    hall.clock.time += timedelta(days=40)
    assert [await hall.pki.renew_discarded(KEY) for _ in range(2)] == [True, False]
    hall.clock.time += timedelta(hours=1)
    assert await hall.pki.renew_discarded(KEY) is True, "a month without one is forgiven"


async def test_a_certificate_of_another_authority_is_renewed_by_ours(hall: Hall) -> None:
    since, until = NOON - timedelta(days=300), NOON + timedelta(days=60)
    assert await hall.pki.renew_foreign(KEY, "ab", since, NOON) is False, "nobody signs here"
    await hall.init()
    assert await hall.pki.renew_foreign(KEY, "ab", since, until) is False, "it is too early"
    hall.clock.time = until - timedelta(days=29)
    assert await hall.pki.renew_foreign(KEY, "ab", since, until) is True
    assert await hall.pki.renew_foreign(KEY, "ab", since, until) is False, "it was asked today"
    await hall.ask(csr())
    request = await hall.until(lambda each: each.state is RequestState.INSTALLED)
    hall.clock.time += timedelta(days=360)
    ours = request.serial or ""
    now = hall.clock.now()
    assert await hall.pki.renew_foreign(KEY, ours, since, now) is False, "it is renewed as ours"


async def test_what_is_over_for_more_than_a_year_is_forgotten(hall: Hall) -> None:
    await hall.init()
    await hall.ask(csr())
    await hall.until(lambda each: each.state is RequestState.INSTALLED)
    await hall.pki.forget()
    assert len(await hall.requests()) == 1
    hall.clock.time += timedelta(days=800)
    await hall.pki.forget()
    assert await hall.requests() == []
    assert await hall.pki.issued("default") == []
