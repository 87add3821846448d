"""What a request to connect says: its path and its credentials. Text in, values out."""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

PREFIX: Final = "ocpp"

_SCHEME_END: Final = b"://"
_PATH_END: Final = (b"?", b"#")
_WITH_OPERATOR: Final = 2


class Target(NamedTuple):
    """Whom a path names: `/ocpp/{operator}/{identity}` or `/ocpp/{identity}`.

    Attributes:
        operator: None: the bare path, which is the default operator's. Where it equals the identity
            and there is no such operator, the path is the bare one doubled: see `Knock`.
        identity: Percent-decoded; whether it can be one is for others to say.
    """

    operator: str | None
    identity: str


class Credentials(NamedTuple):
    """What an Authorization header holds; `user` None: nothing that can be read."""

    user: str | None
    password: bytes | None


NO_CREDENTIALS: Final = Credentials(None, None)


def read_target(raw: bytes) -> Target | None:
    """Return whom the target of a request line names, None where it is no path of ours.

    Tolerated: the whole URL in place of the path (MicroOcpp#278), doubled and trailing slashes,
    a query, raw blanks and bytes beyond ASCII, and an identity that the station appended to a URL
    which held it already (libocpp#801): of `/ocpp/X/X` only who knows the operators can tell.
    """
    segments = [_decoded(segment) for segment in _path(raw).split(b"/") if segment]
    if not segments or segments[0].casefold() != PREFIX:
        return None
    names = segments[1:]
    if len(names) > _WITH_OPERATOR and names[-1] == names[-2]:
        names.pop()
    if not 1 <= len(names) <= _WITH_OPERATOR:
        return None
    return Target(names[0] if len(names) == _WITH_OPERATOR else None, names[-1])


def oddities(raw: bytes) -> tuple[str, ...]:
    """Return in what the target of a request line is not as it should be, though understood."""
    path = _path(raw)
    names = [segment for segment in path.split(b"/") if segment][1:]
    found = {
        "whole_url": _SCHEME_END in raw.partition(b"?")[0],
        "double_slash": b"//" in path or path.endswith(b"/"),
        "identity_twice": len(names) > 1 and names[-1] == names[-2],
        "not_encoded": b" " in path or not path.isascii(),
    }
    return tuple(name for name, is_so in found.items() if is_so)


def _path(raw: bytes) -> bytes:
    """Return the path in `raw`, without host and query."""
    head, mark, rest = raw.partition(_SCHEME_END)
    if mark and head.isalpha():
        raw = rest[rest.find(b"/") :] if b"/" in rest else b"/"
    for end in _PATH_END:
        raw = raw.partition(end)[0]
    return raw


def _decoded(segment: bytes) -> str:
    """Return a segment of the path as the text that it encodes."""
    return _text(unquote_to_bytes(segment))


def read_credentials(header: str | None) -> Credentials:
    """Return what a Basic Authorization header holds, split at the first colon.

    The password stays bytes: some stations send binary keys (Java-OCA-OCPP#163).
    """
    scheme, _, encoded = (header or "").strip().partition(" ")
    if scheme.casefold() != "basic":
        return NO_CREDENTIALS
    try:
        octets = b64decode(_padded(encoded.strip()), validate=True)
    except (Base64Error, ValueError):
        return NO_CREDENTIALS
    user, colon, password = octets.partition(b":")
    return Credentials(_text(user), password if colon else None)


def _padded(encoded: str) -> str:
    """Return Base64 with the padding that some stations leave away."""
    return encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)


def _text(octets: bytes) -> str:
    """Return what was meant: UTF-8, or Latin-1 where it is none."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def offered_subprotocols(headers: list[str]) -> tuple[str, ...]:
    """Return what `Sec-WebSocket-Protocol` offers, in the station's order, over all its lines."""
    names = (name.strip() for line in headers for name in line.split(","))
    return tuple(name for name in names if name)
