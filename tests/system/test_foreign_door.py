"""Who comes in and who does not, seen from a WebSocket client that is not ours."""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import pytest_asyncio
import trustme
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from tests.system.foreign import add, plugged
from tests.system.server import ApiClient, LaddnavServer

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="module")]

SECRET = "a long password"
BROKEN_OFF = (OSError, EOFError, WebSocketException)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, authority: trustme.CA
) -> AsyncIterator[LaddnavServer]:
    """A server with a port for TLS and one without."""
    folder = tmp_path_factory.mktemp("door")
    database = copy(sqlite_template, folder / "laddnav.db")
    certificate = folder / "server.pem"
    certificate.write_bytes(
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    )
    settings = {"ocpp_tls": "127.0.0.1:0", "tls_certificates": str(certificate)}
    async with LaddnavServer(f"sqlite:///{database}", folder, **settings) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(door: LaddnavServer) -> AsyncIterator[ApiClient]:
    async with await door.client() as client:
        yield client


async def turned_away(url: str, identity: str, **options: Any) -> int:
    """Return the HTTP status with which a charge point is refused."""
    with pytest.raises(InvalidStatus) as refused:
        async with plugged(url, identity, **options):
            pass
    body = refused.value.response.body.decode()
    assert "Traceback" not in body
    assert "Error" not in body
    return refused.value.response.status_code


async def refused_for(api: ApiClient, identity: str, *reasons: str) -> dict[str, dict[str, Any]]:
    """Wait until an identity has been refused for these reasons and no others; return them."""

    def refusals(page: Any) -> dict[str, dict[str, Any]]:
        return {item["reason"]: item for item in page["items"] if item["identity"] == identity}

    return refusals(
        await api.until("refusals", lambda page: set(refusals(page)) == set(reasons), limit=1000)
    )


@pytest.mark.ocpp("A00.FR.207")
@pytest.mark.ocpp("A00.FR.324")
async def test_wrong_missing_and_foreign_credentials_are_refused_with_a_remedy(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "LOCKED", password=SECRET)
    assert await turned_away(door.ocpp, "LOCKED", password="wrong") == 401
    assert await turned_away(door.ocpp, "LOCKED") == 401
    assert await turned_away(door.ocpp, "LOCKED", user="OTHER", password=SECRET) == 401
    refused = await refused_for(
        api, "LOCKED", "wrong_password", "credentials_missing", "wrong_user"
    )
    assert all(item["remedy"].endswith(".") and item["count"] == 1 for item in refused.values())
    assert all(item["address"] == "127.0.0.1" for item in refused.values())
    async with plugged(door.ocpp, "LOCKED", password=SECRET) as point:
        assert (await point.boot()).status == "Accepted"


