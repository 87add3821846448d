"""Sessions, messages, refusals and stations as the gateway would leave them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from laddnav.journal.model import FrameKind, Knocking, RefusalReason, Way
from laddnav.kernel.keys import ConnectorRef, StationKey
from laddnav.metering.model import Reading, Sample
from laddnav.sessions.model import MeterReported, StartReported, StopReported, Word
from laddnav.sessions.service import Sessions
from laddnav.stations.model import (
    BootReported,
    ConnectionInfo,
    NewStation,
    Station,
    StatusReported,
)
from laddnav.tokens.model import NewToken, Token, TokenRef
from tests.web.house import House

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLUG = ConnectorRef(1, 1)
START_WH = 1000


def minutes(count: float) -> datetime:
    """The instant `count` minutes after noon."""
    return NOON + timedelta(minutes=count)


class Charging:
    """Charges at stations of one operator."""

    def __init__(self, house: House, operator: str = "default") -> None:
        self.house = house
        self.operator = operator
        self.sessions = Sessions(house.database, house.clock, house.tokens, house.accounts)

    def key(self, identity: str) -> StationKey:
        return StationKey(self.operator, identity)

    async def add_station(self, identity: str = "CP1") -> StationKey:
        new = NewStation(identity=identity, security_profile=0)
        added = await self.house.stations.register.add(self.operator, new)
        assert isinstance(added, Station)
        epochs = await self.house.database.claim([added.key], "test")
        await self.sessions.load(added.key, epochs[added.key])
        return added.key

    async def add_token(self, uid: str = "CARD1") -> None:
        assert isinstance(await self.house.tokens.add(self.operator, NewToken(uid=uid)), Token)

    async def tell(
        self, key: StationKey, word: Word, when: datetime, frame: bytes | None = None
    ) -> int | None:
        """Let a word come in; return the transaction id that was given."""
        judged = None
        if self.sessions.needs_judging(key, word):
            judged = await self.sessions.judge(key, word, now=when)
        outcome = self.sessions.record(key, word, judged, received_at=when, evidence=frame)
        await self.house.database.commit(outcome.write)
        return outcome.transaction_id

    async def start(self, key: StationKey, begun: datetime, uid: str = "CARD1") -> int:
        word = StartReported(
            connector=PLUG, token=TokenRef(uid), at=begun, meter_start_wh=Decimal(START_WH)
        )
        number = await self.tell(key, word, begun)
        assert number is not None
        return number

    async def measure(self, key: StationKey, number: int, when: datetime, wh: str) -> None:
        samples = (
            Sample(measurand="Energy.Active.Import.Register", value=Decimal(wh), unit="Wh"),
            Sample(measurand="Power.Active.Import", value=Decimal(11000), unit="W"),
        )
        reading = Reading(at=when, samples=samples)
        word = MeterReported(connector=PLUG, transaction_id=number, readings=(reading,))
        await self.tell(key, word, when)

    async def stop(self, key: StationKey, number: int, ended: datetime, wh: str) -> None:
        word = StopReported(
            transaction_id=number, token=None, at=ended, meter_stop_wh=Decimal(wh), reason="Remote"
        )
        await self.tell(key, word, ended)

    async def stray(self, key: StationKey, number: int) -> None:
        """A stop that no session knows: kept as evidence."""
        word = StopReported(
            transaction_id=number, token=None, at=NOON, meter_stop_wh=Decimal(5), reason="Local"
        )
        await self.tell(key, word, NOON, b'[2,"9","StopTransaction",{}]')

    async def session(self, identity: str = "CP1", uid: str = "CARD1") -> StationKey:
        """A whole session of 2500.5 Wh with two readings."""
        key = await self.add_station(identity)
        await self.add_token(uid)
        number = await self.start(key, NOON, uid)
        await self.measure(key, number, minutes(5), "2000")
        await self.measure(key, number, minutes(10), "3000.25")
        await self.stop(key, number, minutes(15), "3500.5")
        return key

    async def connect(self, key: StationKey) -> None:
        """A connection with a boot and a fault."""
        stations = self.house.stations
        station = await stations.register.station(key)
        assert station is not None
        live = await stations.fleet.claim(station)
        link = ConnectionInfo(id="link-1", address="192.0.2.7", version="1.6", tls=False)
        commit = self.house.database.commit
        await commit(stations.fleet.connected(live, link))
        await self.sessions.load(key, live.epoch)
        now = self.house.clock.now()
        boot = BootReported(vendor="Vendor", model="Model", serial="S1", firmware="1.0")
        booted = stations.record_boot(live, boot, now)
        assert booted.write is not None
        await commit(booted.write)
        report = StatusReported(
            ref=PLUG, status="Faulted", at=now, error_code="GroundFailure", info="wet"
        )
        recorded = stations.record_status(live, report, now)
        assert recorded.write is not None
        await commit(recorded.write)

    def talk(self, key: StationKey, count: int = 1) -> None:
        """Messages in the journal: a call of the station's and our answer, `count` times."""
        journal = self.house.journal
        link = journal.open_link(key, connection="link-1", address="192.0.2.7", version="1.6")
        now = self.house.clock.now()
        for number in range(count):
            name = str(number)
            link.note(
                Way.IN, FrameKind.CALL, f'[2,"{name}","Heartbeat",{{}}]',
                action="Heartbeat", message_id=name, at=now,
            )  # fmt: skip
            link.note(
                Way.OUT, FrameKind.RESULT, f'[3,"{name}",{{}}]',
                action="Heartbeat", message_id=name, at=now,
            )  # fmt: skip
        journal.close_link(link, "gone")

    def knock(self, identity: str, address: str = "192.0.2.9") -> None:
        """An unknown station that is refused."""
        now = self.house.clock.now()
        self.house.refusals.record(
            RefusalReason.UNKNOWN_STATION,
            address=address,
            operator=self.operator,
            identity=identity,
            detail="offered ocpp1.6",
        )
        self.house.refusals.record_knocking(
            Knocking(
                operator=self.operator,
                identity=identity,
                address=address,
                reason=RefusalReason.UNKNOWN_STATION,
                offered=("ocpp1.6",),
                user_agent="charger/1",
                tls=False,
                count=1,
                first_at=now,
                last_at=now,
            )
        )
