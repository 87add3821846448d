"""What is noted while a message is mended."""

from enum import StrEnum
from typing import Final, NamedTuple

Step = str | int
"""A property's wire name, or a position in a list."""

MOST_NOTES: Final = 8


class MendKind(StrEnum):
    """What had to be done to a value."""

    TO_TEXT = "to_text"
    NOT_TEXT = "not_text"
    TO_NUMBER = "to_number"
    TO_FLAG = "to_flag"
    TO_LIST = "to_list"
    TO_OBJECT = "to_object"
    ABSENT = "absent"
    SPELLING = "spelling"
    UNKNOWN_WORD = "unknown_word"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TIME_FORM = "time_form"
    NO_TIME = "no_time"
    NUL = "nul"
    MISSING = "missing"
    UNUSABLE = "unusable"
    NO_JSON = "no_json"


class Mend(NamedTuple):
    """One kind of change, wherever its pattern (`$.meterValue[].sampledValue[].value`) fits."""

    kind: MendKind
    path: str


class Unusable(Exception):  # noqa: N818 - how a shape tells the one around it, not an error
    """The value cannot be brought into its type."""


class Walk:
    """The mending of one message.

    Attributes:
        salvage: Whether what cannot be mended is given up leaf by leaf, instead of all at once.
        notes: What was changed: at most `MOST_NOTES`.
        raw: Values that go into the struct as they are, by the path of what stands in for them.
        usable: How many required leaves held something that could be used (times not counted).
        times: How many required times could be used.
        losses: How often something required was missing, or anything of no use.
        path: Where the walk is.
    """

    __slots__ = ("losses", "notes", "path", "raw", "salvage", "times", "usable")

    def __init__(self, *, salvage: bool) -> None:
        self.salvage = salvage
        self.notes: dict[Mend, None] = {}
        self.raw: dict[tuple[Step, ...], object] = {}
        self.usable = 0
        self.times = 0
        self.losses = 0
        self.path: list[Step] = []

    def enter(self, step: Step) -> int:
        """Go one step down; return the mark that `give_up` takes."""
        self.path.append(step)
        return len(self.raw)

    def leave(self) -> None:
        """Go back up."""
        self.path.pop()

    def give_up(self, mark: int) -> None:
        """Give up what stands here; raise `Unusable` where nothing may be given up."""
        self.refuse_or_note(MendKind.UNUSABLE)
        while len(self.raw) > mark:
            self.raw.popitem()

    def refuse_or_note(self, kind: MendKind) -> None:
        """Note a change that only a salvage makes; raise `Unusable` where this is none."""
        if not self.salvage:
            raise Unusable
        self.losses += 1
        self.note(kind)

    def note(self, kind: MendKind) -> None:
        """Note a change made here."""
        if len(self.notes) < MOST_NOTES:
            self.notes[Mend(kind, pattern_of(self.path))] = None

    def keep_raw(self, value: object) -> None:
        """Let `value` stand in the struct here, as it is."""
        self.raw[tuple(self.path)] = value

    def forget_items_from(self, length: int) -> None:
        """Forget what is kept raw in items of the list here, from position `length` on."""
        depth = len(self.path)
        for path in [path for path in self.raw if _is_beyond(path, depth, length)]:
            del self.raw[path]


def _is_beyond(path: tuple[Step, ...], depth: int, length: int) -> bool:
    """Whether `path` leads through position `length` or a later one of the list at `depth`."""
    if len(path) <= depth:
        return False
    step = path[depth]
    return isinstance(step, int) and step >= length


def pattern_of(path: list[Step]) -> str:
    """Return the path in JSONPath's form, without positions in lists."""
    return "$" + "".join("[]" if isinstance(step, int) else f".{step}" for step in path)
