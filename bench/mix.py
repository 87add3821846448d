"""What the stations say: 60 % MeterValues of 757 bytes, 20 % Heartbeat, 20 % StatusNotification."""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

METER_VALUES, HEARTBEAT, STATUS = "M", "H", "S"
PATTERN: Final = "MHMSMMHMSM"
METER_VALUES_BYTES: Final = 757

_STATES: Final = ("SuspendedEV", "Charging")
_SAMPLE: Final = '{"value":"%s",%s"measurand":"%s"%s,"unit":"%s"}'
_PERIODIC: Final = '"context":"Sample.Periodic",'
_OUTLET: Final = ',"location":"Outlet"'
_SAMPLES: Final = ",".join((
    _SAMPLE % ("%(energy)010d", _PERIODIC, "Energy.Active.Import.Register", _OUTLET, "Wh"),
    _SAMPLE % ("%(power)07.1f", _PERIODIC, "Power.Active.Import", _OUTLET, "W"),
    _SAMPLE % ("16.02", _PERIODIC, "Current.Import", ',"phase":"L1"', "A"),
    _SAMPLE % ("15.94", _PERIODIC, "Current.Import", ',"phase":"L2"', "A"),
    _SAMPLE % ("15.98", _PERIODIC, "Current.Import", ',"phase":"L3"', "A"),
    _SAMPLE % ("231.4", "", "Voltage", ',"phase":"L1-N"', "V"),
))  # fmt: skip  # a table
_METER_VALUES: Final = (
    '[2,"%(id)s","MeterValues",{"connectorId":1,"transactionId":%(transaction)d,'
    '"meterValue":[{"timestamp":"%(at)s","sampledValue":[' + _SAMPLES + "]}]}]"
)
_STATUS: Final = (
    '[2,"%(id)s","StatusNotification",{"connectorId":1,"errorCode":"NoError",'
    '"status":"%(state)s","timestamp":"%(at)s"}]'
)


def identity(index: int) -> str:
    """Return the name of a station."""
    return f"BENCH{index:06d}"


def password(index: int) -> str:
    """Return its password: 20 characters, as OCPP's security profile 1 wants at least 16."""
    return f"password-of-{index:08d}"


def token(index: int) -> str:
    """Return the uid of the token that charges at it."""
    return f"TOKEN{index:08d}"


class Speaker:
    """Makes one station's frames; each is unlike all before, as a real one's are.

    Attributes:
        transaction_id: Given by the server to the running transaction.
        message_id: Of the frame made last.
    """

    def __init__(self, index: int) -> None:
        self._index = index
        self._turn = index  # stations are at different places of the pattern
        self._count = 0
        self._statuses = 0
        self._register_wh = 1_000_000
        self._milliseconds = 0
        self.transaction_id = 0
        self.message_id = b""

    def boot(self) -> bytes:
        """Return a BootNotification."""
        return self._call(
            '[2,"%(id)s","BootNotification",{"chargePointVendor":"Bench",'
            '"chargePointModel":"B1","firmwareVersion":"1.0","chargePointSerialNumber":"%(name)s"}]'
        )

    def status(self) -> bytes:
        """Return a StatusNotification that differs from the one before."""
        self._statuses += 1
        return self._call(_STATUS)

    def start(self) -> bytes:
        """Return a StartTransaction."""
        return self._call(
            '[2,"%(id)s","StartTransaction",{"connectorId":1,"idTag":"%(token)s",'
            '"meterStart":%(energy)d,"timestamp":"%(at)s"}]'
        )

    def next(self) -> bytes:
        """Return the next frame of the mix."""
        kind = PATTERN[self._turn % len(PATTERN)]
        self._turn += 1
        if kind == METER_VALUES:
            self._register_wh += 3
            return self._meter_values()
        return self.status() if kind == STATUS else self.heartbeat()

    def heartbeat(self) -> bytes:
        """Return a Heartbeat."""
        return self._call('[2,"%(id)s","Heartbeat",{}]')

    def _meter_values(self) -> bytes:
        """Return a MeterValues whose message id makes it exactly as long as the mix says."""
        frame = self._call(_METER_VALUES)
        missing = METER_VALUES_BYTES - len(frame)
        longer = self.message_id + b"0" * missing
        frame = frame.replace(self.message_id, longer, 1)
        self.message_id = longer
        return frame

    def _call(self, template: str) -> bytes:
        self._count += 1
        message_id = f"{self._index:06d}-{self._count:09d}"
        self.message_id = message_id.encode()
        return (
            template
            % {
                "id": message_id,
                "name": identity(self._index),
                "token": token(self._index),
                "transaction": self.transaction_id,
                "energy": self._register_wh,
                "power": 11_040.0 + self._count % 50,
                "state": _STATES[self._statuses % len(_STATES)],
                "at": self._now(),
            }
        ).encode()

    def _now(self) -> str:
        """Return the time, at least a millisecond after any that this station has told."""
        self._milliseconds = max(self._milliseconds + 1, time.time_ns() // 1_000_000)
        seconds, rest = divmod(self._milliseconds, 1000)
        return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
