"""A central system built on the PyPI packages ocpp, websockets and SQLAlchemy: `-m bench.peer`.

Written as somebody who knows these libraries would write it, with what each of them offers for
speed: uvloop, SQLAlchemy Core rather than its ORM, cached statements, schema validation in place
instead of in a thread, no debug logging, one row per meter value. It is durable: SQLite in WAL mode
with synchronous=FULL, and a commit before the answer to each message that has something to keep.
OCPP 1.6 and security profile 1, as far as the benchmarks need them.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import logging
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

import ocpp.messages
import sqlalchemy as sa
import uvloop
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import Action, AuthorizationStatus, RegistrationStatus
from websockets.asyncio.server import ServerConnection, basic_auth, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bench import mix

_Result = TypeVar("_Result")

_metadata = sa.MetaData()
_stations = sa.Table(
    "stations",
    _metadata,
    sa.Column("identity", sa.String(48), primary_key=True),
    sa.Column("password_sha256", sa.LargeBinary, nullable=False),
    sa.Column("vendor", sa.String(20)),
    sa.Column("model", sa.String(20)),
    sa.Column("booted_at", sa.DateTime),
)
_tokens = sa.Table("tokens", _metadata, sa.Column("id_tag", sa.String(20), primary_key=True))
_statuses = sa.Table(
    "statuses",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("station", sa.String(48), nullable=False),
    sa.Column("connector", sa.Integer, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("error_code", sa.String(30), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
_transactions = sa.Table(
    "transactions",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("station", sa.String(48), nullable=False),
    sa.Column("connector", sa.Integer, nullable=False),
    sa.Column("id_tag", sa.String(20), nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("meter_start_wh", sa.Integer, nullable=False),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("meter_stop_wh", sa.Integer),
)
_meter_values = sa.Table(
    "meter_values",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("station", sa.String(48), nullable=False),
    sa.Column("connector", sa.Integer, nullable=False),
    sa.Column("transaction_id", sa.Integer, index=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("samples", sa.Text, nullable=False),
)


class Store:
    """The database and the one thread that uses it, so that no commit stops the event loop."""

    def __init__(self, path: str) -> None:
        self._engine = sa.create_engine(f"sqlite:///{path}")
        sa.event.listen(self._engine, "connect", _make_durable)
        _metadata.create_all(self._engine)
        self._thread = ThreadPoolExecutor(1)

    async def run(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        """Run `work` in a transaction of its own; return its result once that is committed."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, work)

    async def add(self, table: sa.Table, **values: object) -> int:
        """Insert one row and return its number."""
        return await self.run(lambda rows: _number(rows.execute(sa.insert(table).values(values))))

    async def fill(self, stations: int) -> None:
        """Register the stations and tokens of the benchmarks."""
        known = [_known_station(index) for index in range(stations)]
        tags = [{"id_tag": mix.token(index)} for index in range(stations)]
        await self.run(lambda rows: rows.execute(sa.insert(_stations), known))
        await self.run(lambda rows: rows.execute(sa.insert(_tokens), tags))

    async def admits(self, identity: str, password: str) -> bool:
        """Whether the password is that of the station."""
        query = sa.select(_stations.c.password_sha256).where(_stations.c.identity == identity)
        digest: bytes | None = await self.run(lambda rows: rows.scalar(query))
        given = hashlib.sha256(password.encode()).digest()
        return digest is not None and hmac.compare_digest(digest, given)

    async def knows(self, id_tag: str) -> bool:
        """Whether a token may charge."""
        query = sa.select(_tokens.c.id_tag).where(_tokens.c.id_tag == id_tag)
        return await self.run(lambda rows: rows.scalar(query)) is not None

    def _commit(self, work: Callable[[sa.Connection], _Result]) -> _Result:
        with self._engine.begin() as rows:
            return work(rows)


