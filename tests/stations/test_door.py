"""Knocks on a real database: who is let in, and what is kept of those who are not."""

import asyncio

import pytest

from laddnav.accounts.model import Policies
from laddnav.journal.model import RefusalReason
from laddnav.stations.model import Admitted, NewStation, PasswordForm, Refused, SecurityProfile
from tests.stations.hall import KEY, Hall, knock
from tests.waiting import until


async def refused(hall: Hall, **told: object) -> Refused:
    answer = await hall.stations.admit(knock(**told))
    assert isinstance(answer, Refused)
    return answer


async def admitted(hall: Hall, **told: object) -> Admitted:
    answer = await hall.stations.admit(knock(**told))
    assert isinstance(answer, Admitted)
    return answer


async def knocks(hall: Hall) -> bool:
    return bool((await hall.refusals.knocking("default")).items)


async def test_an_added_station_comes_in_with_its_password(hall: Hall) -> None:
    await hall.add(security_profile=1, password="geheim")
    let_in = await admitted(hall, user="CP1", password=b"geheim")
    assert (let_in.key, let_in.password_form) == (KEY, PasswordForm.TEXT)
    assert let_in.station.passwords is None


async def test_the_bare_path_is_the_default_operators(hall: Hall) -> None:
    await hall.add()
    assert (await admitted(hall, operator=None)).key == (
        await admitted(hall, operator="default")
    ).key


async def test_an_operator_that_is_not_there_has_no_stations(hall: Hall) -> None:
    await hall.add()
    answer = await refused(hall, operator="nobody")
    assert (answer.reason, answer.status) == (RefusalReason.UNKNOWN_OPERATOR, 404)


async def test_a_station_may_be_called_like_its_operator(hall: Hall) -> None:
    await hall.accounts.add_operator("acme", "Acme")
    fresh = NewStation(identity="acme", security_profile=0)
    await hall.stations.register.add("acme", fresh)
    await hall.stations.register.add("default", fresh)
    assert (await admitted(hall, operator="acme", identity="acme")).key == ("acme", "acme")
    assert (await admitted(hall, identity="acme")).key == ("default", "acme")


async def test_a_station_of_no_such_operator_has_doubled_its_name(hall: Hall) -> None:
    await hall.add(identity="acme")
    assert (await admitted(hall, operator="acme", identity="acme")).key == ("default", "acme")
    assert (await refused(hall, operator="other", identity="acme")).operator == ""
    assert await hall.stations.named("acme", "acme") == ("default", "acme")
    assert await hall.stations.named("other", "acme") is None


async def test_a_doubled_name_that_nobody_added_knocks_at_the_default_operators(
    hall: Hall,
) -> None:
    await refused(hall, operator="NEW", identity="NEW")
    await until(lambda: knocks(hall))
    (knocking,) = (await hall.refusals.knocking("default")).items
    assert knocking.identity == "NEW"


async def test_a_station_of_one_operator_does_not_come_in_at_another(hall: Hall) -> None:
    await hall.accounts.add_operator("other", "Other")
    await hall.add()
    answer = await refused(hall, operator="other")
    assert answer.reason is RefusalReason.UNKNOWN_STATION


@pytest.mark.ocpp("A00.FR.002")
@pytest.mark.ocpp("A00.FR.006")
async def test_a_station_that_comes_to_the_port_of_another_profile_is_refused(hall: Hall) -> None:
    await hall.add(security_profile=1, password="geheim")
    right = {"user": "CP1", "password": b"geheim"}
    answer = await refused(hall, **right, tls=True, profiles=frozenset({2, 3}))
    assert (answer.reason, answer.status) == (RefusalReason.OTHER_PORT, 403)
    await admitted(hall, **right, profiles=frozenset({0, 1}))
    await hall.refusals.flush()
    (listed,) = (await hall.refusals.refusals("default")).items
    assert listed.detail == "its security profile is 1, and it came to a port for 2 and 3"


