"""Which events of a long transaction have been seen, in eight bytes each."""

from array import array
from enum import Enum

_MASK = (1 << 64) - 1
_LONGEST = 50_000
_LONGEST_GAP = 1_000
_MOST_ODD = 1_000


class Novelty(Enum):
    """What a message turned out to be."""

    NEW = "new"
    CONFLICT = "conflict"
    """Its sequence number was seen with other content."""
    REPEAT = "repeat"


class SeenEvents:
    """The events of one transaction: their sequence numbers, and what each was.

    A negative number stands for a missing one: such events are told apart by their content alone.

    Numbers that follow each other take eight bytes; those far away and those used twice are kept
    beside, up to a bound.

    Attributes:
        holes: How many numbers between the lowest and the highest are missing (far ones count
            once).
        overflown: Some were forgotten: what is not here may still have been seen.
    """

    __slots__ = ("_first", "_marks", "_odd", "holes", "overflown")

    def __init__(self) -> None:
        self._first = 0
        self._marks = array("Q")
        self._odd: set[tuple[int, int]] | None = None
        self.holes = 0
        self.overflown = False

    def look(self, number: int, content: int) -> Novelty:
        """Tell what `number` with `content` (a hash) would be, without noting it."""
        mark = _mark(content)
        place = number - self._first
        inside = 0 <= place < len(self._marks)
        noted = self._marks[place] if inside else 0
        if noted == mark or (self._odd is not None and (number, mark) in self._odd):
            return Novelty.REPEAT
        if noted or self._is_odd(number):
            return Novelty.CONFLICT
        return Novelty.NEW

    def note(self, number: int, content: int) -> Novelty:
        """Note `number` with `content` (a hash) and tell what it was."""
        place = number - self._first
        if place == len(self._marks) < _LONGEST and self._odd is None and place:
            self._marks.append(_mark(content))  # by far the most frequent case
            return Novelty.NEW
        novelty = self.look(number, content)
        if novelty is Novelty.NEW and number >= 0:
            self._place(number, _mark(content))
        elif novelty is not Novelty.REPEAT:
            self._set_aside(number, _mark(content))
        return novelty

    def _place(self, number: int, mark: int) -> None:
        marks = self._marks
        if not marks:
            self._first = number
        place = number - self._first
        if not -_LONGEST_GAP <= place <= len(marks) + _LONGEST_GAP or place >= _LONGEST:
            self._set_aside(number, mark)
            return
        if place < 0:
            self._marks = marks = array("Q", bytes(-8 * place)) + marks
            self._first, self.holes, place = number, self.holes - place, 0
        if place >= len(marks):
            self.holes += place - len(marks) + 1
            marks.extend(array("Q", bytes(8 * (place - len(marks) + 1))))
        marks[place] = mark
        self.holes -= 1

    def _set_aside(self, number: int, mark: int) -> None:
        if self._odd is None:
            self._odd = set()
        if len(self._odd) >= _MOST_ODD:
            self.overflown = True
            return
        self._odd.add((number, mark))

    def _is_odd(self, number: int) -> bool:
        """Whether `number` (not a missing one) was set aside before."""
        odd = self._odd
        return odd is not None and number >= 0 and any(other == number for other, _ in odd)

    @property
    def has_gaps(self) -> bool:
        """Whether any sequence number between the lowest and the highest is missing."""
        return self.holes > 0 or self._far()

    def _far(self) -> bool:
        if self._odd is None:
            return False
        end = self._first + len(self._marks)
        return any(number >= 0 and not self._first <= number < end for number, _ in self._odd)


def _mark(content: int) -> int:
    """Return `content` as 64 bits that are never 0, which stands for "not seen"."""
    return content & _MASK or 1
