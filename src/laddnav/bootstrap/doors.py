"""Where stations reach this server, as its settings tell."""

from collections.abc import Mapping
from pathlib import Path

from cryptography import x509

from laddnav.bootstrap.addresses import split_address
from laddnav.settings import Settings
from laddnav.stations.model.checkup import Doors

_ANY = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - it is looked for, nothing is bound to it


def doors(settings: Settings, ports: Mapping[str, int] | None = None) -> Doors:
    """Return the addresses for chargers, and the authorities behind the certificates.

    Args:
        settings: Of the server.
        ports: Those that are bound, by "ocpp" and "ocpp-tls"; else as the settings say.
    """
    bound = ports or {}
    plain = settings.public_ocpp or _guess("ws", "ocpp", settings.ocpp, bound)
    tls = settings.public_ocpp_tls or _guess("wss", "ocpp-tls", settings.ocpp_tls, bound)
    return Doors(
        plain=plain.rstrip("/"),
        tls=tls.rstrip("/"),
        roots=tuple(dict.fromkeys(_root(Path(name)) for name in settings.tls_certificates)),
    )


def _guess(scheme: str, name: str, address: str, bound: Mapping[str, int]) -> str:
    if not address:
        return ""
    host, port = split_address(name, address)
    shown = "HOST" if host in _ANY else f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{bound.get(name, port)}"


def _root(path: Path) -> str:
    """Return who issued the last certificate of a chain: what the station must know."""
    try:
        chain = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return f"the root of the chain in {path.name}"
    return chain[-1].issuer.rfc4514_string()
