"""Configuration templates: what an operator wants of which stations."""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

_Glob = Annotated[str, Meta(min_length=1, max_length=100)]
_Name = Annotated[str, Meta(min_length=1, max_length=400)]
_Value = Annotated[str, Meta(max_length=2_500)]


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that is wanted; `name` as the commands take it (see `stations.control`)."""

    name: _Name
    value: _Value


class Scope(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which stations a template is for; None, or no version: any.

    Attributes:
        site: The id of the site where they stand.
        vendor: As their Boot says it; "*" stands for any text, and case does not count.
        model: Likewise.
        firmware: Likewise.
        versions: The OCPP versions that they speak.
    """

    site: Annotated[str, Meta(max_length=100)] | None = None
    vendor: _Glob | None = None
    model: _Glob | None = None
    firmware: _Glob | None = None
    versions: tuple[Literal["1.6", "2.0.1", "2.1"], ...] = ()


class NewTemplate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template as an operator gives it.

    Attributes:
        wishes: In the order in which they are set.
        before_acceptance: Whether stations are pending until they were told these values (B02).
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scope: Scope = Scope()
    wishes: Annotated[tuple[Wish, ...], Meta(min_length=1, max_length=200)]
    before_acceptance: bool = False


class Template(Struct, frozen=True, kw_only=True):
    """A template; `version` rises with each change."""

    operator: str
    id: str
    version: int
    name: str
    scope: Scope
    wishes: tuple[Wish, ...]
    before_acceptance: bool
    created_at: datetime
    updated_at: datetime


class Kind(NamedTuple):
    """By what it is decided which templates are for a station; None: it never said."""

    site: str | None
    vendor: str | None
    model: str | None
    firmware: str | None
    version: str | None


class Wanted(Struct, frozen=True, kw_only=True):
    """A value that is wanted of one station, and the template that decided it."""

    name: str
    value: str
    template: Template
