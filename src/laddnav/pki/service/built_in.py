"""The authority built in: its key is in the database, sealed."""

from functools import partial

from typing_extensions import override

from laddnav.kernel import ids
from laddnav.kernel.clock import Clock
from laddnav.pki.model.authority import Authority
from laddnav.pki.model.certificate import Chain
from laddnav.pki.rules import issuing
from laddnav.pki.service.ports import Later, Never, OffLoop, SigningAuthority


class BuiltIn(SigningAuthority):
    """Signs with a key of our own.

    Args:
        authority: Whose key it is.
        key: PEM.
        days: How long what it signs is valid.
    """

    def __init__(
        self, authority: Authority, key: str, *, days: int, clock: Clock, off_loop: OffLoop
    ) -> None:
        self._authority = authority
        self._key = key
        self._days = days
        self._clock = clock
        self._off_loop = off_loop

    @override
    async def sign(self, csr: str, *, renews: bool) -> Chain | Later | Never:
        sign = partial(
            issuing.sign,
            csr,
            issuing=self._authority.issuing,
            issuing_key=self._key,
            now=self._clock.now(),
            days=self._days,
            serial=new_serial(),
        )
        try:
            return await self._off_loop(sign)
        except ValueError as error:
            return Never(reason=str(error))


def new_serial() -> int:
    """Return a serial number that no other certificate has; positive, and not too long."""
    return int(ids.new_secret(issuing.SERIAL_BYTES), 16) >> 1 or 1
