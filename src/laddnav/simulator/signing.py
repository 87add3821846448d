"""A meter that signs: OCMF containers with a real signature over secp256r1.

A key made of the station's identity protects nothing; it is there so that whoever checks
signatures has honest ones to check. Pure Python: some ten milliseconds each.
"""

import base64
import hmac
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final, Literal

import msgspec

from laddnav.simulator.meter import Signed
from laddnav.simulator.story import Token

# secp256r1 (SEC 2, section 2.4.2): y^2 = x^3 - 3x + b over the field of _P, order _N
_P: Final = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
# SubjectPublicKeyInfo of an uncompressed point on secp256r1, up to its 64 bytes
_KEY_HEADER: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
_METHOD: Final = "ECDSA-secp256r1-SHA256"

_Point = tuple[int, int]


class MeterSigner:
    """Signs the registers of one station's meters.

    Args:
        identity: What the key is made of.
    """

    __slots__ = ("_identity", "_key", "public_key")

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._key = int.from_bytes(sha256(identity.encode()).digest(), "big") % (_N - 1) + 1
        x, y = _times(self._key, _G)
        octets = _KEY_HEADER + x.to_bytes(32, "big") + y.to_bytes(32, "big")
        spelt = f"oca:base16:asn1:{octets.hex()}"
        self.public_key = base64.b64encode(spelt.encode()).decode("ascii")

    def sign(
        self,
        register_wh: Decimal,
        at: datetime,
        *,
        mark: Literal["B", "E"],
        token: Token | None,
        paging: int,
    ) -> Signed:
        """Return the signed register at the begin (`B`) or the end (`E`) of a transaction."""
        reading = {
            "TM": at.strftime("%Y-%m-%dT%H:%M:%S,") + f"{at.microsecond // 1_000:03}+0000 S",
            "TX": mark,
            "RV": register_wh / 1_000,
            "RI": "1-0:1.8.0",
            "RU": "kWh",
            "ST": "G",
        }
        payload = {
            "FV": "1.0",
            "GI": "Laddnav Simulator",
            "GS": self._identity,
            "PG": f"T{paging}",
            "MS": f"{self._identity}-M",
            "IS": token is not None,
            "IT": token.kind if token is not None else "NONE",
            "ID": token.uid if token is not None else "",
            "RD": [reading],
        }
        text = msgspec.json.Encoder(decimal_format="number").encode(payload)
        container = b"OCMF|" + text + b'|{"SD":"' + self._signature(text).hex().encode() + b'"}'
        return Signed(
            data=base64.b64encode(container).decode("ascii"),
            method=_METHOD,
            encoding="OCMF",
            public_key=self.public_key,
        )

    def _signature(self, text: bytes) -> bytes:
        """Return the ECDSA signature of `text` in DER."""
        digest = sha256(text).digest()
        nonce_octets = hmac.digest(self._key.to_bytes(32, "big"), digest, "sha256")
        nonce = int.from_bytes(nonce_octets, "big") % (_N - 1) + 1
        r = _times(nonce, _G)[0] % _N
        s = pow(nonce, -1, _N) * (int.from_bytes(digest, "big") + r * self._key) % _N
        body = _der_integer(r) + _der_integer(s)
        return b"\x30" + bytes((len(body),)) + body


def _times(factor: int, point: _Point) -> _Point:
    """Return `factor` (1 to the order less one) times a point."""
    found: _Point | None = None
    addend = point
    while factor:
        if factor & 1:
            found = addend if found is None else _plus(found, addend)
        addend = _plus(addend, addend)
        factor >>= 1
    return found or point


def _plus(one: _Point, other: _Point) -> _Point:
    """Return the sum of two points that are not each other's negative."""
    (x1, y1), (x2, y2) = one, other
    if one == other:
        slope = 3 * (x1 * x1 - 1) * pow(2 * y1, -1, _P) % _P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, _P) % _P
    x = (slope * slope - x1 - x2) % _P
    return x, (slope * (x1 - x) - y1) % _P


def _der_integer(number: int) -> bytes:
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes((len(octets),)) + octets