async def test_an_unknown_station_gets_404_and_knocks(hall: Hall) -> None:
    answer = await refused(hall, identity="NEW", user_agent="box/1")
    assert (answer.reason, answer.status) == (RefusalReason.UNKNOWN_STATION, 404)
    assert "admit it" in answer.remedy
    await refused(hall, identity="NEW")
    await until(lambda: knocks(hall))
    (knocking,) = (await hall.refusals.knocking("default")).items
    assert (knocking.identity, knocking.count, knocking.user_agent) == ("NEW", 2, None)
    assert (knocking.offered, knocking.tls) == (("ocpp1.6",), False)


async def test_a_station_that_is_added_knocks_no_more(hall: Hall) -> None:
    await refused(hall)
    await until(lambda: knocks(hall))
    await hall.add()
    assert (await hall.refusals.knocking("default")).items == ()


@pytest.mark.ocpp("A00.FR.205")
@pytest.mark.ocpp("A00.FR.207")
@pytest.mark.ocpp("A00.FR.324")
async def test_a_wrong_password_gets_401(hall: Hall) -> None:
    await hall.add(security_profile=1, password="geheim")
    answer = await refused(hall, user="CP1", password=b"wrong")
    assert (answer.reason, answer.status) == (RefusalReason.WRONG_PASSWORD, 401)


async def test_guesses_are_limited_and_a_right_password_is_always_admitted(hall: Hall) -> None:
    await hall.add(security_profile=1, password="geheim")
    answers = [await refused(hall, user="CP1", password=b"x") for _ in range(12)]
    reasons = [answer.reason for answer in answers]
    assert reasons == [RefusalReason.WRONG_PASSWORD] * 10 + [RefusalReason.TOO_MANY_ATTEMPTS] * 2
    assert answers[-1].status == 429
    guesses = [refused(hall, user="CP1", password=b"x") for _ in range(30)]
    right = admitted(hall, user="CP1", password=b"geheim")
    await asyncio.gather(*guesses[:15], right, *guesses[15:])
    await hall.refusals.flush()
    lines = (await hall.refusals.refusals("default", identity="CP1")).items
    assert {line.reason for line in lines} == {
        RefusalReason.WRONG_PASSWORD, RefusalReason.TOO_MANY_ATTEMPTS,
    }  # fmt: skip


async def test_one_address_cannot_block_another(hall: Hall) -> None:
    await hall.add(security_profile=1, password="geheim")
    for _ in range(12):
        await refused(hall, user="CP1", password=b"x", address="198.51.100.1")
    assert (await refused(hall, user="CP1", password=b"x")).status == 401


async def test_an_address_that_tries_many_names_is_slowed(hall: Hall) -> None:
    answers = [await refused(hall, identity=f"CP{number}") for number in range(100, 170)]
    assert answers[0].reason is RefusalReason.UNKNOWN_STATION
    assert (answers[-1].reason, answers[-1].status) == (RefusalReason.TOO_MANY_ATTEMPTS, 429)
    hall.clock.turn(61)
    assert (await refused(hall, identity="CP170")).status == 404


async def test_an_impossible_identity_is_refused(hall: Hall) -> None:
    answer = await refused(hall, identity="a\0b")
    assert (answer.reason, answer.status) == (RefusalReason.BAD_IDENTITY, 404)


class TestOperatorsThatAdmitEveryone:
    @pytest.fixture(autouse=True)
    async def open_door(self, hall: Hall) -> None:
        await hall.accounts.change_operator(
            "default", policies=Policies(admit_unknown_stations=True)
        )

    async def test_an_unknown_station_is_added_with_the_password_it_came_with(
        self, hall: Hall
    ) -> None:
        let_in = await admitted(hall, user="CP1", password=b"\xff\x01")
        assert let_in.station.security_profile is SecurityProfile.BASIC
        assert let_in.password_form is PasswordForm.BYTES
        assert (await refused(hall, user="CP1", password=b"other")).status == 401

    async def test_one_without_password_is_added_without(self, hall: Hall) -> None:
        let_in = await admitted(hall)
        assert let_in.station.security_profile is SecurityProfile.NONE
