"""Who may come in: identities, both forms of a password, profiles, and limits to guessing."""

from itertools import count

import pytest

from laddnav.accounts.model import Policies
from laddnav.accounts.rules import Keyring
from laddnav.journal.model import RefusalReason
from laddnav.journal.rules.verdicts import VERDICTS
from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Awaited, Entry, PasswordForm, SecurityProfile
from laddnav.stations.rules import admission, passwords
from tests.stations.hall import KEY, SECRET, knock, station

KEYS = Keyring(SECRET)
HEX_KEY = "0123456789abcdef0123456789ABCDEF01234567"
RAW_KEY = bytes.fromhex(HEX_KEY)


@pytest.mark.parametrize("text", ["CP1", "RDAM 123", "*SE*E1", "x" * 48, "Laddstolpe Å"])
def test_an_identity_may_hold_what_is_printable(text: str) -> None:
    assert admission.is_identity(text)


@pytest.mark.parametrize("text", ["", "x" * 49, "a:b", "a\0b", "a\nb", "\x7f", "a\ud800"])
def test_an_identity_has_no_colon_no_controls_and_48_characters(text: str) -> None:
    assert not admission.is_identity(text)


def form_of(password: str, presented: bytes) -> PasswordForm | None:
    digests = passwords.password_digests(KEYS, KEY, password)
    return passwords.match_password(KEYS, KEY, digests, presented)


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


@pytest.mark.ocpp("A01.FR.08")
def test_a_digest_holds_for_one_secret_and_one_station_only() -> None:
    digests = passwords.password_digests(KEYS, KEY, "geheim")
    other = StationKey("default", "CP2")
    assert passwords.match_password(Keyring(b"t" * 32), KEY, digests, b"geheim") is None
    assert passwords.match_password(KEYS, other, digests, b"geheim") is None
    assert "geheim" not in digests.text


def test_a_station_of_one_operator_is_no_other_operators_by_its_name() -> None:
    here = passwords.password_digests(KEYS, StationKey("a", "bc"), "geheim")
    there = passwords.password_digests(KEYS, StationKey("ab", "c"), "geheim")
    assert here.text != there.text


def test_a_binary_password_is_taken_over_as_hex() -> None:
    assert passwords.as_text(b"plain") == "plain"
    assert bytes.fromhex(passwords.as_text(b"\xff\x00")) == b"\xff\x00"


SET = passwords.password_digests(KEYS, KEY, "geheim")
TLS = SecurityProfile.TLS_BASIC
NONE = SecurityProfile.NONE
GOOD = {"user": "CP1", "password": b"geheim"}


WITH_TLS = {**GOOD, "tls": True}
NEXT = passwords.password_digests(KEYS, KEY, "next")
TAKEN = {"user": "CP1", "password": b"next"}
CERTIFIED = {"tls": True, "is_certified": True}
CERTIFICATE = SecurityProfile.TLS_CERTIFICATE


@pytest.mark.parametrize(
    ("configured", "presented", "verdict"),
    [
        ({"passwords": SET}, GOOD, PasswordForm.TEXT),
        ({"passwords": SET, "security_profile": TLS}, WITH_TLS, PasswordForm.TEXT),
        ({"passwords": SET, "security_profile": TLS}, GOOD, RefusalReason.TLS_REQUIRED),
        ({"passwords": SET, "security_profile": TLS}, {}, RefusalReason.TLS_REQUIRED),
        ({"passwords": SET, "security_profile": TLS}, {"tls": True},
         RefusalReason.CREDENTIALS_MISSING),
        ({"passwords": SET}, {}, RefusalReason.CREDENTIALS_MISSING),
        ({"passwords": SET}, {**GOOD, "password": b"x"}, RefusalReason.WRONG_PASSWORD),
        ({"passwords": SET}, {**GOOD, "user": "CP2"}, RefusalReason.WRONG_USER),
        ({"passwords": SET}, {**GOOD, "user": ""}, RefusalReason.WRONG_USER),
        ({"passwords": None}, GOOD, RefusalReason.PASSWORD_NOT_SET),
        ({"security_profile": NONE}, {}, None),
        ({"security_profile": CERTIFICATE}, CERTIFIED, None),
        ({"security_profile": CERTIFICATE}, WITH_TLS, RefusalReason.CERTIFICATE_REQUIRED),
        ({"security_profile": CERTIFICATE}, {}, RefusalReason.TLS_REQUIRED),
    ],
)  # fmt: skip
@pytest.mark.ocpp("A00.FR.002")
def test_a_station_comes_in_as_its_operator_configured_it(
    configured: dict[str, object],
    presented: dict[str, object],
    verdict: RefusalReason | PasswordForm | None,
) -> None:
    judged = admission.judge(station(**configured), Policies(), knock(**presented), KEYS)
    assert (judged.form if isinstance(judged, Entry) else judged) is verdict


