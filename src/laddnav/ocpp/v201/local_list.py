# Generated from the official JSON schemas by `./dev codegen`: do not edit.
"""OCPP 2.0.1: messages of the block local_list."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from laddnav.ocpp.limits import Int64
from laddnav.ocpp.v201.datatypes import IdTokenInfoType, IdTokenType, StatusInfoType

SendLocalListStatusEnumType = Literal["Accepted", "Failed", "VersionMismatch"]

UpdateEnumType = Literal["Differential", "Full"]


class AuthorizationData(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Part of SendLocalList."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    id_token: IdTokenType = field(name="idToken")
    id_token_info: IdTokenInfoType | None = field(default=None, name="idTokenInfo")


class GetLocalListVersionRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLocalListVersion, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")


class GetLocalListVersionResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """GetLocalListVersion, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    version_number: Int64 = field(name="versionNumber")


class SendLocalListRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SendLocalList, CSMS to station: the request."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    local_authorization_list: (
        Annotated[tuple[AuthorizationData, ...], Meta(min_length=1)] | None
    ) = field(default=None, name="localAuthorizationList")
    version_number: Int64 = field(name="versionNumber")
    update_type: UpdateEnumType = field(name="updateType")


class SendLocalListResponse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """SendLocalList, CSMS to station: the response."""

    custom_data: dict[str, Any] | None = field(default=None, name="customData")
    status: SendLocalListStatusEnumType
    status_info: StatusInfoType | None = field(default=None, name="statusInfo")
