# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 1.6: messages of the block local_list."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64
from laddnav.ocpp.v16.datatypes import IdTagInfo

UpdateStatus = Literal["Accepted", "Failed", "NotSupported", "VersionMismatch"]

UpdateType = Literal["Differential", "Full"]


class AuthorizationData(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SendLocalList."""

    id_tag: Annotated[str, Meta(max_length=20)] = field(name="idTag")
    id_tag_info: IdTagInfo | None = field(default=None, name="idTagInfo")


class GetLocalListVersionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLocalListVersion, CSMS to station: the request."""


class GetLocalListVersionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLocalListVersion, CSMS to station: the response."""

    list_version: Int64 = field(name="listVersion")


class SendLocalListRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SendLocalList, CSMS to station: the request."""

    list_version: Int64 = field(name="listVersion")
    local_authorization_list: tuple[AuthorizationData, ...] | None = field(
        default=None, name="localAuthorizationList"
    )
    update_type: UpdateType = field(name="updateType")


class SendLocalListResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SendLocalList, CSMS to station: the response."""

    status: UpdateStatus
