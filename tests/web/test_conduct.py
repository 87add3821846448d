"""Quirks, the report on a station, and the doctor at its door."""

from datetime import UTC, datetime

import httpx
import pytest

from laddnav.gateway.quirks import catalogue
from laddnav.journal.model import Knocking, RefusalReason
from laddnav.kernel.keys import StationKey
from laddnav.stations.model.checkup import Doors
from laddnav.stations.model.quirk import Language
from laddnav.web.api.conduct import preferred
from tests.web.asking import problem
from tests.web.charging import Charging
from tests.web.house import House, asking, served

KEY = StationKey("default", "GRS-1")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SECRET = "a very long password 1"


async def add(api: httpx.AsyncClient, **told: object) -> None:
    answer = await api.post("/api/v1/stations", json={"identity": KEY.identity, **told})
    assert answer.status_code == 201, answer.text


async def test_quirks_are_listed_page_by_page_in_the_language_that_is_asked_for(
    api: httpx.AsyncClient,
) -> None:
    names, cursor = [], None
    while True:
        params = {"limit": 20} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/api/v1/quirks", params=params)).json()
        names += [item["name"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert names == [known.quirk.name for known in catalogue.load()]
    swedish = (
        await api.get("/api/v1/quirks", headers={"Accept-Language": "sv-SE,en;q=0.5"})
    ).json()
    nul = next(item for item in swedish["items"] if item["name"] == "nul")
    assert nul["says"] == "Dess texter innehåller NUL-tecken."
    assert nul["sources"] == ["evcc#3685"]


async def test_a_stations_quirks_say_why_they_are_its_and_what_they_change(
    api: httpx.AsyncClient, house: House
) -> None:
    await add(api, settings={"max_keys": 3})
    house.rooms.violations.count(KEY, "nul $.chargePointModel", "BootNotification $")
    items = (await api.get("/api/v1/stations/GRS-1/quirks")).json()["items"]
    by_name = {item["quirk"]["name"]: item for item in items}
    assert set(by_name) == {"no-subprotocol-grizzl-e", "nul"}
    assert by_name["no-subprotocol-grizzl-e"]["in_force"] == ["assume_ocpp16"]
    assert "identity 'GRS-1' fits 'GRS-*'" in by_name["no-subprotocol-grizzl-e"]["patterns"]
    assert by_name["nul"]["patterns"] is None
    assert by_name["nul"]["signs"][0]["count"] == 1


async def test_no_quirk_is_in_force_in_strict_mode_or_against_the_stations_own_word(
    api: httpx.AsyncClient,
) -> None:
    await add(api, settings={"assume_ocpp16": False})
    (item,) = (await api.get("/api/v1/stations/GRS-1/quirks")).json()["items"]
    assert item["in_force"] == []
    changed = {"settings": {"assume_ocpp16": None, "strict": True}}
    await api.patch("/api/v1/stations/GRS-1", json=changed)
    (item,) = (await api.get("/api/v1/stations/GRS-1/quirks")).json()["items"]
    assert item["in_force"] == []


async def test_a_report_says_in_words_what_a_station_does_wrong(
    api: httpx.AsyncClient, house: House
) -> None:
    await add(api)
    for _ in range(3):
        house.rooms.violations.count(KEY, "to_text $.idTag", "StartTransaction $.idTag")
    house.rooms.violations.count(KEY, "lone_surrogate")
    house.refusals.record(
        RefusalReason.WRONG_PASSWORD, address="192.0.2.7", operator="default", identity="GRS-1"
    )
    report = (await api.get("/api/v1/stations/GRS-1/report")).json()
    assert report["summary"] == "It does 3 things wrong."
    first = report["findings"][0]
    assert first["says"] == "It sends numbers where texts are required, or texts for numbers."
    assert (first["count"], first["quirk"]) == (3, "numbers-for-strings")
    assert first["example"] == "StartTransaction $.idTag"
    assert first["remedy"].startswith("Ask the maker for firmware")
    said = {each["kind"]: each["says"] for each in report["findings"]}
    assert said["lone_surrogate"] == "Its text has broken characters (lone_surrogate)."
    assert said["refusal wrong_password"] == "It was refused at the door (wrong_password)."
    swedish = (await api.get("/api/v1/stations/GRS-1/report", params={"language": "sv"})).json()
    assert swedish["summary"] == "Den gör 3 saker fel."
    assert swedish["findings"][0]["says"].startswith("Den skickar tal där texter krävs")


async def test_a_report_on_a_strict_station_does_not_promise_to_mend(
    api: httpx.AsyncClient, house: House
) -> None:
    await add(api, settings={"strict": True})
    house.rooms.violations.count(KEY, "to_text $.idTag")
    (finding,) = (await api.get("/api/v1/stations/GRS-1/report")).json()["findings"]
    assert finding["handling"] == "It is answered with the error of its version, and counted."


async def test_a_report_counts_no_refusal_that_was_not_the_stations_fault(
    api: httpx.AsyncClient, house: House
) -> None:
    house.refusals.record(
        RefusalReason.UNKNOWN_STATION, address="192.0.2.7", operator="default", identity="GRS-1"
    )
    await add(api)
    report = (await api.get("/api/v1/stations/GRS-1/report")).json()
    assert report["summary"] == "Nothing that this station did was wrong."
    assert report["findings"][0]["says"] == "It came before it was added here (unknown_station)."
    assert "no fault of the station" in report["findings"][0]["handling"]
    house.rooms.violations.count(KEY, "short_link")
    report = (await api.get("/api/v1/stations/GRS-1/report")).json()
    assert report["summary"] == "It does 1 thing wrong."
    said = {each["kind"]: each["says"] for each in report["findings"]}
    assert said["short_link"] == "Its link broke within a minute after it began."
    swedish = (await api.get("/api/v1/stations/GRS-1/report", params={"language": "sv"})).json()
    assert swedish["summary"] == "Den gör 1 sak fel."


async def test_violations_are_the_raw_table(api: httpx.AsyncClient, house: House) -> None:
    await add(api)
    house.rooms.violations.count(KEY, "queue_full")
    (item,) = (await api.get("/api/v1/stations/GRS-1/violations")).json()["items"]
    assert (item["kind"], item["count"], item["example"]) == ("queue_full", 1, "")


@pytest.mark.parametrize("what", ["report", "quirks", "violations"])
async def test_another_operators_station_is_not_there(
    api: httpx.AsyncClient, rival: httpx.AsyncClient, what: str
) -> None:
    await add(api)
    problem(await rival.get(f"/api/v1/stations/GRS-1/{what}"), 404)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("sv", "sv"),
        ("de, sv;q=0.8, en;q=0.2", "sv"),
        ("en;q=0.9, sv;q=0.1", "en"),
        ("sv;q=nothing", "en"),
    ],
)
def test_the_best_liked_language_is_spoken(accepted: str | None, language: str) -> None:
    assert preferred(accepted) is Language(language)


