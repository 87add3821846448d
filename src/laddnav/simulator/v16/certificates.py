"""What a simulated OCPP 1.6 station answers of its security (security whitepaper)."""

from collections.abc import Mapping
from typing import Final

from laddnav.ocpp.action import Version
from laddnav.ocpp.v16 import security
from laddnav.simulator.answering import Answers
from laddnav.simulator.certificates import has_what_it_takes, take, vault_of
from laddnav.simulator.commands import Commands
from laddnav.simulator.routes import SLOTS, Route
from laddnav.simulator.vault import Hashes, RootUse

ANSWERS: Final = Answers(Version.V16)

_USES: Final[Mapping[security.CertificateUseEnumType, RootUse]] = {
    "CentralSystemRootCertificate": "csms",
    "ManufacturerRootCertificate": "manufacturer",
}


@ANSWERS.to("CertificateSigned", security.CertificateSignedRequest)
def certificate_signed(
    commands: Commands, request: security.CertificateSignedRequest
) -> security.CertificateSignedResponse:
    """Take a certificate that fits the key it was asked for with (A02)."""
    taken = take(commands, request.certificate_chain)
    return security.CertificateSignedResponse(status="Accepted" if taken else "Rejected")


@ANSWERS.to("InstallCertificate", security.InstallCertificateRequest)
def install_certificate(
    commands: Commands, request: security.InstallCertificateRequest
) -> security.InstallCertificateResponse:
    """Trust a root (M05)."""
    use = _USES[request.certificate_type]
    status = vault_of(commands).install(use, request.certificate)
    return security.InstallCertificateResponse(status=status)


@ANSWERS.to("GetInstalledCertificateIds", security.GetInstalledCertificateIdsRequest)
def get_installed(
    commands: Commands, request: security.GetInstalledCertificateIdsRequest
) -> security.GetInstalledCertificateIdsResponse:
    """Tell the roots of one kind (M03)."""
    held = vault_of(commands).held(_USES[request.certificate_type])
    if not held:
        return security.GetInstalledCertificateIdsResponse(status="NotFound")
    return security.GetInstalledCertificateIdsResponse(
        status="Accepted",
        certificate_hash_data=tuple(
            security.CertificateHashDataType(
                hash_algorithm="SHA256",
                issuer_name_hash=each.issuer_name,
                issuer_key_hash=each.issuer_key,
                serial_number=each.serial,
            )
            for each in held
        ),
    )


@ANSWERS.to("DeleteCertificate", security.DeleteCertificateRequest)
def delete_certificate(
    commands: Commands, request: security.DeleteCertificateRequest
) -> security.DeleteCertificateResponse:
    """Distrust a root, but for the last one that the station needs (M04)."""
    data, routes = request.certificate_hash_data, commands.host.routes
    name = Hashes(data.issuer_name_hash, data.issuer_key_hash, data.serial_number)
    status = vault_of(commands).delete(name, needs_root=routes.is_encrypted)
    return security.DeleteCertificateResponse(status=status)


def raise_profile(commands: Commands, text: str) -> bool:
    """Come back with a higher security profile, and with the present one where that fails (A05).

    Returns:
        Whether it will; a lower one, or one for which something is missing, it does not take.
    """
    vault, routes = commands.host.vault, commands.host.routes
    if vault is None or text not in {"0", "1", "2", "3"}:
        return False
    profile = int(text)
    if profile == routes.profile:
        return True
    slot = next(each for each in SLOTS if each != routes.active)
    route = Route(url=routes.url_for(profile), profile=profile)
    if routes.flaw(slot, route) is not None or not has_what_it_takes(vault, routes, route):
        return False
    routes.venture(slot, route)
    commands.host.change_route()
    return True
