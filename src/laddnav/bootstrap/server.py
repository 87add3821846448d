"""The whole server: its parts are started from the ground up and stopped from the top down."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import structlog
import uvloop
from msgspec import Struct

from laddnav import wiring
from laddnav.bootstrap import control, logs
from laddnav.bootstrap.addresses import split_address, unavailable
from laddnav.bootstrap.errors import StartupError
from laddnav.bootstrap.foundation import house
from laddnav.bootstrap.places import Place, places
from laddnav.bootstrap.web import Meters, web_rooms
from laddnav.gateway.entry.tls import TlsMisconfiguredError
from laddnav.kernel.clock import Clock
from laddnav.settings import Settings
from laddnav.storage.errors import StorageError
from laddnav.web.application import application
from laddnav.web.server import WebServer, bind_tcp, bind_unix
from laddnav.wiring import Door, House
from laddnav.wiring.chores import chores
from laddnav.worker.chores import Chores
from laddnav.worker.lag import LagMeter

_AWAY = "the database does not answer; nothing was changed"
_MORE = "ocpp-listeners"
_log = structlog.get_logger(__name__)


class Running(Struct, frozen=True, kw_only=True):
    """A server that runs.

    Attributes:
        ocpp: Where stations connect, for example "ws://0.0.0.0:9000/ocpp"; empty: nowhere.
        ocpp_tls: The same with TLS.
        more: The same, of the further addresses.
        web: The API's address.
    """

    house: House
    door: Door
    ocpp: str
    ocpp_tls: str
    more: tuple[str, ...]
    web: str

    @property
    def line(self) -> str:
        """The line that says that the server is ready, and where."""
        shown = [place for place in (self.ocpp, self.ocpp_tls, *self.more) if place]
        return f"laddnav is ready: stations at {' and '.join(shown)}, API at {self.web}"


def serve(
    settings: Settings, *, ready: Callable[[Running], None], unknown: Sequence[str] = ()
) -> None:
    """Run the server until SIGTERM or SIGINT, which end it at any moment of its start too.

    Args:
        settings: How.
        ready: Called once everything listens.
        unknown: Names in the environment that look like settings and are none: warned of.

    Raises:
        StartupError: It cannot start: one line that says why.
    """
    logs.configure(settings)
    if unknown:
        _log.warning("settings.unknown", names=", ".join(unknown))
    uvloop.run(_serve(settings, ready))


async def _serve(settings: Settings, ready: Callable[[Running], None]) -> None:
    started, stop = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(_serve_until(started, stop, settings, ready), name="server")

    def end() -> None:
        if not started.is_set() and not stop.is_set():
            serving.cancel()  # whatever the start waits for
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _serve_until(
    started: asyncio.Event,
    stop: asyncio.Event,
    settings: Settings,
    ready: Callable[[Running], None],
) -> None:
    async with running(settings) as server:
        started.set()
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, server.door.tls.wake)
        ready(server)
        await stop.wait()


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Run the server as long as the context lasts.

    Raises:
        StartupError: It cannot start: one line that says why.
    """
    async with AsyncExitStack() as stack:
        built = await stack.enter_async_context(house(settings, clock))
        await _start_rooms(built, stack)
        door = Door(built)
        await _meet_others(built, door, stack)
        lag = LagMeter()
        meters = Meters(built, door, lag)
        web = await _start_web(settings, meters, stack)
        opened = await _open_door(settings, door, stack)
        meters.opened({name: urlsplit(url).port or 0 for name, url in opened.items()})
        await _start_work(built, door, lag, stack)
        server = Running(
            house=built,
            door=door,
            ocpp=opened.get("ocpp", ""),
            ocpp_tls=opened.get("ocpp-tls", ""),
            more=tuple(url for name, url in opened.items() if name.startswith(_MORE)),
            web=web,
        )
        _spare_the_collector()
        meters.started(server.line)
        yield server
        meters.stopping()


