"""Which slot of a station of 2.x a new network profile goes into (B09)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

_USUAL: Final = (1, 2, 3)


class Slot(NamedTuple):
    """A slot for a new profile, and the order of slots in which it is the first."""

    number: int
    priority: str


def free_slot(
    priority: Sequence[str], active: int | None, values_list: Sequence[str]
) -> Slot | None:
    """Return a slot that is not in use; None: there is none.

    One that the station does not try at all is best (B09.FR.21); else the last of those that it
    tries, but for the one that it uses now. The present order stays behind the new profile, so
    that the station comes back where it fails (B10.FR.03).

    Args:
        priority: The slots that it tries, in their order.
        active: The slot that it uses; None: the first of these.
        values_list: All its slots; empty: it did not tell.
    """
    tried = [int(word) for word in priority if _is_slot(word)]
    used = active if active is not None else next(iter(tried), None)
    known = [int(word) for word in values_list if _is_slot(word)] or list(_USUAL)
    idle = [number for number in known if number not in tried and number != used]
    spare = [number for number in reversed(tried) if number != used]
    chosen = next(iter((*idle, *spare)), None)
    if chosen is None:
        return None
    rest = [str(number) for number in tried if number != chosen]
    return Slot(chosen, ",".join((str(chosen), *rest)))


def _is_slot(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) <= len("999")