async def test_guesses_are_limited_and_the_right_password_is_still_admitted(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "GUESSED", password=SECRET)
    answers = [await turned_away(door.ocpp, "GUESSED", password=f"guess {n}") for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    async with plugged(door.ocpp, "GUESSED", password=SECRET) as point:
        assert (await point.boot()).status == "Accepted"


@pytest.mark.parametrize(
    ("stored", "presented"),
    [
        ("plain text 12345", "plain text 12345"),
        ("with:a colon 123", "with:a colon 123"),
        ("00ff80c3deadbeef0102", "00ff80c3deadbeef0102"),
        ("00ff80c3deadbeef0103", "00FF80C3DEADBEEF0103"),
        ("00ff80c3deadbeef0104", bytes.fromhex("00ff80c3deadbeef0104")),
        ("smörgåsbord åäö 1", "smörgåsbord åäö 1"),
    ],
    ids=["text", "colon", "hex-text", "hex-in-capitals", "raw-bytes", "utf-8"],
)
@pytest.mark.ocpp("A00.FR.205")
async def test_a_password_is_known_in_each_form_that_stations_present(
    door: LaddnavServer, api: ApiClient, stored: str, presented: str | bytes
) -> None:
    identity = f"FORM-{stored[-4:].strip()}"
    await add(api, identity, password=stored)
    async with plugged(door.ocpp, identity, password=presented) as point:
        assert (await point.call("Heartbeat")).current_time
    assert await turned_away(door.ocpp, identity, password=stored + "0") == 401


async def test_an_unknown_station_knocks_until_it_is_admitted(
    door: LaddnavServer, api: ApiClient
) -> None:
    assert await turned_away(door.ocpp, "STRANGER") == 404
    assert await turned_away(door.ocpp, "STRANGER") == 404
    page = await api.until("knocking", lambda page: [i["count"] for i in page["items"]] == [2])
    [knocking] = page["items"]
    assert (knocking["identity"], knocking["address"]) == ("STRANGER", "127.0.0.1")
    assert knocking["offered"] == ["ocpp1.6"]
    assert "admit" in knocking["remedy"]
    await add(api, "STRANGER")
    async with plugged(door.ocpp, "STRANGER") as point:
        assert (await point.boot()).status == "Accepted"
    await api.until("knocking", lambda page: page["items"] == [])


@pytest.mark.parametrize(
    ("identity", "path"),
    [
        ("RDAM 123", "/RDAM%20123"),
        ("SMÖR/GÅS", "/SM%C3%96R%2FG%C3%85S"),
        ("SLASHED", "//SLASHED"),
        ("TRAILED", "/TRAILED/"),
        ("DOUBLED", "/DOUBLED/DOUBLED"),
        ("OWNED", "/default/OWNED"),
        ("ASKED", "/ASKED?token=1"),
    ],
)
@pytest.mark.ocpp("J16 3.1.1")
async def test_an_identity_is_found_in_each_way_of_writing_its_path(
    door: LaddnavServer, api: ApiClient, identity: str, path: str
) -> None:
    await add(api, identity)
    async with plugged(door.ocpp, identity, path=path) as point:
        assert (await point.call("Heartbeat")).current_time
        found = [item["identity"] for item in await api.items("stations", connected="true")]
        assert identity in found


@pytest.mark.ocpp("J16 3.2")
@pytest.mark.parametrize("offered", [None, ["ocpp1.5", "ocpp1.2"]], ids=["none", "too-old"])
async def test_without_a_common_version_the_handshake_is_completed_and_the_link_closed(
    door: LaddnavServer, api: ApiClient, offered: list[str] | None
) -> None:
    identity = "MUTE" if offered is None else "OLD"
    await add(api, identity)
    names = None if offered is None else [Subprotocol(name) for name in offered]
    async with plugged(door.ocpp, identity, subprotocols=names) as point:
        assert point.socket.subprotocol is None
        assert (await point.closed())[0] == 1002
    reason = "no_subprotocol" if offered is None else "no_common_subprotocol"
    await refused_for(api, identity, reason)


async def test_a_station_that_names_no_version_may_be_taken_as_1_6(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "SILENT", settings={"assume_ocpp16": True})
    async with plugged(door.ocpp, "SILENT", subprotocols=None) as point:
        assert (await point.boot()).status == "Accepted"


@pytest.mark.ocpp("J21 3.1.2")
async def test_the_version_is_chosen_by_the_station_s_order_at_each_connection(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "POLYGLOT")
    for offered, chosen in (
        (["ocpp2.0.1", "ocpp1.6"], "2.0.1"),
        (["ocpp1.6", "ocpp2.1"], "1.6"),
        (["ocpp2.9", "ocpp2.1", "ocpp1.6"], "2.1"),
    ):
        names = [Subprotocol(name) for name in offered]
        async with plugged(door.ocpp, "POLYGLOT", chosen, subprotocols=names) as point:
            assert point.socket.subprotocol == f"ocpp{chosen}"
            assert (await point.boot()).status == "Accepted"
            assert (await api.get("stations/POLYGLOT"))["ocpp_version"] == chosen


async def test_compression_is_agreed_in_2_x_only_and_may_be_switched_off(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "DEFLATE")
    await add(api, "NODEFLATE", settings={"deflate": False})
    for identity, version, agreed in (
        ("DEFLATE", "1.6", False),
        ("DEFLATE", "2.0.1", True),
        ("NODEFLATE", "2.0.1", False),
    ):
        async with plugged(door.ocpp, identity, version) as point:
            assert bool(point.socket.protocol.extensions) is agreed
            assert (await point.boot()).status == "Accepted"


async def test_the_newest_connection_wins_and_the_end_of_the_old_one_changes_nothing(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "ZOMBIE", password=SECRET)
    async with plugged(door.ocpp, "ZOMBIE", password=SECRET) as old:
        await old.boot()
        async with plugged(door.ocpp, "ZOMBIE", password=SECRET) as new:
            assert await old.closed() == (1000, "replaced by a newer connection")
            assert (await new.boot()).status == "Accepted"
            assert (await api.get("stations/ZOMBIE"))["connected"] is True
            new.answers("GetLocalListVersion", list_version=3)
            said = await api.call("ZOMBIE", "GetLocalListVersion", {})
            assert said == {"result": {"listVersion": 3}}
    await api.until("stations/ZOMBIE", lambda item: item["connected"] is False)


async def test_connections_that_replace_each_other_in_turn_leave_the_last_one_working(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "TURNS", password=SECRET)
    async with AsyncExitStack() as links:
        points = [
            await links.enter_async_context(plugged(door.ocpp, "TURNS", password=SECRET))
            for _ in range(8)
        ]
        for replaced in points[:-1]:
            assert (await replaced.closed())[0] == 1000
        assert (await points[-1].boot()).status == "Accepted"
        assert (await api.get("stations/TURNS"))["connected"] is True
    page = await api.until(
        "stations/TURNS/connections",
        lambda page: len(page["items"]) == 8 and all(item["ended_at"] for item in page["items"]),
    )
    reasons = [item["reason"] for item in page["items"]]
    assert reasons[1:] == ["replaced by a newer connection"] * 7


async def test_without_a_password_a_living_link_stays_and_one_without_pings_gives_way(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "OPEN")
    async with plugged(door.ocpp, "OPEN") as first:
        assert await turned_away(door.ocpp, "OPEN") == 403
        assert (await first.boot()).status == "Accepted"
    await add(api, "UNPINGED", settings={"ping_seconds": 0})
    async with plugged(door.ocpp, "UNPINGED") as first, plugged(door.ocpp, "UNPINGED") as second:
        assert (await first.closed())[0] == 1000
        assert (await second.boot()).status == "Accepted"


async def test_a_removed_station_is_sent_off_and_unknown_again(
    door: LaddnavServer, api: ApiClient
) -> None:
    await add(api, "REMOVED")
    async with plugged(door.ocpp, "REMOVED") as point:
        await point.boot()
        removed = await api.http.delete("stations/REMOVED")
        assert removed.status_code == 204
        assert (await point.closed())[0] == 1008
    assert await turned_away(door.ocpp, "REMOVED") == 404


@pytest.mark.ocpp("A00.FR.301")
async def test_profile_2_needs_tls_and_the_password(
    door: LaddnavServer, api: ApiClient, authority: trustme.CA
) -> None:
    await add(api, "SAFE", security_profile=2, password=SECRET)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    assert await turned_away(door.ocpp, "SAFE", password=SECRET) == 403
    assert await turned_away(door.ocpp_tls, "SAFE", password="wrong", ssl=trusting) == 401
    async with plugged(door.ocpp_tls, "SAFE", password=SECRET, ssl=trusting) as point:
        assert (await point.boot()).status == "Accepted"
    refused = await refused_for(api, "SAFE", "tls_required", "wrong_password")
    assert "wss://" in refused["tls_required"]["remedy"]


async def test_failures_of_tls_are_listed_with_their_address(
    door: LaddnavServer, api: ApiClient
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        async with plugged(door.ocpp_tls, "DISTRUSTS", ssl=ssl.create_default_context()):
            pass
    plain_on_tls = door.ocpp_tls.replace("wss:", "ws:")
    with pytest.raises(BROKEN_OFF):
        async with plugged(plain_on_tls, "PLAIN"):
            pass
    tls_on_plain = door.ocpp.replace("ws:", "wss:")
    with pytest.raises(BROKEN_OFF):
        async with plugged(tls_on_plain, "ENCRYPTED", ssl=ssl.create_default_context()):
            pass
    wanted = {"tls_failed", "plain_on_tls", "tls_on_plain"}
    page = await api.until(
        "refusals", lambda page: wanted <= {item["reason"] for item in page["items"]}
    )
    found = [item for item in page["items"] if item["reason"] in wanted]
    assert all(item["address"] == "127.0.0.1" and item["remedy"] for item in found)