class Station(ChargePoint):  # type: ignore[misc]  # ocpp is published without types
    """What a station may say."""

    def __init__(self, identity: str, connection: ServerConnection, store: Store) -> None:
        super().__init__(identity, connection)
        self._store = store

    @on(Action.boot_notification)  # type: ignore[untyped-decorator]  # ocpp is published without types
    async def boots(
        self, charge_point_vendor: str, charge_point_model: str, **_: object
    ) -> call_result.BootNotification:
        """Take a BootNotification."""
        change = (
            sa.update(_stations)
            .where(_stations.c.identity == self.id)
            .values(vendor=charge_point_vendor, model=charge_point_model, booted_at=_now())
        )
        await self._store.run(lambda rows: rows.execute(change))
        return call_result.BootNotification(
            current_time=_wire_time(), interval=300, status=RegistrationStatus.accepted
        )

    @on(Action.authorize)  # type: ignore[untyped-decorator]  # ocpp is published without types
    async def authorizes(self, id_tag: str, **_: object) -> call_result.Authorize:
        """Answer an Authorize."""
        return call_result.Authorize(id_tag_info=await self._verdict(id_tag))

    @on(Action.heartbeat)  # type: ignore[untyped-decorator]  # ocpp is published without types
    async def lives(self, **_: object) -> call_result.Heartbeat:
        """Tell the time."""
        return call_result.Heartbeat(current_time=_wire_time())

    @on(Action.status_notification)  # type: ignore[untyped-decorator]  # ocpp is published without types
    async def changes(
        self,
        connector_id: int,
        error_code: str,
        status: str,
        timestamp: str | None = None,
        **_: object,
    ) -> call_result.StatusNotification:
        """Keep a status."""
        await self._store.add(
            _statuses,
            station=self.id,
            connector=connector_id,
            status=status,
            error_code=error_code,
            at=_time(timestamp) if timestamp else _now(),
        )
        return call_result.StatusNotification()

    @on(Action.start_transaction)  # type: ignore[untyped-decorator]  # ocpp is published without types
    async def starts(
        self, connector_id: int, id_tag: str, meter_start: int, timestamp: str, **_: object
    ) -> call_result.StartTransaction:
        """Keep the start of a transaction, whose number is its row's."""
        verdict = await self._verdict(id_tag)
        number = await self._store.add(
            _transactions,
            station=self.id,
            connector=connector_id,
            id_tag=id_tag,
            started_at=_time(timestamp),
            meter_start_wh=meter_start,
        )
        return call_result.StartTransaction(transaction_id=number, id_tag_info=verdict)

    @on(Action.stop_transaction)  # type: ignore[untyped-decorator]  # ocpp is published without types
    async def stops(
        self, transaction_id: int, meter_stop: int, timestamp: str, **_: object
    ) -> call_result.StopTransaction:
        """Keep its end."""
        change = (
            sa.update(_transactions)
            .where(_transactions.c.id == transaction_id)
            .values(ended_at=_time(timestamp), meter_stop_wh=meter_stop)
        )
        await self._store.run(lambda rows: rows.execute(change))
        return call_result.StopTransaction()

    @on(Action.meter_values)  # type: ignore[untyped-decorator]  # ocpp is published without types
    async def measures(
        self,
        connector_id: int,
        meter_value: Sequence[dict[str, Any]],
        transaction_id: int | None = None,
        **_: object,
    ) -> call_result.MeterValues:
        """Keep meter values."""
        values = [
            {
                "station": self.id,
                "connector": connector_id,
                "transaction_id": transaction_id,
                "at": _time(value["timestamp"]),
                "samples": json.dumps(value["sampled_value"]),
            }
            for value in meter_value
        ]
        await self._store.run(lambda rows: rows.execute(sa.insert(_meter_values), values))
        return call_result.MeterValues()

    async def _verdict(self, id_tag: str) -> dict[str, str]:
        known = await self._store.knows(id_tag)
        return {"status": AuthorizationStatus.accepted if known else AuthorizationStatus.invalid}


def _make_durable(connection: Any, _: object) -> None:  # noqa: ANN401 - SQLAlchemy hands over the driver's connection, which has no type there
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _known_station(index: int) -> dict[str, object]:
    digest = hashlib.sha256(mix.password(index).encode()).digest()
    return {"identity": mix.identity(index), "password_sha256": digest}


def _number(result: sa.CursorResult[Any]) -> int:
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the peer stands outside of Laddnav and has no Clock to ask


def _wire_time() -> str:
    return _now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def run(path: str, stations: int) -> None:
    """Serve until cancelled; prints one line with the address when it is ready."""
    store = Store(path)
    await store.fill(stations)

    async def meet(connection: ServerConnection) -> None:
        request = connection.request
        identity = request.path.rpartition("/")[2] if request else ""
        try:
            await Station(identity, connection, store).start()
        except ConnectionClosed:
            return

    async with serve(
        meet,
        "127.0.0.1",
        0,
        subprotocols=[Subprotocol("ocpp1.6")],
        process_request=basic_auth(realm="ocpp", check_credentials=store.admits),
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stdout.write(f"ready ws://127.0.0.1:{port}/ocpp\n")
        sys.stdout.flush()
        await server.serve_forever()


def main() -> None:
    """Run the process until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bench.peer")
    parser.add_argument("--database", required=True, metavar="PATH")
    parser.add_argument("--stations", type=int, required=True)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    ocpp.messages.ASYNC_VALIDATION = False
    uvloop.run(run(given.database, given.stations))


if __name__ == "__main__":
    main()
