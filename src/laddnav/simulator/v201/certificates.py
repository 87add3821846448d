"""What a simulated OCPP 2 station answers of its certificates and network profiles."""

from collections.abc import Mapping
from typing import Final

from laddnav.ocpp.action import Version
from laddnav.ocpp.v201 import iso15118, provisioning, security
from laddnav.ocpp.v201.datatypes import CertificateHashDataType, StatusInfoType
from laddnav.simulator.answering import Answers
from laddnav.simulator.certificates import has_what_it_takes, take, vault_of
from laddnav.simulator.commands import Commands
from laddnav.simulator.routes import Route
from laddnav.simulator.vault import Hashes, RootUse

ANSWERS: Final = Answers(Version.V201)

_USES: Final[Mapping[str, RootUse]] = {
    "CSMSRootCertificate": "csms",
    "ManufacturerRootCertificate": "manufacturer",
}
_NAMES: Final[Mapping[RootUse, iso15118.GetCertificateIdUseEnumType]] = {
    "csms": "CSMSRootCertificate",
    "manufacturer": "ManufacturerRootCertificate",
}


@ANSWERS.to("CertificateSigned", security.CertificateSignedRequest)
def certificate_signed(
    commands: Commands, request: security.CertificateSignedRequest
) -> security.CertificateSignedResponse:
    """Take a certificate that fits the key it was asked for with (A02)."""
    taken = take(commands, request.certificate_chain)
    return security.CertificateSignedResponse(status="Accepted" if taken else "Rejected")


@ANSWERS.to("InstallCertificate", iso15118.InstallCertificateRequest)
def install_certificate(
    commands: Commands, request: iso15118.InstallCertificateRequest
) -> iso15118.InstallCertificateResponse:
    """Trust a root (M05); those of cars are of no use to it."""
    vault, use = vault_of(commands), _USES.get(request.certificate_type)
    status = "Rejected" if use is None else vault.install(use, request.certificate)
    return iso15118.InstallCertificateResponse(status=status)


@ANSWERS.to("GetInstalledCertificateIds", iso15118.GetInstalledCertificateIdsRequest)
def get_installed(
    commands: Commands, request: iso15118.GetInstalledCertificateIdsRequest
) -> iso15118.GetInstalledCertificateIdsResponse:
    """Tell its roots (M03)."""
    vault, wanted = vault_of(commands), request.certificate_type
    chains = tuple(
        iso15118.CertificateHashDataChainType(
            certificate_type=name,
            certificate_hash_data=CertificateHashDataType(
                hash_algorithm="SHA256",
                issuer_name_hash=each.issuer_name,
                issuer_key_hash=each.issuer_key,
                serial_number=each.serial,
            ),
        )
        for use, name in _NAMES.items()
        for each in vault.held(use)
        if wanted is None or name in wanted
    )
    if not chains:
        return iso15118.GetInstalledCertificateIdsResponse(status="NotFound")
    return iso15118.GetInstalledCertificateIdsResponse(
        status="Accepted", certificate_hash_data_chain=chains
    )


@ANSWERS.to("DeleteCertificate", iso15118.DeleteCertificateRequest)
def delete_certificate(
    commands: Commands, request: iso15118.DeleteCertificateRequest
) -> iso15118.DeleteCertificateResponse:
    """Distrust a root, but for the last one that the station needs (M04)."""
    data, routes = request.certificate_hash_data, commands.host.routes
    name = Hashes(data.issuer_name_hash, data.issuer_key_hash, data.serial_number)
    status = vault_of(commands).delete(name, needs_root=routes.is_encrypted)
    return iso15118.DeleteCertificateResponse(status=status)


@ANSWERS.to("SetNetworkProfile", provisioning.SetNetworkProfileRequest)
def set_network_profile(
    commands: Commands, request: provisioning.SetNetworkProfileRequest
) -> provisioning.SetNetworkProfileResponse:
    """Keep a network profile that could be used (B09)."""
    data = request.connection_data
    route = Route(url=data.ocpp_csms_url, profile=data.security_profile)
    flaw = put_route(commands, request.configuration_slot, route)
    if flaw is None:
        return provisioning.SetNetworkProfileResponse(status="Accepted")
    info = StatusInfoType(reason_code=flaw)
    return provisioning.SetNetworkProfileResponse(status="Rejected", status_info=info)


def put_route(commands: Commands, slot: int, route: Route) -> str | None:
    """Put a way into a slot; return why that is not possible, or None where it was."""
    vault, routes = vault_of(commands), commands.host.routes
    flaw = routes.flaw(slot, route)
    if flaw is not None:
        return flaw
    if not has_what_it_takes(vault, routes, route):
        return "InvalidNetworkConf"
    routes.put(slot, route)
    return None
