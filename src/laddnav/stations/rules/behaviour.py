"""The variables of a station that change what we do ourselves, typed, in either world of names.

Each reader knows the configuration key of OCPP 1.6 and the variable of 2.x (with the spellings
that the specification itself confuses), and gives None where the station never told.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Generic, NamedTuple, TypeVar

from laddnav.stations.model.variables import Variable, VariableName
from laddnav.stations.rules.variables import key_name, place_of, read_variable_name

_Value = TypeVar("_Value")
_MOST_DIGITS: Final = 9


class Reader(NamedTuple, Generic[_Value]):
    """Reads one variable.

    Attributes:
        places: Where it may be stored, see `place_of`; the first that has a value counts.
        parse: Gives its value; None: what is stored makes no sense.
    """

    places: tuple[str, ...]
    parse: Callable[[str], _Value | None]

    def of(self, values: Mapping[str, str]) -> _Value | None:
        """Return the value among `values` (by place); None: unknown."""
        found = (self.parse(values[place]) for place in self.places if place in values)
        return next((value for value in found if value is not None), None)


def _whole(text: str) -> int | None:
    digits = text.strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > _MOST_DIGITS:
        return None
    return int(digits)


def _positive(text: str) -> int | None:
    return _whole(text) or None


def _text(text: str) -> str | None:
    return text.strip() or None


def _flag(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().casefold())


def _words(text: str) -> tuple[str, ...] | None:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _reader(
    parse: Callable[[str], _Value | None], key: str | None, *variables: str
) -> Reader[_Value]:
    names = [read_variable_name(text) for text in variables]
    known = [name for name in names if name is not None]
    if key is not None:
        known.insert(0, key_name(key))
    return Reader(tuple(place_of(name) for name in known), parse)


HEARTBEAT_SECONDS: Final = _reader(
    _positive, "HeartbeatInterval", "OCPPCommCtrlr.HeartbeatInterval"
)
READ_ITEMS: Final = _reader(
    _positive, "GetConfigurationMaxKeys", "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"
)
READ_BYTES: Final = _reader(_positive, None, "DeviceDataCtrlr.BytesPerMessage[GetVariables]")
WRITE_ITEMS: Final = _reader(_positive, None, "DeviceDataCtrlr.ItemsPerMessage[SetVariables]")
WRITE_BYTES: Final = _reader(_positive, None, "DeviceDataCtrlr.BytesPerMessage[SetVariables]")
REPORT_ITEMS: Final = _reader(_positive, None, "DeviceDataCtrlr.ItemsPerMessage[GetReport]")
REPORT_BYTES: Final = _reader(_positive, None, "DeviceDataCtrlr.BytesPerMessage[GetReport]")
VALUE_CHARACTERS: Final = _reader(
    _positive, None, "DeviceDataCtrlr.ConfigurationValueSize", "DeviceDataCtrlr.ValueSize"
)
CHAIN_CHARACTERS: Final = _reader(
    _positive, "CertificateSignedMaxChainSize", "SecurityCtrlr.MaxCertificateChainSize"
)
RESUMPTION_SECONDS: Final = _reader(
    _whole, None, "TxCtrlr.ResumptionTimeout", "TxCtrlr.TxResumptionTimeout"
)
EXTERNAL_CHANGE: Final = _reader(_text, None, "OCPPCommCtrlr.ExternalConfigChangeDate")
NETWORK_PRIORITY: Final = _reader(_words, None, "OCPPCommCtrlr.NetworkConfigurationPriority")
ACTIVE_NETWORK_PROFILE: Final = _reader(_whole, None, "OCPPCommCtrlr.ActiveNetworkProfile")
SECC_ID: Final = _reader(_text, None, "ISO15118Ctrlr.SeccId")
ALLOWS_DOWNGRADE: Final = _reader(
    _flag, "AllowSecurityProfileDowngrade", "SecurityCtrlr.AllowSecurityProfileDowngrade"
)


def network_url(slot: int) -> Reader[str]:
    """Return what reads where a network profile leads to (2.1)."""
    return _reader(_text, None, f"NetworkConfiguration[{slot}].OcppCsmsUrl")


def network_interface(slot: int) -> Reader[str]:
    """Return what reads the interface of a network profile (2.1)."""
    return _reader(_text, None, f"NetworkConfiguration[{slot}].OcppInterface")


def allows_reset(evse: int) -> Reader[bool]:
    """Return what reads whether an EVSE can be reset by itself."""
    name = VariableName("EVSE", None, evse, None, "AllowReset", None)
    return Reader((place_of(name),), _flag)


def values_of(variables: Iterable[Variable]) -> dict[str, str]:
    """Return the Actual values of variables, by place."""
    return {
        place_of(each.name): each.value
        for each in variables
        if each.value is not None and each.name.attribute == "Actual"
    }
