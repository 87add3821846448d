"""CSV files of many stations or tokens at once."""

from typing import Annotated, Final

from litestar import post
from litestar.params import Body, QueryParameter
from msgspec import Struct

from laddnav.stations.model import LineProblem
from laddnav.tokens.model import LineError
from laddnav.web.problems import Flaw, documented, unacceptable
from laddnav.web.visit import Visited

MOST_BYTES: Final = 8 * 1024 * 1024

_PARTIAL = Annotated[
    bool, QueryParameter(description="Take the good lines although others are bad.")
]
_NOTHING_TAKEN: Final = (
    "Nothing was taken: mend these lines, or take the others without them (parameter `partial`, "
    "on the command line `--partial`)."
)


class ImportAnswer(Struct, frozen=True, kw_only=True):
    """What became of an import."""

    added: int
    updated: int
    errors: tuple[Flaw, ...]
    ignored_columns: tuple[str, ...] = ()


_Csv = Annotated[str, Body(media_type="text/csv", description="The first line names the columns.")]


@post(
    "/stations/import",
    operation_id="importStations",
    summary="Import stations from CSV",
    description=(
        "Columns: identity, and any of password, security_profile, registration, label, site and "
        "the names of simple settings. Stations that exist are changed to what the file says."
    ),
    tags=["Stations"],
    status_code=200,
    request_max_body_size=MOST_BYTES,
    responses=documented(413, 422),
)
async def import_stations(visit: Visited, data: _Csv, partial: _PARTIAL = False) -> ImportAnswer:  # noqa: FBT002 - Litestar passes query parameters by name
    """Add or change the stations of a CSV file."""
    done = await visit.rooms.register.import_csv(visit.operator, data, update=True, partial=partial)
    flaws = tuple(_station_flaw(each) for each in done.problems)
    return _told(ImportAnswer(added=done.added, updated=done.changed, errors=flaws))


@post(
    "/tokens/import",
    operation_id="importTokens",
    summary="Import tokens from CSV",
    description=(
        "Columns: uid, and any of type, status, group, valid_from, valid_until, allow_concurrent, "
        "language and label. Of tokens that exist, only what the file has a column for changes."
    ),
    tags=["Tokens"],
    status_code=200,
    request_max_body_size=MOST_BYTES,
    responses=documented(413, 422),
)
async def import_tokens(visit: Visited, data: _Csv, partial: _PARTIAL = False) -> ImportAnswer:  # noqa: FBT002 - Litestar passes query parameters by name
    """Add or change the tokens of a CSV file."""
    done = await visit.rooms.tokens.import_csv(visit.operator, data.encode(), partial=partial)
    flaws = tuple(_token_flaw(each) for each in done.errors)
    return _told(
        ImportAnswer(
            added=done.added,
            updated=done.changed,
            errors=flaws,
            ignored_columns=done.ignored_columns,
        )
    )


def _told(answer: ImportAnswer) -> ImportAnswer:
    """Return what became of an import; raise a 422 where nothing was taken because of errors."""
    if answer.errors and not answer.added and not answer.updated:
        raise unacceptable(_NOTHING_TAKEN, *answer.errors)
    return answer


def _station_flaw(problem: LineProblem) -> Flaw:
    message = problem.text if problem.field is None else f"{problem.field}: {problem.text}"
    return Flaw(line=problem.line, field=problem.field, message=message)


def _token_flaw(error: LineError) -> Flaw:
    return Flaw(line=error.line, message=error.text)


ROUTES: Final = (import_stations, import_tokens)
