"""What comes out of judging and of recording a word."""

from msgspec import Struct, field

from laddnav.metering.model import Reading
from laddnav.sessions.live.session import LiveSession
from laddnav.sessions.model import StartTold
from laddnav.storage.write import Write
from laddnav.tokens.model import TokenVerdict


class Judgement(Struct, frozen=True, kw_only=True):
    """What had to be asked before a word can be recorded; only `record` looks into it.

    Attributes:
        verdict: On the token that the word presents; None where it presents none.
        concurrent_with: The session that made the verdict "concurrent".
        session: The session that the word belongs to; None: none, or one that it begins.
        alone: The verdict holds as long as the token has no other session.
        new_id: The id of a session that it may begin.
        transaction_id: The transaction id of a session that it begins.
        again: The session and start that a repeated start repeats.
        guessed: The session was found by what fits, not by its transaction id.
        by_other: The token has no right to stop the session.
        told_before: The word is known to be a repeat, though memory cannot tell any more.
        stored: By session id, all its stored readings, where the exact energy needs them.
    """

    verdict: TokenVerdict | None = None
    concurrent_with: str | None = None
    alone: bool = False
    session: LiveSession | None = None
    new_id: str = ""
    transaction_id: int = 0
    again: tuple[str, StartTold] | None = None
    guessed: bool = False
    by_other: bool = False
    told_before: bool = False
    stored: dict[str, list[Reading]] = field(default_factory=dict)


class Outcome(Struct, frozen=True, kw_only=True):
    """What recording a word came to.

    Attributes:
        write: To be committed before the word is answered; a repeat's too, which changes nothing
            but comes after the original's.
        transaction_id: What a start is answered with.
        verdict: What is said about the token; None where none was presented.
        duplicate: The word had been recorded before.
        session_id: The session it went to; None: none (idle readings, evidence).
    """

    write: Write
    transaction_id: int | None = None
    verdict: TokenVerdict | None = None
    duplicate: bool = False
    session_id: str | None = None
