"""What is never written down."""

import msgspec
import pytest

from laddnav.journal.rules.hints import MASK
from laddnav.journal.rules.masking import masked

SECRET = "hemligt-4711"


@pytest.mark.ocpp("A01.FR.09")
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET}),
        ("ChangeConfiguration", {"key": "authorizationkey", "value": SECRET}),
        ("GetConfiguration", {"configurationKey": [{"key": "AuthorizationKey", "value": SECRET}]}),
        (
            "SetVariables",
            {"setVariableData": [{
                "attributeValue": SECRET, "component": {"name": "SecurityCtrlr"},
                "variable": {"name": "BasicAuthPassword"},
            }]},
        ),
        (
            "NotifyReport",
            {"reportData": [{
                "variable": {"name": "BasicAuthPassword"},
                "variableAttribute": [{"type": "Actual", "value": SECRET}],
            }]},
        ),
        (
            "SetNetworkProfile",
            {"connectionData": {
                "basicAuthPassword": SECRET, "vpn": {"password": SECRET, "user": "x"},
                "apn": {"apnPassword": SECRET},
            }},
        ),
        (
            "SetNetworkProfile",
            {"connectionData": {
                "vpn": {"server": "x", "user": "x", "password": SECRET, "key": SECRET},
            }},
        ),
        ("ChangeConfiguration", {"key": "WifiKey", "value": SECRET}),
        (
            "SetVariables",
            {"setVariableData": [{
                "attributeValue": SECRET, "component": {"name": "NetworkConfiguration"},
                "variable": {"name": "VpnKey"},
            }]},
        ),
        (
            "GetVariables",
            {"getVariableResult": [{
                "attributeValue": SECRET, "component": {"name": "WebPaymentsCtrlr"},
                "variable": {"name": "SharedSecret"},
            }]},
        ),
        ("Authorize", {"idToken": {"idToken": SECRET, "type": "KeyCode"}}),
        ("TransactionEvent", {"idToken": {"type": "KeyCode", "idToken": SECRET}}),
        ("SendLocalList", {"localAuthorizationList": [
            {"idToken": {"idToken": SECRET, "type": "KeyCode"}},
        ]}),
        ("RequestStartTransaction", {"groupIdToken": {"idToken": SECRET, "type": "KeyCode"}}),
        (None, {"key": "AuthorizationKey", "value": SECRET}),
    ],
)  # fmt: skip
def test_a_secret_is_masked(action: str | None, payload: dict[str, object]) -> None:
    text = msgspec.json.encode([2, "1", action or "", payload]).decode()
    shown = masked(text, action)
    assert SECRET not in shown
    assert MASK in shown
    frame = msgspec.json.decode(shown)
    assert [type(part) for part in frame] == [int, str, str, dict]


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("ChangeConfiguration", '[2,"1","ChangeConfiguration",{"key":"Interval", "value":"30"}]'),
        ("Authorize", '[2,"1","Authorize",{"idTag":"04A2"}]'),
        ("TransactionEvent", '[2,"1","x",{"idToken":{"idToken":"04A2","type":"ISO14443"}}]'),
        ("DataTransfer", '[2,"1","DataTransfer",{"data":"password"}]'),
        (None, "no json at all"),
    ],
)
def test_what_is_no_secret_stays_as_it_came(action: str, text: str) -> None:
    assert masked(text, action) == text


def test_beside_a_secret_the_rest_stays_readable() -> None:
    text = '[2,"1","SetVariables",{"a":[1,2.5,null,true],"key":"x","password":"y"}]'
    assert masked(text, "SetVariables") == text.replace('"y"', '"***"')


@pytest.mark.parametrize(
    "text",
    [
        '[3,"1",{"configurationKey":[{"key":"AuthorizationKey","value":"hemligt-4711"',
        '[2,"1","GetConfiguration",{"value":"hemligt-4711","key":"AuthorizationKey"',
        "[" * 5_000 + '"AuthorizationKey","hemligt-4711"',
    ],
)
def test_a_broken_frame_is_cut_where_it_speaks_of_a_secret(text: str) -> None:
    shown = masked(text, "GetConfiguration")
    assert SECRET not in shown
    assert shown.endswith(MASK)


@pytest.mark.ocpp("C04.FR.04")
def test_a_pin_stays_hidden_however_its_type_is_spelt() -> None:
    frame = '[2,"1","Authorize",{"idToken":{"idToken":"4711","type":" keycode"}}]'
    assert "4711" not in masked(frame, "Authorize")


PADDING = [{"unit": "V", "raw": "x" * 50, "n": number} for number in range(1_000)]


def long_frame(action: str, payload: dict[str, object]) -> str:
    """Return a frame that is too long to be parsed, with `payload` in its midst."""
    inner = {"before": PADDING, "told": payload, "after": PADDING}
    return msgspec.json.encode([2, "1", action, inner]).decode()


