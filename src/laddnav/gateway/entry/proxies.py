"""Proxies that are believed: who is behind them, by X-Forwarded-For or by the PROXY protocol."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address

SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
"""How a header of version 2 begins."""

LONGEST_V1: Final = 107
_V2_HEAD: Final = 16
_LOCAL, _PROXY = 0, 1
_IPV4, _IPV6 = 1, 2
_SSL_TLV: Final = 0x20
_CLIENT_SSL: Final = 0x01
_TLV_HEAD: Final = 3


class TrustedProxies:
    """The networks whose word about a station's address is taken."""

    def __init__(self, networks: Sequence[str]) -> None:
        """Take `networks` ("10.0.0.0/8", "::1"); `ValueError` names the one that is none."""
        self._networks: tuple[Network, ...] = tuple(
            ip_network(network, strict=False) for network in networks
        )

    def trusts(self, address: str) -> bool:
        """Whether a proxy lives at `address`."""
        if not self._networks:
            return False
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)

    def origin(self, peer: str, forwarded_for: Sequence[str]) -> str:
        """Return the station's address: the last in the chain that is no proxy of ours.

        Args:
            peer: Who connected.
            forwarded_for: The lines of X-Forwarded-For; not believed where `peer` is no proxy.
        """
        address = peer
        hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
        while hops and self.trusts(address):
            hop = _parsed(hops.pop())
            if hop is None:
                break
            address = str(hop)
        return address


def _parsed(text: str) -> Address | None:
    """Return the address in `text`, which may carry brackets, a port or a zone."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class ProxyHeader(NamedTuple):
    """What a proxy says about the connection that follows.

    Attributes:
        length: Of the header, in bytes.
        address: Of the station; None: the proxy itself connects (health checks).
        tls: Whether the station came to the proxy with TLS.
    """

    length: int
    address: str | None
    tls: bool = False


class BadProxyHeaderError(Exception):
    """What came is no header of the PROXY protocol."""


def read_proxy_header(data: bytes) -> ProxyHeader | None:
    """Read the header that `data` begins with; None: it is not complete yet.

    Raises:
        BadProxyHeaderError: It is none.
    """
    if data[: len(SIGNATURE)] == SIGNATURE[: len(data)]:
        return _read_v2(data) if len(data) >= _V2_HEAD else None
    if data[:6] == b"PROXY "[: len(data)]:
        return _read_v1(data)
    raise BadProxyHeaderError


def _read_v1(data: bytes) -> ProxyHeader | None:
    line, end, _ = data[:LONGEST_V1].partition(b"\r\n")
    if not end:
        if len(data) >= LONGEST_V1:
            raise BadProxyHeaderError
        return None
    length = len(line) + len(end)
    match line.decode("ascii", "replace").split(" "):
        case ["PROXY", "UNKNOWN", *_]:
            return ProxyHeader(length, None)
        case ["PROXY", "TCP4" | "TCP6", source, _, _, _] if _parsed(source) is not None:
            return ProxyHeader(length, str(_parsed(source)))
        case _:
            raise BadProxyHeaderError


def _read_v2(data: bytes) -> ProxyHeader | None:
    version, command = divmod(data[12], 16)
    family = data[13] >> 4
    length = _V2_HEAD + int.from_bytes(data[14:16], "big")
    if version != 2 or command not in {_LOCAL, _PROXY}:  # noqa: PLR2004 - the protocol's version 2 in its own header
        raise BadProxyHeaderError
    if len(data) < length:
        return None
    size = {_IPV4: 4, _IPV6: 16}.get(family, 0)
    ports_end = _V2_HEAD + 2 * size + 4
    if command == _LOCAL or not size or length < ports_end:
        return ProxyHeader(length, None)
    source = ip_address(data[_V2_HEAD : _V2_HEAD + size])
    mapped = getattr(source, "ipv4_mapped", None)
    return ProxyHeader(length, str(mapped or source), _says_tls(data[ports_end:length]))


def _says_tls(extensions: bytes) -> bool:
    """Whether the extensions of a version 2 header say that the station came with TLS."""
    while len(extensions) >= _TLV_HEAD:
        end = _TLV_HEAD + int.from_bytes(extensions[1:3], "big")
        if extensions[0] == _SSL_TLV and len(extensions) >= end > _TLV_HEAD:
            return bool(extensions[_TLV_HEAD] & _CLIENT_SSL)
        extensions = extensions[end:]
    return False
