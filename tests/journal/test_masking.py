"""What is never written down."""

import msgspec
import pytest

from laddnav.journal.rules.masking import MASK, masked

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
