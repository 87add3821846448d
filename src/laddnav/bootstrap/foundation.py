"""What every kind of start needs: an open database, a bus, the secret; and all rooms on them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from laddnav import wiring
from laddnav.bootstrap.errors import StartupError
from laddnav.bootstrap.secrets import station_secret
from laddnav.bus.local import LocalBus
from laddnav.bus.signals import Bus
from laddnav.gateway.quirks.catalogue import QuirksMisconfiguredError
from laddnav.kernel.clock import Clock, SystemClock
from laddnav.settings import Settings
from laddnav.storage.database import Database, Limits
from laddnav.storage.errors import DatabaseMisconfigured, StorageError
from laddnav.storage.opening import open_database
from laddnav.storage.url import PostgresUrl, parse_url


@asynccontextmanager
async def house(settings: Settings, clock: Clock | None = None) -> AsyncIterator[wiring.House]:
    """Open the database and the bus and build all rooms; close them afterwards.

    Raises:
        StartupError: Something of it cannot be had: one line that says what to do.
    """
    clock = clock or SystemClock()
    try:
        secret = station_secret(settings)
        limits = Limits(hold_seconds=settings.hold_seconds)
        database = await open_database(settings.database, clock=clock, limits=limits)
    except DatabaseMisconfigured as error:
        raise StartupError(str(error)) from None
    except StorageError:
        message = "the database does not answer: is it running, and does its URL name it?"
        raise StartupError(message) from None
    try:
        bus = await _open_bus(settings)
        try:
            built = _built(settings, database, bus, clock, secret)
            try:
                yield built
            finally:
                await built.pool.close()
        finally:
            await bus.close()
    finally:
        await database.close()


def _built(
    settings: Settings, database: Database, bus: Bus, clock: Clock, secret: bytes
) -> wiring.House:
    try:
        return wiring.build(settings, database=database, bus=bus, clock=clock, secret=secret)
    except QuirksMisconfiguredError as error:
        raise StartupError(str(error)) from None


async def _open_bus(settings: Settings) -> Bus:
    """Return the started bus: NATS where it is set, else that of the database."""
    bus = _bus(settings)
    try:
        await bus.start()
    except Exception:  # noqa: BLE001 - each client has its own errors, and all mean here that the bus is away
        name = settings.bus.rpartition("@")[2] or "the database"
        message = f"the bus at {name} cannot be reached: is it running? (setting bus)"
        raise StartupError(message) from None
    return bus


def _bus(settings: Settings) -> Bus:
    if settings.bus:
        return _nats(settings.bus)
    url = parse_url(settings.database)
    if isinstance(url, PostgresUrl):
        from laddnav.bus.postgresql import PostgresqlBus  # noqa: PLC0415 - loaded only for the engine that is in use

        return PostgresqlBus(url.dsn)
    return LocalBus()


def _nats(url: str) -> Bus:
    try:
        from laddnav.bus.nats import NatsBus  # noqa: PLC0415 - nats-py is an extra that need not be installed
    except ImportError:
        message = "the setting bus needs the extra `nats`: install laddnav[nats]"
        raise StartupError(message) from None
    return NatsBus(url)