async def test_the_doctor_tells_what_was_refused_and_what_to_type(
    api: httpx.AsyncClient, house: House
) -> None:
    await add(api, password=SECRET, security_profile=2)
    house.refusals.record(
        RefusalReason.TLS_REQUIRED, address="192.0.2.7", operator="default", identity="GRS-1"
    )
    answer = await api.get("/api/v1/stations/GRS-1/doctor")
    told = answer.json()
    assert "tls_required. Set the station's URL to wss://" in told["verdict"]
    assert told["attempts"][0]["address"] == "192.0.2.7"
    settings = {each["name"]: each["value"] for each in told["settings"]}
    assert settings["Security profile"] == "2"
    assert settings["User name"] == "GRS-1"
    assert "was set here" in settings["Password"]
    assert SECRET not in answer.text
    assert "Root certificate" in settings


async def test_a_second_link_of_an_identity_is_told_in_the_report_and_by_the_doctor(
    api: httpx.AsyncClient, house: House
) -> None:
    await add(api, security_profile=0)
    await Charging(house).connect(KEY)
    house.refusals.record(
        RefusalReason.IDENTITY_IN_USE,
        address="192.0.2.9",
        operator="default",
        identity="GRS-1",
    )
    told = (await api.get("/api/v1/stations/GRS-1/doctor")).json()
    path, params = "/api/v1/stations/GRS-1/report", {"language": "sv"}
    english, swedish = (await api.get(path)).json(), (await api.get(path, params=params)).json()
    assert "192.0.2.9 comes under the same identity. Give each station" in told["verdict"]
    says = {each["kind"]: (each["says"], each["remedy"]) for each in english["findings"]}
    words, remedy = says["refusal identity_in_use"]
    assert words.startswith("Its identity was used a second time while it was connected")
    assert remedy.startswith("Give each station an identity of its own")
    assert swedish["findings"][0]["remedy"].startswith("Ge varje station en egen identitet")


