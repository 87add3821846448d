"""Sessions as the API shows them: exact numbers, doubts in words."""

from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from laddnav.metering.model import Confidence, Sample
from laddnav.sessions.model import (
    Entry,
    Evidence,
    EvidenceReason,
    Session,
    State,
    StoredReading,
)
from laddnav.sessions.rules.doubts import doubt_texts
from laddnav.tokens.model import Verdict
from laddnav.web.showing import Time, number, number_or_none, time, time_or_none


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


Wh = Annotated[Decimal, _says("Exact, in watt-hours.", 12500)]


class SessionItem(Struct, frozen=True, kw_only=True):
    """A session, from plug to unplug."""

    id: str
    station: str
    evse: int
    connector: int
    transaction_id: Annotated[str, _says("Unique at its station only.", "1042")]
    token: Annotated[str | None, _says("As first accepted.", "04E1B2C3D4")]
    token_type: str | None
    token_group: str | None
    verdict: Annotated[Verdict | None, _says("What the token was answered.")]
    concurrent_with: str | None
    state: State
    started_at: Time
    ended_at: Time | None
    meter_start_wh: Wh | None
    meter_stop_wh: Wh | None
    energy_wh: Wh
    stop_reason: Annotated[str | None, _says("As OCPP spells it.", "EVDisconnected")]
    confidence: Annotated[Confidence, _says("How far the energy can be trusted.")]
    doubts: Annotated[tuple[str, ...], _says("What speaks against it, in sentences.")]
    doubt_codes: Annotated[tuple[str, ...], _says("The same, for programs.")]
    offline: Annotated[bool, _says("Some of it happened while the station was not connected.")]
    charging_state: str | None
    remote_start_id: int | None
    reservation_id: int | None
    power_w: Decimal | None
    soc_percent: Decimal | None
    updated_at: Time


class SessionList(Struct, frozen=True, kw_only=True):
    """Some sessions, newest first."""

    items: tuple[SessionItem, ...]
    next: str | None


class SignedItem(Struct, frozen=True, kw_only=True):
    """The signed form of a value, octet for octet as it came."""

    data: str
    method: str | None
    encoding: str | None
    public_key: str | None


class SampleItem(Struct, frozen=True, kw_only=True):
    """One measured quantity, in its normal unit (Wh, W, A, V, ...)."""

    measurand: Annotated[str, _says("As OCPP 2 spells it.", "Energy.Active.Import.Register")]
    value: Decimal | None
    unit: Annotated[str, _says("After normalisation.", "Wh")]
    phase: str | None
    location: str | None
    context: str | None
    raw: Annotated[str | None, _says("What came, where it is no number or was rounded.")]
    signed: SignedItem | None


class ReadingItem(Struct, frozen=True, kw_only=True):
    """What the meter showed at one instant."""

    at: Time
    reported_at: Annotated[Time | None, _says("What the station said, where that was corrected.")]
    evse: int
    connector: int
    register_wh: Wh | None
    samples: tuple[SampleItem, ...]


class ReadingList(Struct, frozen=True, kw_only=True):
    """Some readings of a session, oldest first."""

    items: tuple[ReadingItem, ...]
    next: str | None


class StoryEntry(Struct, frozen=True, kw_only=True):
    """One thing that was told of a session, never changed."""

    kind: Annotated[str, _says("start, stop, event or orphan.", "event")]
    at: Time
    received_at: Time
    told: Annotated[dict[str, Any], _says("The station's words, and what it was answered.")]


class StoryList(Struct, frozen=True, kw_only=True):
    """The story of a session, in order of receipt."""

    items: tuple[StoryEntry, ...]
    next: str | None = None


class EvidenceItem(Struct, frozen=True, kw_only=True):
    """A transaction message that no session's story tells."""

    station: str
    reason: EvidenceReason
    received_at: Time
    frame: Annotated[str, _says("As it came.")]
    digest: str


class EvidenceList(Struct, frozen=True, kw_only=True):
    """Some evidence, newest first."""

    items: tuple[EvidenceItem, ...]
    next: str | None


def session_item(session: Session) -> SessionItem:
    """Return a session as the API shows it."""
    words = doubt_texts(session.doubts)
    return SessionItem(
        id=session.id,
        station=session.station,
        evse=session.evse,
        connector=session.connector,
        transaction_id=session.transaction_id,
        token=session.token,
        token_type=session.token_type,
        token_group=session.token_group,
        verdict=session.verdict,
        concurrent_with=session.concurrent_with,
        state=session.state,
        started_at=time(session.started_at),
        ended_at=time_or_none(session.ended_at),
        meter_start_wh=number_or_none(session.meter_start_wh),
        meter_stop_wh=number_or_none(session.meter_stop_wh),
        energy_wh=number(session.energy_wh),
        stop_reason=session.stop_reason,
        confidence=session.confidence,
        doubts=tuple(words[code] for code in session.doubts),
        doubt_codes=session.doubts,
        offline=session.offline,
        charging_state=session.charging_state,
        remote_start_id=session.remote_start_id,
        reservation_id=session.reservation_id,
        power_w=number_or_none(session.power_w),
        soc_percent=number_or_none(session.soc_percent),
        updated_at=time(session.updated_at),
    )


def reading_item(reading: StoredReading) -> ReadingItem:
    """Return a reading as the API shows it."""
    return ReadingItem(
        at=time(reading.at),
        reported_at=time_or_none(reading.reported_at),
        evse=reading.evse,
        connector=reading.connector,
        register_wh=number_or_none(reading.register_wh),
        samples=tuple(_sample_item(sample) for sample in reading.samples),
    )


def _sample_item(sample: Sample) -> SampleItem:
    signed = sample.signed
    return SampleItem(
        measurand=sample.measurand,
        value=number_or_none(sample.value),
        unit=sample.unit,
        phase=sample.phase,
        location=sample.location,
        context=sample.context,
        raw=sample.raw,
        signed=None
        if signed is None
        else SignedItem(
            data=signed.data,
            method=signed.method,
            encoding=signed.encoding,
            public_key=signed.public_key,
        ),
    )


def story_entry(entry: Entry) -> StoryEntry:
    """Return an entry of a story as the API shows it."""
    told = msgspec.to_builtins(entry, builtin_types=(Decimal,))
    for known in ("at", "received_at"):
        told.pop(known)
    word = told.get("word", {})
    for name, parts in (("connector", ("evse", "connector")), ("token", ("uid", "type"))):
        if word.get(name) is not None:
            word[name] = dict(zip(parts, word[name], strict=True))
    return StoryEntry(
        kind=told.pop("type"), at=time(entry.at), received_at=time(entry.received_at), told=told
    )


def evidence_item(evidence: Evidence) -> EvidenceItem:
    """Return evidence as the API shows it."""
    return EvidenceItem(
        station=evidence.station,
        reason=evidence.reason,
        received_at=time(evidence.received_at),
        frame=evidence.frame,
        digest=evidence.digest,
    )
