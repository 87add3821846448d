"""Addresses that stations tell are never called."""

import asyncio

import pytest

from laddnav.ocpp.action import Version
from tests.gateway.hub import hub


@pytest.mark.parametrize("version", [Version.V201, Version.V21])
async def test_an_ocsp_responder_that_a_station_names_is_never_called(
    sqlite_url: str, version: Version
) -> None:
    callers = []

    def called(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(writer.get_extra_info("peername"))
        writer.close()

    async with (
        await asyncio.start_server(called, "127.0.0.1", 0) as responder,
        hub(sqlite_url) as running,
    ):
        port = responder.sockets[0].getsockname()[1]
        hashes = {
            "hashAlgorithm": "SHA256", "issuerNameHash": "a", "issuerKeyHash": "b",
            "serialNumber": "1", "responderURL": f"http://127.0.0.1:{port}/ocsp",
        }  # fmt: skip
        card = {"idToken": "TAG", "type": "eMAID"}
        await running.add()
        async with running.charger(version=version.subprotocol) as charger:
            told = {"idToken": card, "iso15118CertificateHashData": [hashes]}
            assert (await charger.ask("Authorize", told))[0] == 3
            status = await charger.ask("GetCertificateStatus", {"ocspRequestData": hashes})
            assert status[2] == {"status": "Failed"}
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b"", "who calls after all the others was let in"
        writer.close()
        assert callers == [writer.get_extra_info("sockname")]
