"""The certificates of all ports: loaded anew when they change, without touching any link."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from ssl import SSLContext
from typing import Final, NamedTuple

import structlog
from msgspec import Struct

from laddnav.gateway.entry.tls import Asks, TlsMisconfiguredError, tls_context
from laddnav.storage.errors import StorageUnavailable

WATCH_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)


class TlsTerms(Struct, frozen=True, kw_only=True):
    """How stations are spoken with in TLS.

    Attributes:
        certificates: PEM files, each a key and its chain.
        old_suites: Whether RSA key exchange is spoken too.
    """

    certificates: tuple[str, ...]
    old_suites: bool = False


class Loaded(Struct, frozen=True, kw_only=True):
    """What new handshakes use from now on.

    Attributes:
        certificates: The files.
        trusted_authorities: How many authorities stations' certificates may come from.
    """

    certificates: tuple[str, ...] = ()
    trusted_authorities: int = 0


class TlsPort:
    """One port's TLS.

    Attributes:
        asks: Whether stations are asked for a certificate.
    """

    __slots__ = ("_context", "asks")

    def __init__(self, asks: Asks) -> None:
        self.asks = asks
        self._context: SSLContext | None = None

    @property
    def context(self) -> SSLContext:
        """What the next handshake uses."""
        if self._context is None:
            message = "the certificates are not loaded"
            raise RuntimeError(message)
        return self._context

    @context.setter
    def context(self, context: SSLContext) -> None:
        self._context = context


class _Seen(NamedTuple):
    """What the certificates were made of when they were last read."""

    files: tuple[tuple[int, ...] | None, ...]
    roots: str


class TlsPorts:
    """All ports with TLS.

    Links that live keep what they have agreed on; new handshakes use what was loaded last.

    Args:
        terms: How stations are spoken with.
        roots: Gives what stations' certificates may come from (PEM); raises `StorageUnavailable`.
    """

    def __init__(self, terms: TlsTerms, *, roots: Callable[[], Awaitable[str]]) -> None:
        self._terms = terms
        self._roots = roots
        self._ports: list[TlsPort] = []
        self._seen: _Seen | None = None
        self._lock = asyncio.Lock()
        self._wanted = asyncio.Event()

    def port(self, asks: Asks) -> TlsPort:
        """Return a new port, to be loaded with the others."""
        port = TlsPort(asks)
        self._ports.append(port)
        return port

    async def load(self) -> Loaded:
        """Read the files and the trusted roots, and use them: all of them, or none.

        Raises:
            TlsMisconfiguredError: One of them cannot be used; the former ones stay.
            StorageUnavailable: The database is away; the former ones stay.
        """
        async with self._lock:
            return await self._load(await self._look())

    def wake(self) -> None:
        """Let the watch load everything now, changed or not."""
        self._wanted.set()

    async def check(self, *, anew: bool = False) -> bool:
        """Load what has changed since it was last read; return whether something was loaded.

        What cannot be used is told once, and the former certificates stay.

        Args:
            anew: Whether to load even what has not changed.
        """
        async with self._lock:
            try:
                seen = await self._look()
                if seen == self._seen and not anew:
                    return False
                loaded = await self._load(seen)
            except StorageUnavailable:
                return False
            except TlsMisconfiguredError as error:
                _log.error("certificates changed and cannot be used", why=str(error))
                return False
        _log.info("certificates are loaded", trusted_authorities=loaded.trusted_authorities)
        return True

    async def watch(self) -> None:
        """Check again and again, until cancelled."""
        while self._ports:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), WATCH_SECONDS)
            anew = self._wanted.is_set()
            self._wanted.clear()
            try:
                await self.check(anew=anew)
            except Exception:  # noqa: BLE001 - a fault of ours must not end the watch
                _log.exception("certificates could not be checked")

    async def _look(self) -> _Seen:
        asks = any(port.asks is not Asks.NEVER for port in self._ports)
        roots = await self._roots() if asks else ""
        files = await asyncio.to_thread(_states, self._terms.certificates) if self._ports else ()
        return _Seen(files, roots)

    async def _load(self, seen: _Seen) -> Loaded:
        self._seen = seen  # also what cannot be used is not tried again until it changes
        if not self._ports:
            return Loaded()
        kinds = {port.asks for port in self._ports}
        contexts = await asyncio.to_thread(
            lambda: {asks: self._context(asks, seen.roots) for asks in kinds}
        )
        for port in self._ports:
            port.context = contexts[port.asks]
        return Loaded(
            certificates=self._terms.certificates,
            trusted_authorities=seen.roots.count("-----BEGIN CERTIFICATE-----"),
        )

    def _context(self, asks: Asks, roots: str) -> SSLContext:
        return tls_context(
            self._terms.certificates,
            asks=asks,
            roots=roots,
            old_suites=self._terms.old_suites,
        )


def _states(paths: tuple[str, ...]) -> tuple[tuple[int, ...] | None, ...]:
    return tuple(_state(Path(path)) for path in paths)


def _state(path: Path) -> tuple[int, ...] | None:
    """Return what changes with a file; None: it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
