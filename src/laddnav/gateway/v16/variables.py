"""Configuration keys of OCPP 1.6 as variables."""

from collections.abc import Sequence
from typing import Any, Final

from laddnav.gateway.commands.hearing import MOST_TOLD, Asked, Heard
from laddnav.gateway.commands.making import outcome_of
from laddnav.ocpp.v16 import core
from laddnav.stations.control import CommandStatus, ConfigurationRead
from laddnav.stations.model.variables import (
    Mutability,
    VariableRead,
    VariableReported,
    VariableWritten,
)
from laddnav.stations.rules.behaviour import READ_ITEMS
from laddnav.stations.rules.variables import key_name, place_of

_CORE: Final = (
    "AllowOfflineTxForUnknownId", "AuthorizationCacheEnabled", "AuthorizeRemoteTxRequests",
    "BlinkRepeat", "ClockAlignedDataInterval", "ConnectionTimeOut", "ConnectorPhaseRotation",
    "GetConfigurationMaxKeys", "HeartbeatInterval", "LightIntensity", "LocalAuthorizeOffline",
    "LocalPreAuthorize", "MaxEnergyOnInvalidId", "MessageTimeout", "MeterValuesAlignedData",
    "MeterValuesAlignedDataMaxLength", "MeterValuesSampledData",
    "MeterValuesSampledDataMaxLength", "MeterValueSampleInterval", "MinimumStatusDuration",
    "NumberOfConnectors", "ResetRetries", "StopTransactionMaxMeterValues",
    "StopTransactionOnEVSideDisconnect", "StopTransactionOnInvalidId", "StopTxnAlignedData",
    "StopTxnAlignedDataMaxLength", "StopTxnSampledData", "StopTxnSampledDataMaxLength",
    "SupportedFeatureProfiles", "TransactionMessageAttempts",
    "TransactionMessageRetryInterval", "UnlockConnectorOnEVSideDisconnect",
    "WebSocketPingInterval",
)  # fmt: skip
_OTHERS: Final = (
    "LocalAuthListEnabled", "LocalAuthListMaxLength", "SendLocalListMaxLength",
    "ReserveConnectorZeroSupported", "ChargeProfileMaxStackLevel",
    "ChargingScheduleAllowedChargingRateUnit", "ChargingScheduleMaxPeriods",
    "ConnectorSwitch3to1PhaseSupported", "MaxChargingProfilesInstalled",
    "SupportedFileTransferProtocols", "AdditionalRootCertificateCheck",
    "CertificateSignedMaxChainSize", "CertificateStoreMaxLength", "CpoName", "SecurityProfile",
)  # fmt: skip


def asked(name: str, request: Any) -> Asked | None:  # noqa: ANN401 - each action has a request type of its own
    """Return what report of its keys a call asks a station for."""
    return Asked(None, not request.key) if name == "GetConfiguration" else None


def heard(name: str, request: Any, answer: Any) -> Heard:  # noqa: ANN401 - each action has types of its own
    """Return what the answer to a call tells of keys."""
    if name == "ChangeConfiguration":
        return Heard(written=(_written(request, answer),))
    keys = (answer.configuration_key or ())[:MOST_TOLD]
    return Heard(
        reported=tuple(_reported(entry) for entry in keys),
        read=tuple(
            VariableRead(name=key_name(key), status=CommandStatus.UNKNOWN)
            for key in (answer.unknown_key or ())[:MOST_TOLD]
        ),
        is_cut=may_be_cut({place_of(key_name(entry.key)): entry.value or "" for entry in keys}),
    )


def may_be_cut(values: dict[str, str]) -> bool:
    """Return whether a station may have more keys than the values (by place) that it told.

    Some tell as many as `GetConfigurationMaxKeys` allows and stay silent about the rest.
    """
    most = READ_ITEMS.of(values)
    return not values or (most is not None and len(values) >= most)


def untold_keys(read: ConfigurationRead) -> Sequence[str]:
    """Return the keys of the specification that a station which told `read` may have too."""
    told = {place_of(key_name(each.name)): each.value or "" for each in read.variables}
    if not may_be_cut(told):
        return ()
    return [key for key in (*_CORE, *_OTHERS) if place_of(key_name(key)) not in told]


def _written(
    request: core.ChangeConfigurationRequest, answer: core.ChangeConfigurationResponse
) -> VariableWritten:
    outcome = outcome_of(answer.status)
    return VariableWritten(
        name=key_name(request.key),
        wanted=request.value,
        status=outcome.status,
        wire_status=outcome.wire_status,
    )


def _reported(entry: core.KeyValue) -> VariableReported:
    mutability = Mutability.READ_ONLY if entry.readonly else Mutability.READ_WRITE
    return VariableReported(name=key_name(entry.key), value=entry.value, mutability=mutability)
