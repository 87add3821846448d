"""Which actions each version has, in which functional block, and who may send them."""

from types import MappingProxyType
from typing import NamedTuple

TO_CSMS = "STATION_TO_CSMS"
TO_STATION = "CSMS_TO_STATION"
BOTH = "BOTH"


class Listed(NamedTuple):
    """One action as the catalogue lists it; `direction` is a member's name of Direction."""

    name: str
    block: str
    direction: str
    is_answered: bool


def _listed(block: str, direction: str, names: str) -> list[Listed]:
    return [Listed(name, block, direction, name not in _UNANSWERED) for name in names.split()]


_UNANSWERED = frozenset({"NotifyPeriodicEventStream"})

_V16 = [
    *_listed("core", TO_CSMS, "Authorize BootNotification Heartbeat MeterValues StartTransaction"),
    *_listed("core", TO_CSMS, "StatusNotification StopTransaction"),
    *_listed("core", TO_STATION, "ChangeAvailability ChangeConfiguration ClearCache"),
    *_listed("core", TO_STATION, "GetConfiguration RemoteStartTransaction RemoteStopTransaction"),
    *_listed("core", TO_STATION, "Reset UnlockConnector"),
    *_listed("core", BOTH, "DataTransfer"),
    *_listed("firmware", TO_CSMS, "DiagnosticsStatusNotification FirmwareStatusNotification"),
    *_listed("firmware", TO_STATION, "GetDiagnostics UpdateFirmware"),
    *_listed("local_list", TO_STATION, "GetLocalListVersion SendLocalList"),
    *_listed("reservation", TO_STATION, "CancelReservation ReserveNow"),
    *_listed("smart_charging", TO_STATION, "ClearChargingProfile GetCompositeSchedule"),
    *_listed("smart_charging", TO_STATION, "SetChargingProfile"),
    *_listed("remote_trigger", TO_STATION, "TriggerMessage"),
    *_listed("security", TO_CSMS, "LogStatusNotification SecurityEventNotification"),
    *_listed("security", TO_CSMS, "SignCertificate SignedFirmwareStatusNotification"),
    *_listed("security", TO_STATION, "CertificateSigned DeleteCertificate ExtendedTriggerMessage"),
    *_listed("security", TO_STATION, "GetInstalledCertificateIds GetLog InstallCertificate"),
    *_listed("security", TO_STATION, "SignedUpdateFirmware"),
]

_V201 = [
    *_listed("security", TO_CSMS, "SecurityEventNotification SignCertificate"),
    *_listed("security", TO_STATION, "CertificateSigned"),
    *_listed("provisioning", TO_CSMS, "BootNotification NotifyReport"),
    *_listed("provisioning", TO_STATION, "GetBaseReport GetReport GetVariables Reset"),
    *_listed("provisioning", TO_STATION, "SetNetworkProfile SetVariables"),
    *_listed("authorization", TO_CSMS, "Authorize"),
    *_listed("authorization", TO_STATION, "ClearCache"),
    *_listed("local_list", TO_STATION, "GetLocalListVersion SendLocalList"),
    *_listed("transactions", TO_CSMS, "TransactionEvent"),
    *_listed("transactions", TO_STATION, "GetTransactionStatus"),
    *_listed("remote_control", TO_STATION, "RequestStartTransaction RequestStopTransaction"),
    *_listed("remote_control", TO_STATION, "TriggerMessage UnlockConnector"),
    *_listed("availability", TO_CSMS, "Heartbeat StatusNotification"),
    *_listed("availability", TO_STATION, "ChangeAvailability"),
    *_listed("reservation", TO_CSMS, "ReservationStatusUpdate"),
    *_listed("reservation", TO_STATION, "CancelReservation ReserveNow"),
    *_listed("tariff_cost", TO_STATION, "CostUpdated"),
    *_listed("metering", TO_CSMS, "MeterValues"),
    *_listed("smart_charging", TO_CSMS, "ClearedChargingLimit NotifyChargingLimit"),
    *_listed("smart_charging", TO_CSMS, "NotifyEVChargingNeeds NotifyEVChargingSchedule"),
    *_listed("smart_charging", TO_CSMS, "ReportChargingProfiles"),
    *_listed("smart_charging", TO_STATION, "ClearChargingProfile GetChargingProfiles"),
    *_listed("smart_charging", TO_STATION, "GetCompositeSchedule SetChargingProfile"),
    *_listed("firmware", TO_CSMS, "FirmwareStatusNotification PublishFirmwareStatusNotification"),
    *_listed("firmware", TO_STATION, "PublishFirmware UnpublishFirmware UpdateFirmware"),
    *_listed("iso15118", TO_CSMS, "Get15118EVCertificate GetCertificateStatus"),
    *_listed("iso15118", TO_STATION, "DeleteCertificate GetInstalledCertificateIds"),
    *_listed("iso15118", TO_STATION, "InstallCertificate"),
    *_listed("diagnostics", TO_CSMS, "LogStatusNotification NotifyCustomerInformation NotifyEvent"),
    *_listed("diagnostics", TO_CSMS, "NotifyMonitoringReport"),
    *_listed("diagnostics", TO_STATION, "ClearVariableMonitoring CustomerInformation GetLog"),
    *_listed("diagnostics", TO_STATION, "GetMonitoringReport SetMonitoringBase"),
    *_listed("diagnostics", TO_STATION, "SetMonitoringLevel SetVariableMonitoring"),
    *_listed("display", TO_CSMS, "NotifyDisplayMessages"),
    *_listed("display", TO_STATION, "ClearDisplayMessage GetDisplayMessages SetDisplayMessage"),
    *_listed("data_transfer", BOTH, "DataTransfer"),
]

_V21 = [
    *_V201,
    *_listed("authorization", TO_CSMS, "NotifySettlement VatNumberValidation"),
    *_listed("authorization", TO_STATION, "NotifyWebPaymentStarted"),
    *_listed("tariff_cost", TO_STATION, "ChangeTransactionTariff ClearTariffs GetTariffs"),
    *_listed("tariff_cost", TO_STATION, "SetDefaultTariff"),
    *_listed("smart_charging", TO_CSMS, "NotifyPriorityCharging PullDynamicScheduleUpdate"),
    *_listed("smart_charging", TO_STATION, "UpdateDynamicSchedule UsePriorityCharging"),
    *_listed("iso15118", TO_CSMS, "GetCertificateChainStatus"),
    *_listed("diagnostics", TO_CSMS, "ClosePeriodicEventStream NotifyPeriodicEventStream"),
    *_listed("diagnostics", TO_CSMS, "OpenPeriodicEventStream"),
    *_listed("diagnostics", TO_STATION, "AdjustPeriodicEventStream GetPeriodicEventStream"),
    *_listed("v2x", TO_STATION, "AFRRSignal NotifyAllowedEnergyTransfer"),
    *_listed("der", TO_CSMS, "NotifyDERAlarm NotifyDERStartStop ReportDERControl"),
    *_listed("der", TO_STATION, "ClearDERControl GetDERControl SetDERControl"),
    *_listed("battery_swap", TO_CSMS, "BatterySwap"),
    *_listed("battery_swap", TO_STATION, "RequestBatterySwap"),
]

# By the name of the package that holds a version, here and in the source of the schemas.
VERSIONS = MappingProxyType({"v16": tuple(_V16), "v201": tuple(_V201), "v21": tuple(_V21)})
