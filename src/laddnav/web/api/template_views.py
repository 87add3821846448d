"""Templates, drift and corrections as the API takes and shows them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from laddnav.maintenance.model.correction import Correction, CorrectionState, Reboot
from laddnav.maintenance.model.standing import Standing, State, StationDrift
from laddnav.maintenance.model.template import NewTemplate, Scope, Template, Wish
from laddnav.web.api.bulk_views import Deadline, PerMinute, says
from laddnav.web.showing import Time, time, time_or_none

_Text = Annotated[str, Meta(min_length=1, max_length=100)]
_Glob = Annotated[
    _Text | None,
    says('As its Boot says it; "*" stands for any text, and case does not count.', "Acme*"),
]
_RebootWhen = Annotated[
    Reboot,
    says("when_idle: restart the station once, after its sessions, if a value needs that."),
]


class ScopeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which stations a template is for; what is null or empty: any."""

    site: Annotated[_Text | None, says("The id of the site where they stand.")] = None
    vendor: _Glob = None
    model: _Glob = None
    firmware: _Glob = None
    versions: Annotated[
        tuple[Literal["1.6", "2.0.1", "2.1"], ...],
        Meta(max_length=3),
        says("Of OCPP, that they speak.", ["2.0.1", "2.1"]),
    ] = ()


class ValueBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that is wanted."""

    name: Annotated[
        str,
        Meta(min_length=1, max_length=400),
        says(
            "A configuration key (OCPP 1.6) or a variable (OCPP 2); never a secret.",
            "HeartbeatInterval",
            "OCPPCommCtrlr.HeartbeatInterval",
        ),
    ]
    value: Annotated[str, Meta(max_length=2_500), says("As the station writes it.", "300")]


class TemplateBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wanted of which stations."""

    name: Annotated[_Text, says("Your own.", "Acme defaults")]
    scope: ScopeBody = ScopeBody()
    values: Annotated[
        tuple[ValueBody, ...],
        Meta(min_length=1, max_length=200),
        says("In the order in which they are set."),
    ]
    before_acceptance: Annotated[
        bool, says("Stations are answered Pending until they were told these values.")
    ] = False


class TemplateChangeBody(TemplateBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template that takes the place of another."""

    version: Annotated[
        int | None, says("Of the template as it was read; null: the last change wins.", 1)
    ] = None


class TemplateItem(Struct, frozen=True, kw_only=True):
    """A template."""

    id: str
    version: Annotated[int, says("It rises with each change.", 1)]
    name: str
    scope: ScopeBody
    values: tuple[ValueBody, ...]
    before_acceptance: bool
    created_at: Time
    updated_at: Time


class TemplateList(Struct, frozen=True, kw_only=True):
    """Some templates, by name."""

    items: tuple[TemplateItem, ...]
    next: str | None


class StandingItem(Struct, frozen=True, kw_only=True):
    """How one value of a station stands."""

    name: Annotated[str, says("Of the key or variable.", "HeartbeatInterval")]
    state: State
    wanted: Annotated[str, says("What is wanted.", "300")]
    value: Annotated[str | None, says("As the station last told it; null: not known.", "60")]
    detail: Annotated[str, says("Why, in words; empty: nothing is to be said.", "Rejected")]
    template: Annotated[str, says("The id of the template that decides it.")]
    template_name: str
    tried_at: Annotated[Time | None, says("When the station was last told it.")]


class StationDriftItem(Struct, frozen=True, kw_only=True):
    """How a station stands beside what is wanted of it."""

    station: str
    drifts: Annotated[bool, says("Something is not as it is wanted.")]
    values: tuple[StandingItem, ...]


class DriftList(Struct, frozen=True, kw_only=True):
    """Some stations; a page may be short, or empty, although others follow."""

    items: tuple[StationDriftItem, ...]
    next: str | None


class CorrectionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a station is to be corrected."""

    reboot: _RebootWhen = Reboot.NEVER


class BulkCorrectionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the stations that drift are to be corrected."""

    reboot: _RebootWhen = Reboot.NEVER
    per_minute: PerMinute = 30
    deadline_seconds: Deadline = 86_400


class ResultItem(Struct, frozen=True, kw_only=True):
    """What became of one value."""

    name: str
    state: State
    detail: str


class CorrectionItem(Struct, frozen=True, kw_only=True):
    """A correction and how far it is."""

    id: Annotated[str, says('"boot": begun by the last Boot; else one that was asked for.', "boot")]
    station: str
    state: CorrectionState
    template: Annotated[str | None, says("Only what this template wants; null: all.")]
    reboot: Reboot
    before_acceptance: Annotated[bool, says("The station is pending until it is over.")]
    attempts: Annotated[int, says("How often it was begun.")]
    results: Annotated[tuple[ResultItem, ...], says("Of each value that differed.")]
    reason: Annotated[str | None, says("Why it waits, or ended so.")]
    reset_at: Annotated[Time | None, says("When it restarted the station.")]
    created_at: Time
    updated_at: Time
    ended_at: Time | None


class CorrectionList(Struct, frozen=True, kw_only=True):
    """A station's corrections: that of its last Boot, then the newest first."""

    items: tuple[CorrectionItem, ...]
    next: str | None


def new_template(body: TemplateBody) -> NewTemplate:
    """Return the template that a body describes."""
    scope = body.scope
    return NewTemplate(
        name=body.name,
        scope=Scope(
            site=scope.site,
            vendor=scope.vendor,
            model=scope.model,
            firmware=scope.firmware,
            versions=scope.versions,
        ),
        wishes=tuple(Wish(name=each.name, value=each.value) for each in body.values),
        before_acceptance=body.before_acceptance,
    )


def template_item(template: Template) -> TemplateItem:
    """Return a template as the API shows it."""
    scope = template.scope
    return TemplateItem(
        id=template.id,
        version=template.version,
        name=template.name,
        scope=ScopeBody(
            site=scope.site,
            vendor=scope.vendor,
            model=scope.model,
            firmware=scope.firmware,
            versions=scope.versions,
        ),
        values=tuple(ValueBody(name=each.name, value=each.value) for each in template.wishes),
        before_acceptance=template.before_acceptance,
        created_at=time(template.created_at),
        updated_at=time(template.updated_at),
    )


def drift_item(drift: StationDrift) -> StationDriftItem:
    """Return how a station stands as the API shows it."""
    return StationDriftItem(
        station=drift.key.identity,
        drifts=drift.drifts,
        values=tuple(map(_standing_item, drift.standings)),
    )


def _standing_item(standing: Standing) -> StandingItem:
    wanted, attempt = standing.wanted, standing.attempt
    return StandingItem(
        name=wanted.name,
        state=standing.state,
        wanted=wanted.value,
        value=standing.value,
        detail=standing.detail,
        template=wanted.template.id,
        template_name=wanted.template.name,
        tried_at=None if attempt is None else time(attempt.at),
    )


def correction_item(correction: Correction) -> CorrectionItem:
    """Return a correction as the API shows it."""
    return CorrectionItem(
        id=correction.id,
        station=correction.key.identity,
        state=correction.state,
        template=correction.template,
        reboot=correction.reboot,
        before_acceptance=correction.is_held,
        attempts=correction.attempts,
        results=tuple(
            ResultItem(name=each.name, state=State(each.state), detail=each.detail)
            for each in correction.results
        ),
        reason=correction.reason,
        reset_at=time_or_none(correction.reset_at),
        created_at=time(correction.created_at),
        updated_at=time(correction.updated_at),
        ended_at=time_or_none(correction.ended_at),
    )