async def test_the_doctor_knows_the_public_address_and_encodes_the_identity(
    house: House,
) -> None:
    doors = Doors(plain="ws://csms.example:80", tls="wss://csms.example")
    rooms = {
        name: getattr(house.rooms, name) for name in type(house.rooms).__dataclass_fields__
    } | {"doors": lambda: doors}
    async with served(type(house.rooms)(**rooms)) as url, asking(url, await house.key()) as api:
        await api.post("/api/v1/stations", json={"identity": "CP 1/å"})
        told = (await api.get("/api/v1/stations/CP%201%2F%C3%A5/doctor")).json()
        settings = {each["name"]: each for each in told["settings"]}
        assert settings["URL"]["value"] == "ws://csms.example:80/ocpp/CP%201%2F%C3%A5"
        assert settings["URL"]["note"] == ""
        bare = settings["URL, where the maker appends the identity itself"]
        assert bare["value"] == "ws://csms.example:80/ocpp"
    async with (
        served(type(house.rooms)(**rooms)) as url,
        asking(url, await house.key("rival")) as api,
    ):
        told = (await api.get("/api/v1/stations/CP1/doctor")).json()
        assert told["settings"][0]["value"] == "ws://csms.example:80/ocpp/rival/CP1"


async def test_the_doctor_explains_host_only_where_the_url_says_host(house: House) -> None:
    doors = Doors(plain="ws://HOST:9000", tls="wss://csms.example")
    rooms = {
        name: getattr(house.rooms, name) for name in type(house.rooms).__dataclass_fields__
    } | {"doors": lambda: doors}
    async with served(type(house.rooms)(**rooms)) as url, asking(url, await house.key()) as api:
        for profile, is_guess in ((1, True), (2, False)):
            body = {"identity": f"CP{profile}", "security_profile": profile}
            await api.post("/api/v1/stations", json=body)
            told = (await api.get(f"/api/v1/stations/CP{profile}/doctor")).json()
            assert ("set public_ocpp." in told["settings"][0]["note"]) is is_guess


async def test_the_doctor_knows_how_a_maker_wants_it_typed(house: House) -> None:
    doors = Doors(plain="ws://csms.example")
    rooms = {
        name: getattr(house.rooms, name) for name in type(house.rooms).__dataclass_fields__
    } | {"doors": lambda: doors}
    appended = "URL, where the maker appends the identity itself"
    async with served(type(house.rooms)(**rooms)) as url, asking(url, await house.key()) as api:

        async def settings(identity: str) -> dict[str, dict[str, str]]:
            told = (await api.get(f"/api/v1/stations/{identity}/doctor")).json()
            return {each["name"]: each for each in told["settings"]}

        by_kind = await settings("GRS-1")
        assert by_kind["URL"]["value"] == "ws://csms.example/ocpp"
        assert appended not in by_kind
        await api.post("/api/v1/stations", json={"identity": "CP1", "security_profile": 1})
        assert appended in await settings("CP1")
        house.rooms.violations.count(StationKey("default", "CP1"), "odd_path identity_twice")
        by_conduct = await settings("CP1")
        assert by_conduct["URL"]["value"] == "ws://csms.example/ocpp"
        assert "appends the identity" in by_conduct["URL"]["note"]
        note = by_conduct["Password"]["note"]
        assert "1.6" in note
        assert "2.x" in note


