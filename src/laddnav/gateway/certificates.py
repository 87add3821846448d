"""Certificates in every version of OCPP: requests of stations, and questions to them.

Each version has its own words (`CertificateWords`); what they mean is the same everywhere.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from laddnav.gateway.dispatch import Answer, Desk
from laddnav.gateway.link import ACTIONS
from laddnav.gateway.mending.reading import read_response
from laddnav.kernel.keys import StationKey
from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import RemoteProtocolError
from laddnav.pki.control import (
    Held,
    HeldCertificate,
    LocalCertificateControl,
    Outcome,
    Said,
)
from laddnav.pki.model.certificate import CertificateHash, HashAlgorithm, Purpose, Use
from laddnav.pki.model.signing import CsrFlaw, Delivery, Refused
from laddnav.pki.rules import chains
from laddnav.pki.service.signing import Asked
from laddnav.stations.control import (
    Answered,
    CallFailed,
    InvalidPayload,
    NoAnswer,
    NotConnected,
    NotPossible,
    StationControl,
    TimedOut,
)
from laddnav.stations.model import SecurityProfile
from laddnav.stations.rules import behaviour
from laddnav.stations.rules.admission import serials_of
from laddnav.storage.write import Write

_MEANT: Final[Mapping[str, Outcome]] = {
    "Accepted": Outcome.ACCEPTED,
    "Rejected": Outcome.REJECTED,
    "Failed": Outcome.FAILED,
    "NotFound": Outcome.NOT_FOUND,
    "NotImplemented": Outcome.NOT_SUPPORTED,
    "NotSupported": Outcome.NOT_SUPPORTED,
}
LONGEST_CHAIN: Final = 10_000
"""Characters: no version has room for more."""

_UNKNOWN_THERE: Final = frozenset({"NotImplemented", "NotSupported"})
_UNPROVEN: Final = Refused(
    flaw=CsrFlaw.UNPROVEN,
    detail="the station does not prove who it is: raise its security profile from 0 first",
)
_UNKNOWN_PURPOSE: Final = Refused(
    flaw=CsrFlaw.NO_AUTHORITY, detail="certificates of this type are not signed here"
)


class Question(NamedTuple):
    """One action to be sent, and its payload in the words of the wire."""

    action: str
    fields: Mapping[str, Any]


class CertificateWords(Protocol):
    """How one version speaks of certificates; None: it has no words for that."""

    def deliver(self, delivery: Delivery) -> Question:
        """Give a station its certificate."""
        ...

    def ask(self, purpose: Purpose) -> Question | None:
        """Ask a station to ask for one."""
        ...

    def install(self, use: Use, pem: str) -> Question | None:
        """Put one into a station."""
        ...

    def installed(self) -> Sequence[Question]:
        """Ask what a station has, in as many questions as that takes."""
        ...

    def held(self, question: Question, answer: Any) -> Sequence[HeldCertificate]:  # noqa: ANN401 - a response of its version, which only the words of that version read
        """Return what an answer says that a station has."""
        ...


class StationCertificates(LocalCertificateControl):
    """Fills the port `pki.control`.

    Args:
        control: Sends any action to stations.
        words: How each version speaks.
        version_of: The version that a connected station speaks; None: it is not connected.
        reaches: Whether a station is connected to this node.
        longest: The most characters of a chain that a station takes; None: it never told.
    """

    def __init__(
        self,
        control: StationControl,
        words: Mapping[Version, CertificateWords],
        *,
        version_of: Callable[[StationKey], Awaitable[Version | None]],
        reaches: Callable[[StationKey], bool],
        longest: Callable[[StationKey], Awaitable[int | None]],
    ) -> None:
        self._control = control
        self._words = words
        self._version_of = version_of
        self._reaches = reaches
        self._longest = longest

    @override
    def reaches(self, key: StationKey) -> bool:
        return self._reaches(key)

    @override
    async def deliver_certificate(self, key: StationKey, delivery: Delivery) -> Said:
        longest = min(await self._longest(key) or LONGEST_CHAIN, LONGEST_CHAIN)
        chain = chains.fitting(delivery.chain, longest)
        if not chain:
            reason = f"it is longer than the {longest} characters that the station takes"
            return Said(outcome=Outcome.NOT_POSSIBLE, reason=reason)
        fitting = replace(delivery, chain=chain)
        return await self._said(key, lambda words: words.deliver(fitting))

    @override
    async def ask_for_request(self, key: StationKey, purpose: Purpose) -> Said:
        return await self._said(key, lambda words: words.ask(purpose))

    @override
    async def install_certificate(self, key: StationKey, use: Use, pem: str) -> Said:
        return await self._said(key, lambda words: words.install(use, pem))

    @override
    async def delete_certificate(self, key: StationKey, name: CertificateHash) -> Said:
        question = Question("DeleteCertificate", {"certificateHashData": hash_fields(name)})
        return await self._said(key, lambda _: question)

    @override
    async def installed_certificates(self, key: StationKey) -> Held | Said:
        version = await self._version_of(key)
        if version is None:
            return Said(outcome=Outcome.NOT_CONNECTED)
        words = self._words[version]
        found: list[HeldCertificate] = []
        for question in words.installed():
            answer = await self._answer(key, version, question)
            if isinstance(answer, Said):
                return answer
            found += words.held(question, answer)
        return Held(certificates=tuple(found))

    async def _said(
        self, key: StationKey, say: Callable[[CertificateWords], Question | None]
    ) -> Said:
        version = await self._version_of(key)
        if version is None:
            return Said(outcome=Outcome.NOT_CONNECTED)
        question = say(self._words[version])
        if question is None:
            reason = f"OCPP {version} has no words for this kind of certificate"
            return Said(outcome=Outcome.NOT_POSSIBLE, reason=reason)
        answer = await self._answer(key, version, question)
        return answer if isinstance(answer, Said) else _meant(answer)

    async def _answer(self, key: StationKey, version: Version, question: Question) -> Any:  # noqa: ANN401 - a response of any version, or what was said instead of one
        payload = msgspec.json.encode(question.fields)
        result = await self._control.call(key, question.action, payload)
        if not isinstance(result, Answered):
            return _unanswered(result)
        action = ACTIONS[version][question.action]
        try:
            return read_response(version, action, result.payload).payload
        except RemoteProtocolError as error:
            return Said(outcome=Outcome.ERROR, reason=f"{error.code}: {error.description}")


def _meant(answer: Any) -> Said:  # noqa: ANN401 - a response of any version with a status
    info = getattr(answer, "status_info", None)
    parts = () if info is None else (info.reason_code, info.additional_info)
    return Said(
        outcome=_MEANT.get(answer.status, Outcome.REJECTED),
        wire_status=str(answer.status),
        reason=": ".join(filter(None, parts)),
    )


def _unanswered(result: NoAnswer) -> Said:
    match result:
        case NotConnected():
            return Said(outcome=Outcome.NOT_CONNECTED)
        case TimedOut():
            return Said(outcome=Outcome.TIMED_OUT)
        case InvalidPayload():
            return Said(outcome=Outcome.NOT_POSSIBLE, reason=result.problem)
        case NotPossible():
            return Said(outcome=Outcome.NOT_POSSIBLE, reason=result.reason)
        case CallFailed():
            unknown = result.code in _UNKNOWN_THERE
            return Said(
                outcome=Outcome.NOT_SUPPORTED if unknown else Outcome.ERROR,
                wire_status=result.code,
                reason=result.description,
            )


def hash_fields(name: CertificateHash) -> dict[str, str]:
    """Return a certificate's name in the words of the wire, the same in all versions."""
    return {
        "hashAlgorithm": name.algorithm.value,
        "issuerNameHash": name.issuer_name_hash,
        "issuerKeyHash": name.issuer_key_hash,
        "serialNumber": name.serial_number,
    }


