"""Who may come in: identities, passwords, security profiles, and limits to guessing."""

from collections import OrderedDict
from collections.abc import Hashable
from hashlib import blake2b
from hmac import compare_digest

from laddnav.accounts.model import Policies
from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Knock, PasswordForm, Passwords, SecurityProfile, Station

LONGEST_IDENTITY = 48
LONGEST_PASSWORD = 128
STRANGERS_ALLOWED = 60
"""Knocks of unknown stations in a minute from one address, behind which a site may stand."""

_ATTEMPTS = 10
_WINDOW_SECONDS = 60.0
_REMEMBERED = 10_000


def is_identity(text: str) -> bool:
    """Return whether `text` can be a station's identity (J 3.1.1): Basic splits at a colon."""
    return 0 < len(text) <= LONGEST_IDENTITY and ":" not in text and text.isprintable()


def is_password(text: str) -> bool:
    """Return whether `text` can be a station's password."""
    return 0 < len(text) <= LONGEST_PASSWORD and text.isprintable()


def as_text(presented: bytes) -> str:
    """Return the text that a presented password would be set as: itself, or the hex of it."""
    try:
        text = presented.decode()
    except UnicodeDecodeError:
        return presented.hex()
    return text if is_password(text) else presented.hex()


def password_digests(secret: bytes, key: StationKey, password: str) -> Passwords:
    """Return what is stored of a password: a keyed digest of each form that may be presented.

    A fast hash, for 10,000 stations come back at once; it is worth nothing without `secret`.
    """
    raw = _from_hex(password.encode())
    return Passwords(
        text=_digest(secret, key, password.encode()),
        decoded=None if raw is None else _digest(secret, key, raw),
    )


def match_password(
    secret: bytes, key: StationKey, passwords: Passwords, presented: bytes
) -> PasswordForm | None:
    """Return which form of the password was presented, None where none was.

    Hex may be presented in capitals or not: its bytes are the same.
    """
    digest = _digest(secret, key, presented)
    if compare_digest(digest, passwords.text):
        return PasswordForm.TEXT
    if passwords.decoded is None:
        return None
    if compare_digest(digest, passwords.decoded):
        return PasswordForm.BYTES
    raw = _from_hex(presented)
    if raw is not None and compare_digest(_digest(secret, key, raw), passwords.decoded):
        return PasswordForm.TEXT
    return None


def judge(
    station: Station, policies: Policies, knock: Knock, secret: bytes
) -> RefusalReason | PasswordForm | None:
    """Return why a known station may not come in, or else the form of its password, if any.

    A link safer than configured is welcome: an operator raises the profile after the station.
    """
    if station.security_profile is SecurityProfile.NONE:
        return None if policies.allow_profile_0 else RefusalReason.PROFILE_0_FORBIDDEN
    if station.security_profile is SecurityProfile.TLS_BASIC and not knock.tls:
        return RefusalReason.TLS_REQUIRED
    if station.passwords is None:
        return RefusalReason.PASSWORD_NOT_SET
    return _judge_credentials(station, station.passwords, knock, secret)


def _judge_credentials(
    station: Station, passwords: Passwords, knock: Knock, secret: bytes
) -> RefusalReason | PasswordForm:
    if knock.user is None or knock.password is None:
        return RefusalReason.CREDENTIALS_MISSING
    form = match_password(secret, station.key, passwords, knock.password)
    if knock.user != station.key.identity:
        return RefusalReason.WRONG_USER
    return form or RefusalReason.WRONG_PASSWORD


class Attempts:
    """Counts failed attempts by key in windows of a minute; what is oldest is forgotten first.

    It slows guessing, and never stands in the way of what is right: callers check first.
    """

    def __init__(
        self,
        *,
        allowed: int = _ATTEMPTS,
        window_seconds: float = _WINDOW_SECONDS,
        remembered: int = _REMEMBERED,
    ) -> None:
        self._allowed = allowed
        self._window = window_seconds
        self._remembered = remembered
        self._counts: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def fail(self, key: Hashable, now: float) -> bool:
        """Count a failure at `now` (monotonic seconds); return whether there were too many."""
        count, since = self._counts.pop(key, (0, now))
        if now - since >= self._window:
            count, since = 0, now
        self._counts[key] = (count + 1, since)
        if len(self._counts) > self._remembered:
            self._counts.popitem(last=False)
        return count >= self._allowed

    def succeed(self, key: Hashable) -> None:
        """Forget the failures of a key."""
        self._counts.pop(key, None)

    def __len__(self) -> int:
        return len(self._counts)


def _digest(secret: bytes, key: StationKey, password: bytes) -> str:
    """Return a digest that differs for equal passwords of two stations; NUL is in no identity."""
    message = f"{key.operator}\0{key.identity}\0".encode() + password
    return blake2b(message, key=secret, digest_size=32).hexdigest()


def _from_hex(text: bytes) -> bytes | None:
    """Return the bytes that hex digits of even number spell, None where `text` is none."""
    try:
        return bytes.fromhex(text.decode("ascii")) if text and text.isalnum() else None
    except ValueError:
        return None
