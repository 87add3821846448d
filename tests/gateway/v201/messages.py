"""What a station of OCPP 2.x says, as JSON."""

from typing import Any

AT = "2026-11-20T12:00:00Z"
TRANSACTION = "b7c0e4f2-1"

Json = dict[str, Any]


def status(word: str, connector: int = 1, at: str = AT) -> Json:
    return {"timestamp": at, "connectorStatus": word, "evseId": 1, "connectorId": connector}


def event(
    kind: str,
    seq_no: int = 0,
    info: Json | None = None,
    **told: Any,
) -> Json:
    """A TransactionEvent; what is told as None is left out."""
    usual = {
        "eventType": kind,
        "timestamp": AT,
        "triggerReason": "CablePluggedIn",
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": TRANSACTION} | (info or {}),
        "evse": {"id": 1, "connectorId": 1} if kind == "Started" else None,
    }
    return {name: value for name, value in (usual | told).items() if value is not None}


def card(uid: str = "CARD1", kind: str = "ISO14443") -> Json:
    return {"idToken": uid, "type": kind}


def metered(
    *values: tuple[float | str, Json],
    at: str = AT,
) -> list[Json]:
    """Samples of one instant, each with the fields that it has beside its value."""
    samples = [{"value": value, **told} for value, told in values]
    return [{"timestamp": at, "sampledValue": samples}]


def happening(
    variable: str,
    value: str,
    component: str = "Connector",
    evse: Json | None = None,
    **told: Any,
) -> Json:
    """One item of a NotifyEvent."""
    place = {"name": component}
    usual = {
        "eventId": 1,
        "timestamp": AT,
        "trigger": "Delta",
        "actualValue": value,
        "eventNotificationType": "HardWiredNotification",
        "component": place if evse is None else place | {"evse": evse},
        "variable": {"name": variable},
    }
    return {name: item for name, item in (usual | told).items() if item is not None}


def notified(*events: Json) -> Json:
    return {"generatedAt": AT, "seqNo": 0, "eventData": list(events)}