def held(use: Use, data: Any, *, is_child: bool = False) -> HeldCertificate | None:  # noqa: ANN401 - the hash data of any version, whose fields are the same
    """Return a certificate that a station named; None: by a hash that nobody knows."""
    name = named(data)
    return None if name is None else HeldCertificate(use=use, name=name, is_child=is_child)


def named(data: Any) -> CertificateHash | None:  # noqa: ANN401 - the hash data of any version, whose fields are the same
    """Return the name that a station gave a certificate; None: by a hash that nobody knows."""
    try:
        algorithm = HashAlgorithm(data.hash_algorithm)
    except ValueError:
        return None
    return CertificateHash(
        algorithm=algorithm,
        issuer_name_hash=data.issuer_name_hash,
        issuer_key_hash=data.issuer_key_hash,
        serial_number=data.serial_number,
    )


async def take(
    desk: Desk,
    *,
    csr: str,
    purpose: Purpose | None,
    wire_id: object = None,
    root: CertificateHash | None = None,
    answer: Callable[[Refused | None], Any],
) -> Answer:
    """Answer a request for a certificate; it is signed and delivered afterwards.

    Args:
        desk: Whose request it is.
        csr: As the station wrote it.
        purpose: What for; None: for something that nobody signs here.
        wire_id: The station's own number for it.
        root: Under which it is to be signed; None: under any.
        answer: Makes the response of the station's version.
    """
    if purpose is None:
        return Answer(response=answer(_UNKNOWN_PURPOSE))
    is_unproven = desk.live.station.security_profile is SecurityProfile.NONE
    asked = Asked(
        csr=csr,
        purpose=purpose,
        names=await _names(desk, purpose),
        wire_id=wire_id if isinstance(wire_id, int) else None,
        root=root,
        refused=_UNPROVEN if is_unproven else None,
    )
    taken = await desk.rooms.pki.signing.take(desk.key, asked)
    write = Write(fence=desk.live.fence, rows=taken.rows) if taken.rows else None
    return Answer(response=answer(taken.refused), write=write, after=taken.then)


async def _names(desk: Desk, purpose: Purpose) -> tuple[str, ...]:
    """Return what a certificate may be for: the station, or what it is for cars (SeccId)."""
    if purpose is Purpose.STATION:
        life = desk.live.life
        told = (life.serial, life.box_serial)
        return serials_of(desk.live.station, told, is_proven=life.boot_proven)
    reader = behaviour.SECC_ID
    secc = reader.of(await desk.rooms.stations.variables.values(desk.key, reader))
    return () if secc is None else (secc, desk.key.identity)
