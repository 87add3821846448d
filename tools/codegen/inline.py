"""Names for the types that OCPP 1.6's schemas write in place, as its specification names them."""

from types import MappingProxyType

# By the last property's name, or by "Message.property" where that alone is ambiguous.
NAMES_16 = MappingProxyType(
    {
        "idTagInfo": "IdTagInfo",
        "idTagInfo.status": "AuthorizationStatus",
        "BootNotificationResponse.status": "RegistrationStatus",
        "CancelReservationResponse.status": "CancelReservationStatus",
        "ChangeAvailabilityRequest.type": "AvailabilityType",
        "ChangeAvailabilityResponse.status": "AvailabilityStatus",
        "ChangeConfigurationResponse.status": "ConfigurationStatus",
        "ClearCacheResponse.status": "ClearCacheStatus",
        "ClearChargingProfileResponse.status": "ClearChargingProfileStatus",
        "DataTransferResponse.status": "DataTransferStatus",
        "DiagnosticsStatusNotificationRequest.status": "DiagnosticsStatus",
        "FirmwareStatusNotificationRequest.status": "FirmwareStatus",
        "GetCompositeScheduleResponse.status": "GetCompositeScheduleStatus",
        "RemoteStartTransactionResponse.status": "RemoteStartStopStatus",
        "RemoteStopTransactionResponse.status": "RemoteStartStopStatus",
        "ReserveNowResponse.status": "ReservationStatus",
        "ResetRequest.type": "ResetType",
        "ResetResponse.status": "ResetStatus",
        "SendLocalListResponse.status": "UpdateStatus",
        "SetChargingProfileResponse.status": "ChargingProfileStatus",
        "StatusNotificationRequest.errorCode": "ChargePointErrorCode",
        "StatusNotificationRequest.status": "ChargePointStatus",
        "StopTransactionRequest.reason": "Reason",
        "TriggerMessageRequest.requestedMessage": "MessageTrigger",
        "TriggerMessageResponse.status": "TriggerMessageStatus",
        "UnlockConnectorResponse.status": "UnlockStatus",
        "chargingProfile": "ChargingProfile",
        "csChargingProfiles": "ChargingProfile",
        "chargingProfilePurpose": "ChargingProfilePurposeType",
        "chargingProfileKind": "ChargingProfileKindType",
        "recurrencyKind": "RecurrencyKindType",
        "chargingRateUnit": "ChargingRateUnitType",
        "chargingSchedule": "ChargingSchedule",
        "chargingSchedulePeriod": "ChargingSchedulePeriod",
        "configurationKey": "KeyValue",
        "localAuthorizationList": "AuthorizationData",
        "updateType": "UpdateType",
        "meterValue": "MeterValue",
        "transactionData": "MeterValue",
        "sampledValue": "SampledValue",
        "context": "ReadingContext",
        "format": "ValueFormat",
        "measurand": "Measurand",
        "phase": "Phase",
        "location": "Location",
        "unit": "UnitOfMeasure",
    }
)

# Words that every schema of an enumeration accepts, whatever it lists itself: "Hertz" is in the
# schema of MeterValues but not in that of StopTransaction; stations spell Celsius either way.
ALSO_ACCEPTED = MappingProxyType({"UnitOfMeasure": ("Celcius", "Celsius", "Hertz")})

# Lists that one schema lets be empty and another does not, of the same type.
MAY_BE_EMPTY = frozenset({"MeterValue.sampledValue"})