@pytest.mark.parametrize(
    ("configured", "presented", "reason"),
    [
        ({"passwords": SET}, WITH_TLS, RefusalReason.TLS_UNEXPECTED),
        ({"security_profile": NONE}, WITH_TLS, RefusalReason.TLS_UNEXPECTED),
        ({"security_profile": NONE}, {"tls": True}, RefusalReason.TLS_UNEXPECTED),
        ({"security_profile": NONE}, GOOD, RefusalReason.PASSWORD_UNEXPECTED),
        ({"security_profile": TLS, "passwords": SET}, CERTIFIED,
         RefusalReason.CERTIFICATE_UNEXPECTED),
    ],
)  # fmt: skip
@pytest.mark.ocpp("A00.FR.001")
@pytest.mark.ocpp("A00.FR.002")
def test_a_safer_profile_than_its_own_is_another_one_too_and_the_remedy_says_what_to_set(
    configured: dict[str, object], presented: dict[str, object], reason: RefusalReason
) -> None:
    judged = admission.judge(station(**configured), Policies(), knock(**presented), KEYS)
    assert judged is reason
    assert "here" in VERDICTS[reason].remedy


@pytest.mark.parametrize("presented", [GOOD, WITH_TLS])
@pytest.mark.ocpp("A05.FR.07")
def test_while_a_higher_profile_is_awaited_both_are_admitted(
    presented: dict[str, object],
) -> None:
    upgrading = station(passwords=SET, awaited=Awaited(profile=TLS))
    judged = admission.judge(upgrading, Policies(), knock(**presented), KEYS)
    assert isinstance(judged, Entry)


@pytest.mark.parametrize(("presented", "is_awaited"), [(GOOD, False), (TAKEN, True)])
@pytest.mark.ocpp("A01.FR.03")
def test_while_another_password_is_awaited_both_are_admitted(
    presented: dict[str, object], *, is_awaited: bool
) -> None:
    changing = station(passwords=SET, awaited=Awaited(passwords=NEXT))
    judged = admission.judge(changing, Policies(), knock(**presented), KEYS)
    assert isinstance(judged, Entry)
    assert judged.is_awaited is is_awaited


def test_an_awaited_password_is_enough_where_none_was_set() -> None:
    first = station(passwords=None, awaited=Awaited(passwords=NEXT))
    assert isinstance(admission.judge(first, Policies(), knock(**TAKEN), KEYS), Entry)


def test_an_operator_may_forbid_profile_0_for_all_stations() -> None:
    open_station = station(security_profile=NONE)
    judged = admission.judge(open_station, Policies(allow_profile_0=False), knock(), KEYS)
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


class TestAChangedSecret:
    NEW = Keyring(b"n" * 32, [SECRET])

    def test_a_password_under_a_former_secret_still_matches(self) -> None:
        assert SET.key == KEYS.key_id != self.NEW.key_id
        assert passwords.match_password(self.NEW, KEY, SET, b"geheim") is PasswordForm.TEXT
        assert passwords.match_password(self.NEW, KEY, SET, b"wrong") is None

    def test_nothing_matches_once_that_secret_is_gone(self) -> None:
        assert passwords.match_password(Keyring(b"n" * 32), KEY, SET, b"geheim") is None

    @pytest.mark.parametrize("presented", [HEX_KEY.encode(), RAW_KEY])
    def test_its_digests_are_made_anew_from_either_form(self, presented: bytes) -> None:
        old = passwords.password_digests(KEYS, KEY, HEX_KEY)
        form = passwords.match_password(self.NEW, KEY, old, presented)
        assert form is not None
        new = passwords.renewed(self.NEW, KEY, old, form, presented)
        assert new is not None
        assert new.key == self.NEW.key_id
        for either in (HEX_KEY.encode(), HEX_KEY.lower().encode(), RAW_KEY):
            assert passwords.match_password(Keyring(b"n" * 32), KEY, new, either) is not None
        assert passwords.renewed(self.NEW, KEY, new, form, presented) is None
