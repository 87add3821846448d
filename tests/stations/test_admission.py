"""Who may come in: identities, both forms of a password, profiles, and limits to guessing."""

from itertools import count

import pytest

from laddnav.accounts.model import Policies
from laddnav.journal.model import RefusalReason
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import PasswordForm, SecurityProfile
from laddnav.stations.rules import admission
from tests.stations.hall import KEY, SECRET, knock, station

HEX_KEY = "0123456789abcdef0123456789ABCDEF01234567"
RAW_KEY = bytes.fromhex(HEX_KEY)


@pytest.mark.parametrize("text", ["CP1", "RDAM 123", "*SE*E1", "x" * 48, "Laddstolpe Å"])
def test_an_identity_may_hold_what_is_printable(text: str) -> None:
    assert admission.is_identity(text)


@pytest.mark.parametrize("text", ["", "x" * 49, "a:b", "a\0b", "a\nb", "\x7f", "a\ud800"])
def test_an_identity_has_no_colon_no_controls_and_48_characters(text: str) -> None:
    assert not admission.is_identity(text)


def form_of(password: str, presented: bytes, secret: bytes = SECRET) -> PasswordForm | None:
    digests = admission.password_digests(SECRET, KEY, password)
    return admission.match_password(secret, KEY, digests, presented)


@pytest.mark.ocpp("A00.FR.204")
@pytest.mark.parametrize(
    ("presented", "form"),
    [
        (HEX_KEY.encode(), PasswordForm.TEXT),
        (HEX_KEY.lower().encode(), PasswordForm.TEXT),
        (HEX_KEY.upper().encode(), PasswordForm.TEXT),
        (RAW_KEY, PasswordForm.BYTES),
        (RAW_KEY[:-1], None),
        (b"", None),
        (HEX_KEY.encode()[:-2], None),
    ],
)
def test_a_hex_key_is_good_as_its_text_and_as_its_bytes(
    presented: bytes, form: PasswordForm | None
) -> None:
    assert form_of(HEX_KEY, presented) is form


def test_bytes_that_are_no_text_and_hold_a_colon_are_good() -> None:
    assert form_of("ff3a00fe", b"\xff:\x00\xfe") is PasswordForm.BYTES


@pytest.mark.parametrize(
    ("password", "presented"),
    [("abc", b"\xab\xc0"), ("lösenord", b"l\xf6senord"), ("AB", b"4142"), ("a b c d", b"\xab\xcd")],
)
def test_what_is_not_hex_has_one_form_only(password: str, presented: bytes) -> None:
    assert form_of(password, password.encode()) is PasswordForm.TEXT
    assert form_of(password, presented) is None


def test_a_digest_holds_for_one_secret_and_one_station_only() -> None:
    digests = admission.password_digests(SECRET, KEY, "geheim")
    other = StationKey("default", "CP2")
    assert admission.match_password(b"t" * 32, KEY, digests, b"geheim") is None
    assert admission.match_password(SECRET, other, digests, b"geheim") is None
    assert "geheim" not in digests.text


def test_a_station_of_one_operator_is_no_other_operators_by_its_name() -> None:
    here = admission.password_digests(SECRET, StationKey("a", "bc"), "geheim")
    there = admission.password_digests(SECRET, StationKey("ab", "c"), "geheim")
    assert here.text != there.text


def test_a_binary_password_is_taken_over_as_hex() -> None:
    assert admission.as_text(b"plain") == "plain"
    assert bytes.fromhex(admission.as_text(b"\xff\x00")) == b"\xff\x00"


SET = admission.password_digests(SECRET, KEY, "geheim")
TLS = SecurityProfile.TLS_BASIC
NONE = SecurityProfile.NONE
GOOD = {"user": "CP1", "password": b"geheim"}


@pytest.mark.parametrize(
    ("configured", "presented", "verdict"),
    [
        ({"passwords": SET}, GOOD, PasswordForm.TEXT),
        ({"passwords": SET}, {**GOOD, "tls": True}, PasswordForm.TEXT),
        ({"passwords": SET, "security_profile": TLS}, {**GOOD, "tls": True}, PasswordForm.TEXT),
        ({"passwords": SET, "security_profile": TLS}, GOOD, RefusalReason.TLS_REQUIRED),
        ({"passwords": SET}, {}, RefusalReason.CREDENTIALS_MISSING),
        ({"passwords": SET}, {**GOOD, "password": b"x"}, RefusalReason.WRONG_PASSWORD),
        ({"passwords": SET}, {**GOOD, "user": "CP2"}, RefusalReason.WRONG_USER),
        ({"passwords": SET}, {**GOOD, "user": ""}, RefusalReason.WRONG_USER),
        ({"passwords": None}, GOOD, RefusalReason.PASSWORD_NOT_SET),
        ({"security_profile": NONE}, {}, None),
        ({"security_profile": NONE}, GOOD, None),
    ],
)
@pytest.mark.ocpp("A00.FR.002")
def test_a_station_comes_in_as_its_operator_configured_it(
    configured: dict[str, object],
    presented: dict[str, object],
    verdict: RefusalReason | PasswordForm | None,
) -> None:
    judged = admission.judge(station(**configured), Policies(), knock(**presented), SECRET)
    assert judged is verdict


def test_an_operator_may_forbid_profile_0_for_all_stations() -> None:
    open_station = station(security_profile=NONE)
    judged = admission.judge(open_station, Policies(allow_profile_0=False), knock(), SECRET)
    assert judged is RefusalReason.PROFILE_0_FORBIDDEN


def test_attempts_are_limited_in_a_window_and_forgotten_after_it() -> None:
    attempts = admission.Attempts(allowed=3, window_seconds=60)
    assert [attempts.fail("k", now) for now in (0, 1, 2, 3)] == [False, False, False, True]
    assert attempts.fail("other", 3) is False
    assert attempts.fail("k", 60) is False


def test_what_succeeds_is_forgiven() -> None:
    attempts = admission.Attempts(allowed=1)
    assert attempts.fail("k", 0) is False
    attempts.succeed("k")
    assert attempts.fail("k", 1) is False
    assert attempts.fail("k", 2) is True


def test_the_memory_of_attempts_is_bounded() -> None:
    attempts = admission.Attempts(remembered=100)
    for number, now in zip(range(1_000), count()):
        attempts.fail(number, now)
    assert len(attempts) == 100
