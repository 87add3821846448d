"""What calls and their answers tell of a station's variables, in words that no version owns."""

from typing import Final, NamedTuple

from laddnav.stations.model.variables import VariableRead, VariableReported, VariableWritten

MOST_TOLD: Final = 2_000
"""Of variables in one message that is no report: what is beyond is not learned."""


class Asked(NamedTuple):
    """A call that makes a station report variables.

    Attributes:
        request_id: By which it will name the report; None: the answer is the report (1.6).
        is_whole: Whether it is asked for everything.
    """

    request_id: int | None
    is_whole: bool


class Heard(NamedTuple):
    """What an answer tells.

    Attributes:
        reported: Variables with their description, where the answer is a report (1.6).
        refusal: Why no report will follow, in the station's word; None: one will, or it came.
        is_cut: Whether there may be more than was reported.
    """

    written: tuple[VariableWritten, ...] = ()
    read: tuple[VariableRead, ...] = ()
    reported: tuple[VariableReported, ...] = ()
    refusal: str | None = None
    is_cut: bool = False
