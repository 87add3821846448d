"""What a token is, what it may do, and how a list of them is read. Pure."""

from laddnav.tokens.rules.codes import code_uid, is_code_uid, presented, registered
from laddnav.tokens.rules.identity import flaw, same_kind, spelt, uid_key
from laddnav.tokens.rules.listing import read_csv
from laddnav.tokens.rules.verdicts import judge, judge_unknown, vouched_for

__all__ = [
    "code_uid",
    "flaw",
    "is_code_uid",
    "judge",
    "judge_unknown",
    "presented",
    "read_csv",
    "registered",
    "same_kind",
    "spelt",
    "uid_key",
    "vouched_for",
]