async def test_the_doctor_tells_of_a_password_that_is_under_way(api: httpx.AsyncClient) -> None:
    await add(api, password=SECRET)
    path = "/api/v1/stations/GRS-1/credential-rotations"
    begun = await api.post(path, json={"manual": True})
    assert begun.status_code in {201, 202}, begun.text
    told = (await api.get("/api/v1/stations/GRS-1/doctor")).json()
    (new,) = [each for each in told["settings"] if each["name"] == "Password, new"]
    assert "was shown" in new["value"]
    assert begun.json()["password"] not in str(told)


async def test_the_doctor_sees_an_unknown_station_that_knocks_and_its_like(
    api: httpx.AsyncClient, rival: httpx.AsyncClient, house: House
) -> None:
    house.refusals.record_knocking(
        Knocking(
            operator="default", identity="GRS-17", address="192.0.2.8",
            reason=RefusalReason.UNKNOWN_STATION, offered=("ocpp1.6",), user_agent=None,
            tls=False, count=1, first_at=NOW, last_at=NOW,
        )
    )  # fmt: skip
    house.refusals.record(RefusalReason.TLS_ON_PLAIN, address="192.0.2.8")
    house.refusals.record(
        RefusalReason.UNKNOWN_STATION, address="192.0.2.8", operator="default", identity="GRS-17"
    )
    told = (await api.get("/api/v1/stations/GRS-17/doctor")).json()
    assert not told["known"]
    assert {each["reason"] for each in told["attempts"]} == {"unknown_station", "tls_on_plain"}
    password = next(each for each in told["settings"] if each["name"] == "Password")
    assert "laddnav station add GRS-17 --password" in password["value"]
    assert "tls_on_plain" not in told["verdict"]
    typo = (await api.get("/api/v1/stations/grs-17/doctor")).json()
    assert "Stations with like names knock: GRS-17." in typo["verdict"]
    other = (await rival.get("/api/v1/stations/GRS-17/doctor")).json()
    assert other["attempts"] == []
    assert "Nothing has come" in other["verdict"]


async def test_a_refusal_without_identity_from_a_shared_address_is_no_stations_verdict(
    api: httpx.AsyncClient, house: House
) -> None:
    await add(api, password=SECRET, security_profile=1)
    house.refusals.record(
        RefusalReason.WRONG_PASSWORD, address="192.0.2.8", operator="default", identity="GRS-1"
    )
    house.refusals.record_knocking(
        Knocking(
            operator="default", identity="GRS-17", address="192.0.2.8",
            reason=RefusalReason.UNKNOWN_STATION, offered=("ocpp1.6",), user_agent=None,
            tls=False, count=1, first_at=NOW, last_at=NOW,
        )
    )  # fmt: skip
    house.refusals.record(RefusalReason.TLS_FAILED, address="192.0.2.8")
    own = (await api.get("/api/v1/stations/GRS-1/doctor")).json()["verdict"]
    assert "wrong_password. Set the same password" in own
    assert "tls_failed" not in own
    other = (await api.get("/api/v1/stations/GRS-17/doctor")).json()["verdict"]
    assert "Nothing has come under this identity" in other
    assert "If that was this station: Install the root certificate" in other


async def test_the_doctor_names_the_organisation_and_where_the_root_is(
    api: httpx.AsyncClient, house: House
) -> None:
    await add(api, security_profile=3)
    assert await house.rooms.pki.authorities.set_organization("default", "Our Yard AB") is None
    told = (await api.get("/api/v1/stations/GRS-1/doctor")).json()
    notes = {each["name"]: each["note"] for each in told["settings"]}
    assert "Its organisation (O) is Our Yard AB." in notes["Certificate of the station"]
    assert "laddnav pki list authorities --json" in notes["Root certificate"]
