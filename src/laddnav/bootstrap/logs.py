"""How the program logs: one line per event on standard error, for people or for programs."""

import logging
import sys
from typing import Any

import msgspec
import structlog

from laddnav.settings import Settings

_LEVELS = logging.getLevelNamesMapping()


def configure(settings: Settings) -> None:
    """Set up structured logging for this process, that of other libraries included."""
    pretty = settings.log_format == "pretty" or (
        settings.log_format == "auto" and sys.stderr.isatty()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Tracebacks without the values of variables: they may be secrets.
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if pretty
        else [structlog.processors.format_exc_info, _as_json]
    )
    level = _LEVELS[settings.log_level.upper()]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _catch_others(shared, last)


def _catch_others(
    shared: list[structlog.typing.Processor], last: list[structlog.typing.Processor]
) -> None:
    """Give warnings of libraries that use `logging` the same form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    # aiohttp logs each failed request with its exception; the gateway records them as refusals.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    # It warns of requests that anybody can send.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    # aiohttp warns of each subprotocol, which the gateway chooses itself.
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)


def _as_json(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    return msgspec.json.encode(event, enc_hook=_shown).decode()


def _shown(value: Any) -> str:  # noqa: ANN401 - a log line may hold values of any type
    return str(value)
