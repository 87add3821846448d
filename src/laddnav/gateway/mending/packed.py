"""What was mended in another process, as it travels."""

import pickle
from collections.abc import Iterator
from typing import Final, NamedTuple

from msgspec import Struct

from laddnav.gateway.mending.reading import Mended, RawValue, mend

_AT_A_STRETCH: Final = 500


class Packed(NamedTuple):
    """A payload that was mended.

    Attributes:
        mended: Without its raw values.
        raw: These, pickled a few at a time: to unpickle all of them at once may take too long.
    """

    mended: Mended
    raw: tuple[bytes, ...]

    def values(self) -> Iterator[RawValue]:
        """Yield the raw values."""
        for some in self.raw:
            yield from pickle.loads(some)  # noqa: S301 - from a process of ours


def mend_packed(kind: type[Struct], raw: bytes, salvage: bool) -> Packed | None:  # noqa: FBT001 - called by position from afar
    """Do as `mending.mend`."""
    mended = mend(kind, raw, salvage=salvage)
    if mended is None:
        return None
    values = mended.raw
    places = range(0, len(values), _AT_A_STRETCH)
    packed = [pickle.dumps(values[place : place + _AT_A_STRETCH]) for place in places]
    return Packed(mended._replace(raw=()), tuple(packed))