def _spare_the_collector() -> None:
    """Keep what the program itself consists of out of the cyclic garbage collector's rounds.

    Hundreds of thousands of objects of imported modules never become garbage; to visit them again
    and again costs more than the messages do. What links leave behind in cycles is little.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _start_rooms(built: House, stack: AsyncExitStack) -> None:
    rooms = built.rooms
    try:
        await rooms.accounts.open()
        await built.maintenance.templates.refresh()
        await rooms.database.ensure_partitions(wiring.PARTITIONED)
        for room in (rooms.journal, built.refusals, rooms.stations, rooms.pki):
            await room.start()
            stack.push_async_callback(room.close)
    except StorageError:
        raise StartupError(_AWAY) from None


async def _meet_others(built: House, door: Door, stack: AsyncExitStack) -> None:
    """Listen to the other nodes, before the first station comes in."""
    await door.serve_control()
    others = (wiring.news(built, door), wiring.moves(built, door), wiring.survey(built, door))
    for each in others:
        await each.start()
        stack.push_async_callback(each.close)


async def _start_web(settings: Settings, meters: Meters, stack: AsyncExitStack) -> str:
    """Start the API and, for commands of this user, the same on a Unix socket."""
    rooms = web_rooms(meters.house, wiring.control(meters.house, meters.door.control), meters)
    with _told("web", settings.web):
        listening = bind_tcp(*split_address("web", settings.web))
    host, port = listening.getsockname()[:2]
    public = WebServer(application(rooms, local=False), listening)
    await public.start()
    stack.push_async_callback(public.close)
    path = control.control_socket(settings.database)
    if not await control.answers(path):
        private = WebServer(application(rooms, local=True), bind_unix(path))
        await private.start()
        stack.callback(_remove, path)
        stack.push_async_callback(private.close)
    return f"http://{_shown(host)}:{port}"


async def _open_door(settings: Settings, door: Door, stack: AsyncExitStack) -> dict[str, str]:
    """Let stations in, and return where; at the end first nobody new, then all are sent off."""
    stack.push_async_callback(door.links.close, settings.shutdown_seconds)
    planned = [
        (place, None if place.asks is None else door.tls.port(place.asks))
        for place in places(settings)
    ]
    await _load_certificates(door, stack)
    opened: dict[str, str] = {}
    for place, tls in planned:
        listener = door.listener(tls, place.profiles)
        with _told(place.setting, place.text):
            listener.open(place.host, place.port)
        stack.push_async_callback(listener.close)
        name = f"{_MORE} {len(opened)}" if place.setting == _MORE else place.setting
        opened[name] = _url(place, *listener.address)
    return opened


async def _load_certificates(door: Door, stack: AsyncExitStack) -> None:
    """Load the ports' certificates, and load them anew when they change."""
    try:
        await door.tls.load()
    except TlsMisconfiguredError as error:
        raise StartupError(str(error)) from None
    except StorageError:
        raise StartupError(_AWAY) from None
    watch = asyncio.create_task(door.tls.watch(), name="certificates")
    stack.callback(watch.cancel)


async def _start_work(built: House, door: Door, lag: LagMeter, stack: AsyncExitStack) -> None:
    for relay in wiring.relays(built):
        relay.start()
        stack.push_async_callback(relay.close)
    commands = wiring.control(built, door.control)
    deliveries, runner = wiring.deliveries(built, commands), wiring.bulk_runner(built, commands)
    fitting = wiring.fitting(built, commands)
    for each in (deliveries, runner, fitting):
        stack.push_async_callback(each.close)
    due = wiring.delivering(deliveries, runner, fitting, door)
    again = Chores([*chores(built), *due])
    again.start()
    stack.push_async_callback(again.close)
    lag.start()
    stack.push_async_callback(lag.close)


@contextlib.contextmanager
def _told(name: str, address: str) -> Iterator[None]:
    """Say in one line why an address cannot be had."""
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise unavailable(name, address, error) from None


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _url(place: Place, host: str, port: int) -> str:
    return f"{place.scheme}://{_shown(host)}:{port}/ocpp"


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
