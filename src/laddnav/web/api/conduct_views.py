"""Quirks and reports as the API shows them."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from laddnav.stations.model.conduct import Finding, Reason, Sign
from laddnav.stations.model.quirk import KnownQuirk, Language, Origin
from laddnav.web.showing import Time, time_or_none


def _says(text: str, *examples: object) -> Meta:
    return Meta(extra_json_schema={"description": text, "examples": list(examples)})


class QuirkItem(Struct, frozen=True, kw_only=True):
    """What a kind of station is known to do wrong."""

    name: str
    origin: Annotated[Origin, _says("operator: from your own folder; shipped: ours.")]
    says: Annotated[str, _says("What the station does.")]
    does: Annotated[str, _says("mended, tolerated, or setting: spoken with in another manner.")]
    handling: Annotated[str, _says("What we do about it.")]
    remedy: Annotated[str | None, _says("What its owner can do; null: nothing is needed.")]
    place: Annotated[str, _says("Where in the code, or which setting.")]
    vendor: Annotated[str, _says("Which stations have it; * is any text.", "Wall Box*")]
    model: str
    firmware: str
    identity: str
    sources: Annotated[tuple[str, ...], _says("Where it was seen in public.", ["evcc#3685"])]
    signs: Annotated[tuple[str, ...], _says("How it shows.", ["too_long *"])]
    implies: Annotated[dict[str, Any], _says("Settings that it implies.", {"deflate": False})]


class QuirkList(Struct, frozen=True, kw_only=True):
    """Some quirks: the operator's first, each by name."""

    items: tuple[QuirkItem, ...]
    next: str | None


class SignItem(Struct, frozen=True, kw_only=True):
    """Something that a station did wrong."""

    kind: Annotated[str, _says("A kind of violation, a doubt, or a refusal.", "to_text $.idTag")]
    count: int
    first_at: Time | None
    last_at: Time | None
    example: Annotated[str, _says("Where it was seen first.", "StartTransaction $.idTag")]


class StationQuirkItem(Struct, frozen=True, kw_only=True):
    """A quirk that is this station's, and why."""

    quirk: QuirkItem
    patterns: Annotated[
        str | None, _says("What it said of itself that fits; null: any station may have it.")
    ]
    signs: Annotated[tuple[SignItem, ...], _says("What it did that shows the quirk.")]
    in_force: Annotated[tuple[str, ...], _says("Which settings the quirk decides here.")]


class StationQuirkList(Struct, frozen=True, kw_only=True):
    """The quirks of one station; never more than one page."""

    items: tuple[StationQuirkItem, ...]
    next: str | None


class FindingItem(Struct, frozen=True, kw_only=True):
    """One thing that a station does wrong, in words."""

    says: str
    count: int
    since: Annotated[Time | None, _says("null: only the latest sessions were looked at.")]
    last_at: Time | None
    handling: Annotated[str, _says("What we do about it.")]
    remedy: Annotated[str | None, _says("What its owner can do.")]
    quirk: Annotated[str | None, _says("The quirk's name.")]
    sources: tuple[str, ...]
    kind: str
    example: str


class ReportItem(Struct, frozen=True, kw_only=True):
    """What one station does wrong, the most frequent first."""

    identity: str
    language: Language
    vendor: str | None
    model: str | None
    firmware: str | None
    strict: Annotated[bool, _says("Nothing of it is mended.")]
    summary: str
    findings: tuple[FindingItem, ...]


def quirk_item(known: KnownQuirk, language: Language) -> QuirkItem:
    """Return a quirk as the API shows it."""
    quirk = known.quirk
    return QuirkItem(
        name=quirk.name,
        origin=known.origin,
        says=quirk.says.spoken(language),
        does=quirk.does,
        handling=quirk.handling.spoken(language),
        remedy=None if quirk.remedy is None else quirk.remedy.spoken(language),
        place=quirk.place,
        vendor=quirk.vendor,
        model=quirk.model,
        firmware=quirk.firmware,
        identity=quirk.identity,
        sources=quirk.sources,
        signs=quirk.signs,
        implies=msgspec.to_builtins(quirk.implies),
    )


def reason_item(reason: Reason, language: Language) -> StationQuirkItem:
    """Return a station's quirk as the API shows it."""
    return StationQuirkItem(
        quirk=quirk_item(reason.known, language),
        patterns=reason.patterns,
        signs=tuple(map(_sign_item, reason.signs)),
        in_force=reason.in_force,
    )


def finding_item(finding: Finding) -> FindingItem:
    """Return a finding as the API shows it."""
    sign, known = finding.sign, finding.quirk
    return FindingItem(
        says=finding.says,
        count=sign.count,
        since=time_or_none(sign.first_at),
        last_at=time_or_none(sign.last_at),
        handling=finding.handling,
        remedy=finding.remedy,
        quirk=None if known is None else known.quirk.name,
        sources=() if known is None else known.quirk.sources,
        kind=sign.kind,
        example=sign.example,
    )


def _sign_item(sign: Sign) -> SignItem:
    return SignItem(
        kind=sign.kind,
        count=sign.count,
        first_at=time_or_none(sign.first_at),
        last_at=time_or_none(sign.last_at),
        example=sign.example,
    )