@pytest.mark.ocpp("A01.FR.09", "C04.FR.04")
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("TransactionEvent", {"idToken": {"type": "KeyCode", "idToken": SECRET}}),
        ("TransactionEvent", {"idToken": {"idToken": 471123, "type": "keycode"}}),
        ("ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET}),
        ("GetConfiguration", {"value": f'{SECRET}\\"', "key": "authorizationkey"}),
        ("SetVariables", {
            "attributeValue": SECRET, "component": {"name": "SecurityCtrlr"},
            "variable": {"name": "BasicAuthPassword"},
        }),
        ("NotifyReport", {
            "variable": {"name": "BasicAuthPassword"},
            "variableAttribute": [{"type": "Actual", "value": SECRET}],
        }),
        ("SetNetworkProfile", {"basicAuthPassword": SECRET, "vpn": {"password": SECRET}}),
        (None, {"key": "ÅuthorizationKey AuthorizationKey", "value": SECRET}),
    ],
)  # fmt: skip
def test_a_secret_in_a_long_frame_is_masked_and_the_rest_stays(
    action: str | None, payload: dict[str, object]
) -> None:
    text = long_frame(action or "", payload)
    shown = masked(text, action)
    assert SECRET not in shown
    assert "471123" not in shown
    frame = msgspec.json.decode(shown)
    assert frame[3]["before"] == frame[3]["after"] == PADDING
    assert frame[3]["told"].keys() == payload.keys()
    assert MASK in shown


def test_a_long_frame_without_a_secret_stays_as_it_came() -> None:
    for action in ("GetConfiguration", "TransactionEvent", None):
        text = long_frame(action or "", {"key": "Interval", "value": "30"})
        assert masked(text, action) == text


def test_only_values_near_the_name_of_a_secret_are_hidden_with_it() -> None:
    keys = [{"key": f"Key{number}", "value": f"v{number}"} for number in range(2_000)]
    secret = {"key": "AuthorizationKey", "value": SECRET}
    text = long_frame("GetConfiguration", {"configurationKey": [*keys, secret, *keys]})
    shown = masked(text, "GetConfiguration")
    assert SECRET not in shown
    values = [one["value"] for one in msgspec.json.decode(shown)[3]["told"]["configurationKey"]]
    assert values[0] == "v0"
    assert values[-1] == "v1999"
    assert values.count(MASK) < 500


def test_of_what_is_long_no_more_is_returned_than_is_wanted() -> None:
    text = long_frame("TransactionEvent", {"idToken": {"type": "KeyCode", "idToken": SECRET}})
    assert masked(text, "TransactionEvent", 40_000) == text[:40_000]
    assert len(masked(text, "TransactionEvent", 100)) == 100
    cut_in_the_secret = text.index(SECRET) + 4
    shown = masked(text, "TransactionEvent", cut_in_the_secret)
    assert shown.endswith(f'"idToken":{MASK}')


@pytest.mark.parametrize(
    "payload",
    [{"idToken": SECRET, "type": "KeyCode"}, {"value": SECRET, "key": "AuthorizationKey"}],
)
def test_what_makes_a_secret_of_it_may_stand_behind_what_is_returned(
    payload: dict[str, object],
) -> None:
    text = long_frame("", payload)
    shown = masked(text, None, text.index(SECRET) + len(SECRET) + 2)
    assert shown.endswith(f'":"{MASK}",')


@pytest.mark.parametrize(
    "payload",
    [
        {"many": [{"idToken": SECRET, "type": "KeyCode"}] * 5_000},
        {"many": [{"key": "AuthorizationKey", "value": SECRET}] * 5_000},
        {"many": [{"password": SECRET}] * 5_000},
        {"password": SECRET * 1_000},
    ],
    ids=["codes", "keys", "passwords", "endless"],
)
def test_where_secrets_are_too_many_or_too_long_the_rest_is_cut(
    payload: dict[str, object],
) -> None:
    shown = masked(long_frame("", payload), None)
    assert SECRET not in shown
    assert shown.endswith(MASK)
    assert '"before":[{"unit":"V"' in shown
    assert "after" not in shown


def test_a_long_frame_that_is_broken_is_cut_where_it_speaks_of_a_secret() -> None:
    text = long_frame("", {"key": "AuthorizationKey", "value": SECRET})[:-1]
    shown = masked(text, "GetConfiguration")
    assert SECRET not in shown
    assert shown.endswith(MASK)


def test_the_pin_of_a_sim_card_is_masked_though_it_is_a_number() -> None:
    text = '[2,"1","SetNetworkProfile",{"connectionData":{"apn":{"apn":"x","simPin":4711}}}]'
    shown = masked(text, "SetNetworkProfile")
    assert "4711" not in shown
    assert msgspec.json.decode(shown)[3]["connectionData"]["apn"] == {"apn": "x", "simPin": MASK}
