"""How requests are read: bodies strictly, queries without parameters that nobody knows."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.exceptions import InternalServerException
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter
from typing_extensions import override

from laddnav.web.problems import Flaw, bad_request, unacceptable

_TOO_DEEP: Final = "The body is nested too deeply."
_CUT_SHORT: Final = "The connection ended within the body."
_TWICE: Final = "A query parameter is there twice: each may be there once."


class StrictRequest(Request[Any, Any, Any]):
    """A request whose body is decoded at once into what its route asks for."""

    @override
    async def body(self) -> bytes:
        """Return the body.

        Raises:
            ProblemError: The connection ended within it.
        """
        try:
            return await super().body()
        except InternalServerException:  # Litestar's word for it; no fault of ours to be logged
            raise bad_request(_CUT_SHORT) from None

    @override
    async def json(self) -> Any:
        """Return the body: of the type of the route's `data`, or its text where that is `str`.

        Raises:
            ProblemError: The body is none, is no JSON, or does not fit.
        """
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        body = await self.body()
        if wanted is str:
            return _text(body)
        try:
            return msgspec.json.decode(body, type=wanted)
        except msgspec.ValidationError as error:
            raise _misfit(error) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            detail = f"The body is not JSON: {str(error)[:200]}."
            raise bad_request(detail) from None
        except RecursionError:
            raise bad_request(_TOO_DEEP) from None


async def refuse_unknown_parameters(request: Request[Any, Any, Any]) -> None:
    """Refuse a query with a parameter that the route does not know, or with one twice.

    A filter that is misspelt, or of which one half is not obeyed, would show too much.
    """
    known = _known_parameters(request.route_handler)
    names = [name for name, _ in request.query_params.multi_items()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        flaws = [Flaw(field=name[:100], message="it is there twice") for name in twice]
        raise bad_request(_TWICE, *flaws)
    unknown = sorted(set(names) - known)
    if unknown:
        flaws = [Flaw(field=name[:100], message="there is no such parameter") for name in unknown]
        known_names = ", ".join(sorted(known)) or "none"
        detail = f"Unknown query parameter; this route knows: {known_names}."
        raise bad_request(detail, *flaws)


def _known_parameters(handler: BaseRouteHandler) -> frozenset[str]:
    """Return the query parameters of a route and of what it depends on."""
    known: frozenset[str] | None = handler.opt.get("known_parameters")
    if known is None:
        known = handler.opt["known_parameters"] = frozenset(_parameters(handler))
    return known


def _parameters(handler: BaseRouteHandler) -> Iterator[str]:
    providers = handler.resolve_dependencies()
    waiting = list(handler.parsed_fn_signature.parameters.values())
    while waiting:
        field = waiting.pop()
        if field.name in providers:
            waiting.extend(providers[field.name].parsed_fn_signature.parameters.values())
        elif isinstance(field.kwarg_definition, QueryParameter):
            yield field.kwarg_definition.name or field.name


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        detail = "The file is not UTF-8: save it as 'CSV UTF-8'."
        raise unacceptable(detail, Flaw(line=1, message="not UTF-8")) from None


def _misfit(error: msgspec.ValidationError) -> Exception:
    """Return the problem of a body that does not fit; msgspec's words name types and places."""
    what, _, place = str(error).partition(" - at ")
    field = place.strip("`").removeprefix("$").removeprefix(".") or None
    message = what[:1].lower() + what[1:]
    return unacceptable(f"The body does not fit: {error}.", Flaw(field=field, message=message))
