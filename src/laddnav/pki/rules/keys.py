"""Which keys and hashes are strong enough (A00.FR.501-505)."""

from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_LEAST_RSA: Final = 2048
_MOST_RSA: Final = 8192
_LEAST_EC: Final = 224
_STRONG: Final = (
    hashes.SHA256,
    hashes.SHA384,
    hashes.SHA512,
    hashes.SHA3_256,
    hashes.SHA3_384,
    hashes.SHA3_512,
)


def weakness(key: object) -> str | None:
    """Return what is weak in a public key, in words; None: it is strong, or of another kind."""
    match key:
        case rsa.RSAPublicKey():
            if key.key_size < _LEAST_RSA:
                return f"its RSA key has {key.key_size} bits: {_LEAST_RSA} are the least"
            if key.key_size > _MOST_RSA:
                return f"its RSA key has {key.key_size} bits: {_MOST_RSA} are the most"
        case ec.EllipticCurvePublicKey():
            if key.key_size < _LEAST_EC:
                return f"its EC key has {key.key_size} bits: {_LEAST_EC} are the least"
        case _:
            return None
    return None


def is_known(key: object) -> bool:
    """Return whether a public key is of a kind that stations may use."""
    return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)


def is_strong_hash(algorithm: hashes.HashAlgorithm | None) -> bool:
    """Return whether what was signed was hashed well enough."""
    return isinstance(algorithm, _STRONG)
