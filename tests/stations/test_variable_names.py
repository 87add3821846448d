"""Names of variables, secrets among them, and what typed readers make of values."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from laddnav.stations.model import Life
from laddnav.stations.model.variables import (
    Inventory,
    InventoryStatus,
    VariableName,
)
from laddnav.stations.rules import behaviour, variables
from laddnav.stations.rules.variables import (
    is_due,
    is_secret,
    is_storable,
    key_name,
    place_of,
    read_component_name,
    read_variable_name,
    text_of,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "A.B",
        "A[i].B[j]",
        "A@3.B",
        "Connector@1.2.Available",
        "EVSE@1.Power/MaxSet",
        "A[i]@1.2.B[j]/Target",
    ],
)
def test_a_name_that_is_taken_apart_can_be_put_together(text: str) -> None:
    name = read_variable_name(text)
    assert name is not None
    assert text_of(name) == text


def test_the_parts_of_a_name_are_found() -> None:
    assert read_variable_name("A[i]@3.B[j]/MinSet") == ("A", "i", 3, None, "B", "j", "MinSet")
    assert read_variable_name("A.B") == ("A", None, None, None, "B", None, "Actual")
    for wrong in ("HeartbeatInterval", "A.B.C", "A@x.B", ".B", "A.", "A@123456.B"):
        assert read_variable_name(wrong) is None
    assert read_component_name("Connector@1.2") == ("Connector", None, 1, 2, "", None, "Actual")
    assert read_component_name("A.B") is None


def test_a_configuration_key_is_a_variable_without_component() -> None:
    assert text_of(key_name("HeartbeatInterval")) == "HeartbeatInterval"


@pytest.mark.ocpp("B06.FR.14")
def test_names_are_compared_without_regard_to_case_but_with_their_instance() -> None:
    name = read_variable_name("OCPPCommCtrlr.HeartbeatInterval")
    assert name is not None
    shouted = VariableName("OCPPCOMMCTRLR", None, None, None, "HEARTBEATINTERVAL", None)
    assert place_of(name) == place_of(shouted)
    assert place_of(name) != place_of(name._replace(variable_instance="x"))
    assert place_of(name._replace(evse=1)) != place_of(name._replace(evse=1, connector=1))


def test_what_no_database_should_hold_is_not_kept() -> None:
    assert is_storable(key_name("x" * 100))
    assert not is_storable(key_name("x" * 101))
    assert not is_storable(key_name("x")._replace(evse=100_000))
    assert "\0" not in place_of(key_name("a\0b"))
    assert variables.kept_value(key_name("a"), "x\0" + "y" * 5000) == "x\ufffd" + "y" * 2498


@pytest.mark.ocpp("A01.FR.09")
@pytest.mark.parametrize(
    "key",
    [
        "AuthorizationKey", "authorizationkey", "BasicAuthPassword", "VendorWifiPassphrase",
        "ApnPassword", "SharedSecret", "AdminPwd", "WifiKey", "Auth_Key", "ApiToken", "SimPin",
        "VpnKey",
    ],
)  # fmt: skip
def test_a_value_is_a_secret_where_its_name_says_so(key: str) -> None:
    assert is_secret(key_name(key))
    assert variables.kept_value(key_name(key), "hidden") is None


@pytest.mark.parametrize(
    "key",
    ["HeartbeatInterval", "SupportedIdTokenType", "MeterPublicKey", "ConnectorPhaseRotation",
     "GetConfigurationMaxKeys", "MasterPassGroupId", "SpinCount"],
)  # fmt: skip
def test_ordinary_values_are_no_secrets(key: str) -> None:
    assert not is_secret(key_name(key))


def test_whatever_can_only_be_written_is_a_secret() -> None:
    assert is_secret(key_name("HeartbeatInterval"), "WriteOnly")
    assert not is_secret(key_name("HeartbeatInterval"), "ReadWrite")


def values(**told: str) -> dict[str, str]:
    return {place_of(key_name(key)): value for key, value in told.items()}


def test_behaviour_is_read_from_either_world_of_names() -> None:
    assert behaviour.HEARTBEAT_SECONDS.of(values(HeartbeatInterval="300")) == 300
    name = read_variable_name("ocppcommctrlr.HEARTBEATINTERVAL")
    assert name is not None
    assert behaviour.HEARTBEAT_SECONDS.of({place_of(name): "60"}) == 60
    priority = read_variable_name("OCPPCommCtrlr.NetworkConfigurationPriority")
    assert priority is not None
    assert behaviour.NETWORK_PRIORITY.of({place_of(priority): "2, 1,"}) == ("2", "1")
    other = read_variable_name("DeviceDataCtrlr.ValueSize")
    assert other is not None
    assert behaviour.VALUE_CHARACTERS.of({place_of(other): "45"}) == 45


@pytest.mark.parametrize("nonsense", ["", "abc", "-5", "1.5", "9" * 20, "0", "²"])
def test_a_value_that_makes_no_sense_is_unknown(nonsense: str) -> None:
    assert behaviour.READ_ITEMS.of(values(GetConfigurationMaxKeys=nonsense)) is None


def test_flags_are_read_in_the_spellings_that_stations_use() -> None:
    read = behaviour.ALLOWS_DOWNGRADE
    assert read.of(values(AllowSecurityProfileDowngrade="TRUE")) is True
    assert read.of(values(AllowSecurityProfileDowngrade="0")) is False
    assert read.of(values(AllowSecurityProfileDowngrade="maybe")) is None
    assert behaviour.allows_reset(2).of({}) is None


MAKE = ("V", "M", "1", "2.0.1")
LIFE = Life(vendor="V", model="M", firmware="1", ocpp_version="2.0.1", boot_at=NOON)


def inventory(status: InventoryStatus, attempts: int = 1) -> Inventory:
    return Inventory(
        serial=1, status=status, detail="", asked_at=NOON, ended_at=None, attempts=attempts,
        variables=0, make=MAKE,
    )  # fmt: skip


@pytest.mark.ocpp("B07.FR.14")
def test_a_station_is_asked_after_its_first_boot_and_when_its_make_changed() -> None:
    assert is_due(LIFE, None)
    assert not is_due(Life(vendor="V"), None)  # it never booted
    complete = inventory(InventoryStatus.COMPLETE, 0)
    assert not is_due(LIFE, complete)
    for life in (
        replace(LIFE, firmware="2"),
        replace(LIFE, model="N"),
        replace(LIFE, ocpp_version="2.1"),
    ):
        assert is_due(life, complete)
        assert is_due(life, inventory(InventoryStatus.REFUSED))


def test_a_station_that_refuses_is_left_alone_and_one_that_fails_is_asked_three_times() -> None:
    assert not is_due(LIFE, inventory(InventoryStatus.REFUSED, 0))
    for status in (InventoryStatus.FAILED, InventoryStatus.INCOMPLETE, InventoryStatus.ASKED):
        assert is_due(LIFE, inventory(status, 2))
        assert not is_due(LIFE, inventory(status, 3))
