"""Plays a transcript as one station against a running server."""

import asyncio
import json
import re
import tomllib
from asyncio import Task
from base64 import b64encode
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote

import httpx
from msgspec import Struct, convert

from tests.system.server import ApiClient
from tests.transcripts.patterns import ANY, differences, filled
from tests.transcripts.wire import Wire

QUIRKS: Final = Path(__file__).with_name("quirks")
_WITHIN: Final = re.compile(r" within ([\d.]+)$")
_VERSIONS: Final = {"1.6": "ocpp1.6", "2.0.1": "ocpp2.0.1", "2.1": "ocpp2.1"}


class Expected(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the server answers to the handshake."""

    status: int = 101
    subprotocol: str | None = ANY
    extensions: str | None = ANY


class Handshake(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the station connects."""

    path: str = "/$identity"
    target: str | None = None
    offers: list[str] | None = None
    headers: dict[str, str] = {}
    pongs: bool = True
    answer: Expected = Expected()


class Then(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"its": "is"}):
    """What the API shows afterwards."""

    get: str
    items: list[Any] | None = None
    some: list[Any] = []
    its: dict[str, Any] = {}


class Transcript(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file."""

    says: str
    source: list[str]
    ocpp: str
    wire: str
    station: dict[str, Any] = {}
    token: list[dict[str, Any]] = []
    handshake: Handshake = Handshake()
    then: list[Then] = []


def read(path: Path) -> Transcript:
    """Return the transcript in a file."""
    return convert(tomllib.loads(path.read_text(encoding="utf-8")), Transcript)


class Player:
    """One station, playing.

    Args:
        number: Tells its token and those of other transcripts apart.
    """

    def __init__(self, url: str, api: ApiClient, transcript: Transcript, number: int) -> None:
        self._url = url
        self._api = api
        self._transcript = transcript
        self._known: dict[str, Any] = {
            "identity": transcript.station.get("identity", f"QUIRK{number:03}"),
            "token": f"Q{number:03}",
        }
        identity = self._known["identity"]
        credentials = f"{identity}:{transcript.station.get('password', '')}"
        self._known["quoted"] = quote(identity, safe="")
        self._known["basic"] = b64encode(credentials.encode()).decode()
        self._known["none"] = None
        self._wires: list[Wire] = []
        self._call: Task[httpx.Response] | None = None

    async def play(self) -> None:
        """Play the transcript; an AssertionError says in which line it went wrong."""
        await self._prepare()
        try:
            await self._play("+ connect")
            for line in self._transcript.wire.splitlines():
                if line.strip() and not line.startswith("#"):
                    try:
                        await self._play(line)
                    except (AssertionError, OSError, TimeoutError, ValueError) as error:
                        message = f"{line}\n{type(error).__name__}: {error}"
                        raise AssertionError(message) from error
            for then in self._transcript.then:
                await self._check(then)
        finally:
            for wire in self._wires:
                wire.drop()

    async def report(self) -> list[str]:
        """Return which kinds of wrong things the station is reported to have done."""
        told = await self._api.get(f"stations/{self._known['quoted']}/report")
        return [finding["kind"] for finding in told["findings"]]

    async def _prepare(self) -> None:
        station = {"identity": self._known["identity"], **self._transcript.station}
        await self._api.post("stations", station)
        for token in ({"uid": self._known["token"]}, *self._transcript.token):
            await self._api.post("tokens", token)

    async def _play(self, line: str) -> None:
        mark, _, text = line.partition(" ")
        match mark:
            case ">":
                self._connected.send(filled(text, self._known))
            case "<":
                await self._comes(text)
            case "!":
                self._call = asyncio.create_task(self._called(text))
            case "=":
                await self._answered(text)
            case "+":
                await self._connect(text.split()[1:])
            case "-":
                self._connected.drop()
            case _:
                message = "no line of a transcript begins so"
                raise ValueError(message)

    async def _comes(self, text: str) -> None:
        if text == "ping":
            await self._connected.ping()
        elif text.startswith("close "):
            assert await self._connected.closed() == int(text.removeprefix("close "))
        else:
            came = await self._connected.text()
            self._fits(json.loads(text), json.loads(came), exactly=True)

    @property
    def _connected(self) -> Wire:
        return self._wires[-1]

    def _fits(self, pattern: Any, value: Any, *, exactly: bool) -> None:
        found = differences(pattern, value, self._known, exactly=exactly)
        assert not found, "\n".join([*found, f"came: {json.dumps(value)[:500]}"])

    async def _connect(self, offers: list[str]) -> None:
        shake = self._transcript.handshake
        usual = [_VERSIONS[self._transcript.ocpp]] if shake.offers is None else shake.offers
        wire = await Wire.open(
            self._url,
            target=filled(shake.target or f"/ocpp{shake.path}", self._known),
            offers=offers or usual,
            headers={name: filled(text, self._known) for name, text in shake.headers.items()},
            pongs=shake.pongs,
        )
        self._wires.append(wire)
        response = wire.response
        assert response is not None
        for name, expected in (
            ("Sec-WebSocket-Protocol", shake.answer.subprotocol),
            ("Sec-WebSocket-Extensions", shake.answer.extensions),
        ):
            assert expected in (ANY, response.headers.get(name, "")), response.headers
        assert response.status_code == shake.answer.status

    async def _called(self, text: str) -> httpx.Response:
        within = _WITHIN.search(text)
        action, _, payload = (text[: within.start()] if within else text).partition(" ")
        body: dict[str, Any] = {"action": action, "payload": json.loads(payload or "{}")}
        if within:
            body["timeout_seconds"] = float(within[1])
        path = f"stations/{self._known['quoted']}/calls"
        return await self._api.http.post(path, json=body)

    async def _answered(self, text: str) -> None:
        assert self._call is not None
        response = await self._call
        if text.isdecimal():
            assert response.status_code == int(text), response.text
        else:
            assert response.status_code == httpx.codes.OK, response.text
            self._fits(json.loads(text), response.json(), exactly=False)

    async def _check(self, then: Then) -> None:
        """Wait until the API shows what the transcript says; say at last what is different."""
        path, _, text = filled(then.get, self._known).partition("?")
        query = dict(parse_qsl(text))
        try:
            await self._api.until(
                path, lambda answer: not self._misses(then, answer), within=60, **query
            )
        except AssertionError:
            answer = await self._api.get(path, **query)
            raise AssertionError("\n".join([then.get, *self._misses(then, answer)])) from None

    def _misses(self, then: Then, answer: Any) -> list[str]:
        known = dict(self._known)
        found = differences(then.its, answer, known, exactly=False)
        if then.items is not None:
            found += differences(then.items, answer["items"], known, exactly=False)
        for wanted in then.some:
            if all(differences(wanted, item, known, exactly=False) for item in answer["items"]):
                found.append(f"no item fits {wanted}: {json.dumps(answer['items'])[:2000]}")
        return found
