"""The API's description of itself: OpenAPI 3.1."""

from decimal import Decimal
from importlib.metadata import version
from typing import Any, Final

import msgspec
from litestar import Request, Router, get
from litestar._openapi.schema_generation import SchemaCreator  # named by the plugin's own contract
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Server, Tag
from litestar.openapi.spec.enums import OpenAPIType
from litestar.openapi.spec.schema import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.types import ControllerRouterHandler
from litestar.typing import FieldDefinition
from typing_extensions import override

_ABOUT: Final = (
    "Stations, tokens and sessions of one operator, and commands to stations. Lists answer "
    '`{"items": [...], "next": cursor or null}`, newest first unless said otherwise. Times are '
    "RFC 3339 in UTC, energy is in watt-hours and exact. Every error is problem+json (RFC 9457) "
    "and says what to do about it."
)
_TAGS: Final = {
    "Stations": "Charging stations: what is configured, and what they are now.",
    "Commands": "What stations are told to do.",
    "Credentials": "Passwords and security profiles, handed over from the old to the new.",
    "Variables": "What stations tell of their configuration: variables and configuration keys.",
    "Templates": "How stations shall be configured, how they stand, and what is done about it.",
    "Tokens": "Who may charge.",
    "Sessions": "What was charged, with the story and the readings behind it.",
    "Journal": "Every message of every station.",
    "Refusals": "Who was not let in, why, and what to do about it.",
    "Sites": "Places where stations stand.",
    "Certificates": "Who signs, what was signed, what is trusted, and what stations have.",
    "Bulk operations": "What is done at many stations, at a pace.",
    "Server": "Operators, keys, backup and status: only over the local socket.",
}


class _Unserved(Router):
    """Takes no routes: the document has one of its own, and there are no pages around it."""

    @override
    def register(self, value: ControllerRouterHandler) -> list[Any]:
        return []


class PlainTypes(OpenAPISchemaPlugin):
    """Describes what the framework has no words for: exact numbers and JSON of any kind."""

    @staticmethod
    @override
    def is_plugin_supported_type(value: Any) -> bool:
        return value in {Decimal, msgspec.Raw}

    @override
    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        exact = field_definition.annotation is Decimal
        return Schema(type=OpenAPIType.NUMBER if exact else OpenAPIType.OBJECT)


def config(*, local: bool) -> OpenAPIConfig:
    """Return what the document says beside the routes."""
    shown = {name: text for name, text in _TAGS.items() if local or name != "Server"}
    scheme = SecurityScheme(
        type="http",
        scheme="bearer",
        description="A key made by `laddnav api-key create`; it belongs to one operator.",
    )
    return OpenAPIConfig(
        title="Laddnav",
        version=version("laddnav"),
        description=_ABOUT,
        tags=[Tag(name=name, description=text) for name, text in shown.items()],
        components=Components() if local else Components(security_schemes={"key": scheme}),
        security=None if local else [{"key": []}],
        servers=[Server(url="/")],
        use_handler_docstrings=False,
        create_examples=False,
        openapi_router=_Unserved("/api", route_handlers=[]),
    )


@get("/openapi.json", include_in_schema=False, media_type="application/json", sync_to_thread=True)
def serve_document(request: Request[Any, Any, Any]) -> bytes:
    """Return this API's OpenAPI document; made in a thread, for it takes long the first time."""
    known: bytes | None = request.app.state.get("document")
    if known is None:
        known = msgspec.json.encode(request.app.openapi_schema.to_schema())
        request.app.state.document = known
    return known
