"""Whatever is counted of a station can be said in words."""

import pytest

from laddnav.gateway.mending.mends import MendKind
from laddnav.gateway.quirks import catalogue
from laddnav.ocpp.action import Version
from laddnav.ocpp.errors import Failure, refusal
from laddnav.ocpp.events import IgnoredReason
from laddnav.ocpp.frames import Violation
from laddnav.stations.model.conduct import Sign
from laddnav.stations.model.quirk import Language
from laddnav.stations.rules import conduct

SHIPPED = catalogue.load()
KINDS = (
    *(f"{kind} $.any" for kind in MendKind),
    *Violation,
    *(reason for reason in IgnoredReason if reason is not IgnoredReason.CLOSED),
    "answer_refused GenericError", "answer_unfit Reset", "broken_websocket", "clock_off",
    "clock_unset", "deaf", "malformed RpcFrameworkError", "no_boot", "no_pongs", "no_status",
    "no_subprotocol", "odd_path whole_url", "queue_full", "refused SecurityError",
    "rejects Reset", "second_link", "security_flood", "short_link", "silent_on Reset",
    "truncated_answer Reset",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", Language)
def test_every_kind_of_violation_has_words(kind: str, language: Language) -> None:
    (unknown,) = conduct.findings([Sign(kind="nobody counts this", count=1)], SHIPPED, language)
    (found,) = conduct.findings([Sign(kind=kind, count=1)], SHIPPED, language)
    general, _, _ = unknown.says.partition(" (")
    assert found.says
    assert not found.says.startswith(general)


@pytest.mark.parametrize("language", Language)
def test_each_code_of_a_malformed_message_has_words_of_its_own(language: Language) -> None:
    codes = {
        refusal(version, failure, "").code
        for version in Version
        for failure in (
            Failure.FRAME, Failure.MESSAGE_TYPE, Failure.ACTION, Failure.DIRECTION,
            Failure.MALFORMED, Failure.INCOMPLETE, Failure.STRUCTURE,
        )
    }  # fmt: skip
    signs = [Sign(kind=f"malformed {code}", count=1) for code in codes]
    found = conduct.findings(signs, SHIPPED, language)
    assert [each.quirk for each in found] == [None] * len(codes)
    assert len({each.says.partition(" (")[0] for each in found}) == len(codes)
