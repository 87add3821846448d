"""The configuration keys of a simulated OCPP 1.6 station."""

from collections.abc import Mapping

from laddnav.simulator.commands import Commands
from laddnav.simulator.knobs import Knob


def _fixed(text: str) -> Knob:
    return Knob(kind="text", text=text, writable=False)


PROFILE = "SecurityProfile"
ORGANIZATION = "CpoName"
KEYS: Mapping[str, Knob] = {
    # Core
    "AllowOfflineTxForUnknownId": Knob(kind="boolean", attribute="serves_unknown_offline"),
    "AuthorizationCacheEnabled": Knob(kind="boolean", text="true"),
    "AuthorizeRemoteTxRequests": Knob(kind="boolean", attribute="authorizes_remote"),
    "ClockAlignedDataInterval": Knob(attribute="aligned_s"),
    "ConnectionTimeOut": Knob(attribute="connect_s"),
    "ConnectorPhaseRotation": Knob(kind="text", text="NotApplicable"),
    "GetConfigurationMaxKeys": _fixed("50"),
    "HeartbeatInterval": Knob(attribute="heartbeat_s"),
    "LightIntensity": Knob(text="100"),
    "LocalAuthorizeOffline": Knob(kind="boolean", attribute="serves_offline"),
    "LocalPreAuthorize": Knob(kind="boolean", attribute="prefers_list"),
    "MessageTimeout": Knob(attribute="answer_s"),
    "MeterValueSampleInterval": Knob(attribute="sample_s"),
    "MeterValuesAlignedData": Knob(kind="measurands", attribute="aligned"),
    "MeterValuesSampledData": Knob(kind="measurands", attribute="sampled"),
    "MinimumStatusDuration": Knob(text="0"),
    "ResetRetries": Knob(text="1"),
    "StopTransactionOnEVSideDisconnect": Knob(kind="boolean", text="true", writable=False),
    "StopTransactionOnInvalidId": Knob(kind="boolean", attribute="stops_on_refusal"),
    "StopTxnAlignedData": Knob(kind="measurands"),
    "StopTxnSampledData": Knob(kind="measurands", attribute="ended"),
    "SupportedFeatureProfiles": _fixed(
        "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger"
    ),
    "TransactionMessageAttempts": Knob(attribute="attempts"),
    "TransactionMessageRetryInterval": Knob(attribute="retry_s"),
    "UnlockConnectorOnEVSideDisconnect": Knob(kind="boolean", text="true"),
    "WebSocketPingInterval": Knob(attribute="ping_s"),
    # Local list
    "LocalAuthListEnabled": Knob(kind="boolean", text="true"),
    "LocalAuthListMaxLength": _fixed("1000"),
    "SendLocalListMaxLength": _fixed("500"),
    # Reservation
    "ReserveConnectorZeroSupported": _fixed("true"),
    # Smart charging
    "ChargeProfileMaxStackLevel": _fixed("10"),
    "ChargingScheduleAllowedChargingRateUnit": _fixed("Current,Power"),
    "ChargingScheduleMaxPeriods": _fixed("24"),
    "MaxChargingProfilesInstalled": _fixed("20"),
    # Firmware and security
    "SupportedFileTransferProtocols": _fixed("HTTP,HTTPS"),
    PROFILE: _fixed(""),
    ORGANIZATION: Knob(kind="text", text="Laddnav"),
}
NUMBER_OF_CONNECTORS = "NumberOfConnectors"
PASSWORD = "AuthorizationKey"  # noqa: S105 - it is the name of a configuration key, no password
_SHORTEST = 16  # bytes
_LONGEST = 20

_SPELLING = {name.casefold(): name for name in (*KEYS, NUMBER_OF_CONNECTORS)}


def find(name: str) -> str | None:
    """Return how a key is spelt: they are compared without regard to case."""
    return _SPELLING.get(name.casefold())


def read(commands: Commands, name: str) -> tuple[str, bool]:
    """Return the value of a known key and whether it may only be read."""
    if name == NUMBER_OF_CONNECTORS:
        return str(len(commands.plant.connectors)), True
    if name == PROFILE:
        return str(commands.host.routes.profile), commands.host.vault is None
    knob = KEYS[name]
    text = commands.values.get(name)
    return knob.read(commands.plant.settings) if text is None else text, not knob.writable


def write(commands: Commands, name: str, text: str) -> bool:
    """Change a known key; return False, having done nothing, where that is not possible."""
    knob = KEYS.get(name)
    if knob is None or not knob.writable or not knob.write(commands.plant.settings, text):
        return False
    if knob.attribute is None:
        commands.values[name] = text
    return True


def password_from_hex(text: str) -> bytes | None:
    """Return the 16 to 20 bytes that an AuthorizationKey stands for, or None where it does not."""
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        return None
    return octets if _SHORTEST <= len(octets) <= _LONGEST else None
