"""An authority elsewhere, over real HTTPS."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from laddnav.kernel.clock import SystemClock
from laddnav.pki.model.authority import Authority, EstServer
from laddnav.pki.model.certificate import Chain, Purpose
from laddnav.pki.model.signing import RequestState
from laddnav.pki.rules import chains, issuing, reading
from laddnav.pki.service.authorities import Unfit
from laddnav.pki.service.est import Est, EstError
from laddnav.pki.service.ports import Later, Never
from tests.pki.est_server import EstPeer, est_peer
from tests.pki.hall import Hall
from tests.pki.making import ORGANIZATION, csr, csr_of, ec_key, key_pem, name


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[EstPeer]:
    async with est_peer(tmp_path) as running:
        yield running


def server(peer: EstPeer, **more: str) -> EstServer:
    return EstServer(url=peer.url, anchors=peer.tls.root, **more)


def est(peer: EstPeer, shown: EstServer | None = None, *, between: str = "") -> Est:
    """An EST server whose root is trusted."""
    return Est(
        shown or server(peer), clock=SystemClock(), trusted=peer.authority.root, between=between
    )


@pytest.mark.ocpp("A02.FR.04")
@pytest.mark.ocpp("A03.FR.04")
async def test_an_est_server_signs_and_its_chain_is_completed(peer: EstPeer) -> None:
    signed = await est(peer, server(peer, user="me", password="secret")).sign(csr(), renews=False)
    assert isinstance(signed, Chain)
    assert [(call.operation, call.user) for call in peer.calls] == [
        ("simpleenroll", "me"), ("cacerts", "me"),
    ]  # fmt: skip
    chain, roots = reading.load(signed.pem), reading.load(peer.authority.root)
    assert len(chain) == 2, "the leaf and what is between it and the root"
    assert chains.flaw(chain, roots, SystemClock().now()) is None


async def test_a_renewal_is_asked_for_as_one_and_anew_where_that_is_not_known(
    peer: EstPeer,
) -> None:
    asked = est(peer)
    assert isinstance(await asked.sign(csr(), renews=True), Chain)
    assert peer.calls[0].operation == "simplereenroll"
    peer.renews = False
    peer.calls.clear()
    assert isinstance(await asked.sign(csr(), renews=True), Chain)
    assert [call.operation for call in peer.calls][:2] == ["simplereenroll", "simpleenroll"]


async def test_a_client_certificate_is_presented(peer: EstPeer) -> None:
    key = ec_key()
    own = issuing.sign(
        csr_of(key, name("laddnav", "We")), issuing=peer.tls.issuing,
        issuing_key=peer.tls.issuing_key, now=SystemClock().now(), days=5, serial=9,
    )  # fmt: skip
    await est(peer, server(peer, client=key_pem(key) + own.pem)).roots()
    assert peer.calls[0].client == "laddnav"


async def test_whatever_the_server_does_has_its_consequence(peer: EstPeer) -> None:
    asked = est(peer)
    peer.status, peer.headers = 202, {"Retry-After": "120"}
    assert await asked.sign(csr(), renews=False) == Later(
        seconds=120, reason="the EST server has not decided yet"
    )
    for status, kind in ((401, Later), (503, Later), (400, Never), (302, Never)):
        peer.status = status
        assert isinstance(await asked.sign(csr(), renews=False), kind), status
    peer.status, peer.answers_for = 200, csr()
    other = await asked.sign(csr(), renews=False)
    assert other == Never(reason="the EST server answered with a certificate for another request")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_of_an_est_server_is_not_followed(peer: EstPeer, status: int) -> None:
    elsewhere = f"{peer.url.removesuffix('/stations')}/.well-known/est/stations/elsewhere"
    peer.status, peer.headers = status, {"Location": elsewhere}
    assert isinstance(await est(peer).sign(csr(), renews=False), Never)
    with pytest.raises(EstError, match=str(status)):
        await est(peer).roots()
    assert [call.operation for call in peer.calls] == ["simpleenroll", "cacerts"]


async def test_what_is_known_to_be_between_is_not_asked_for(peer: EstPeer) -> None:
    signed = await est(peer, between=peer.authority.issuing).sign(csr(), renews=False)
    assert isinstance(signed, Chain)
    assert len(reading.load(signed.pem)) == 2
    assert [call.operation for call in peer.calls] == ["simpleenroll"]


async def test_what_no_station_could_come_in_with_is_not_taken(peer: EstPeer) -> None:
    stranger = Est(server(peer), clock=SystemClock(), trusted=peer.tls.root)
    refused = await stranger.sign(csr(), renews=False)
    assert isinstance(refused, Never)
    assert "is no trusted root" in refused.reason


async def test_an_answer_is_neither_packed_nor_without_end(peer: EstPeer) -> None:
    peer.body = b"0" * 300_000
    refused = await est(peer).sign(csr(), renews=False)
    assert refused == Never(reason="the EST server answered with too much")
    assert {call.encodings for call in peer.calls} == {"identity"}
    peer.body, peer.headers = gzip.compress(bytes(300_000)), {"Content-Encoding": "gzip"}
    packed = await est(peer).sign(csr(), renews=False)
    assert packed == Never(reason="the EST server answered with what is no certs-only PKCS#7")


async def test_a_server_that_is_not_trusted_or_not_there_is_asked_later(peer: EstPeer) -> None:
    stranger = EstServer(url=peer.url, anchors=peer.authority.root)
    refused = await est(peer, stranger).sign(csr(), renews=False)
    assert isinstance(refused, Later)
    assert "not trusted" in refused.reason
    nobody = EstServer(url="https://127.0.0.1:1/x", anchors=peer.tls.root)
    assert isinstance(await est(peer, nobody).sign(csr(), renews=False), Later)
    assert peer.calls == []


async def test_a_stations_request_is_signed_by_est_once_that_answers_again(
    hall: Hall, peer: EstPeer
) -> None:
    hall.clock.time = SystemClock().now()  # as the server's, whose certificates TLS judges
    await hall.pki.authorities.set_organization("default", ORGANIZATION)
    made = await hall.pki.authorities.use_est("default", Purpose.STATION, server(peer, user="u"))
    assert isinstance(made, Authority)
    assert (made.root, made.url) == (peer.authority.root, peer.url)
    assert isinstance(
        await hall.pki.authorities.use_est("default", Purpose.STATION, server(peer)), Unfit
    )
    peer.status = 503
    await hall.ask(csr())
    waiting = await hall.until(lambda each: each.attempts == 1)
    assert (waiting.state, waiting.detail) == (RequestState.WAITING, "the EST server fails (503)")
    pauses = [waiting.next_at - hall.clock.now()]
    for attempts in range(2, 9):
        await hall.resume(hours=2)
        again = await hall.until(lambda each, n=attempts: each.attempts == n)  # type: ignore[misc]  # a default argument binds the loop's value, which mypy cannot infer
        pauses.append(again.next_at - hall.clock.now())
    assert [pause.total_seconds() for pause in pauses] == [
        60, 120, 240, 480, 960, 1_920, 3_600, 3_600,
    ]  # fmt: skip
    peer.status = 200
    await hall.resume(hours=1)
    await hall.until(lambda each: each.state is RequestState.INSTALLED)


async def test_an_est_server_is_used_only_over_https_and_when_it_answers(hall: Hall) -> None:
    for url in ("http://127.0.0.1:1", "https://127.0.0.1:1"):
        refused = await hall.pki.authorities.use_est("default", Purpose.STATION, EstServer(url=url))
        assert isinstance(refused, Unfit)
        assert refused.field == "url"
