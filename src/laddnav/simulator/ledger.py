"""What a station told of its transactions, and what of it was acknowledged.

Tests hold a server's books against this one: what stands here as acknowledged must be
there, once, with these values.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

EntryKind = Literal["start", "sample", "update", "stop"]


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """One message of a transaction.

    Attributes:
        kind: `sample` has meter values, `update` has none.
        at: The timestamp it carries.
        meter_wh: The register it tells, exactly as written; None where it tells none.
        seq_no: OCPP 2's sequence number; None in 1.6.
        sent: How often it went out.
        acknowledged: Whether an answer (not an error) came back.
        given_up: Whether it was thrown away after the last attempt.
    """

    kind: EntryKind
    at: datetime
    meter_wh: Decimal | None
    seq_no: int | None = None
    sent: int = 0
    acknowledged: bool = False
    given_up: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing more will be tried."""
        return self.acknowledged or self.given_up


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """One transaction's entries, in the order in which they happened.

    Attributes:
        transaction_id: The id it goes by: the station's own in OCPP 2, the server's in
            1.6 (None until the start was answered).
        evse: The EVSE, from 1.
        connector: The connector within its EVSE, from 1.
        number: The connector's number over the whole station, as 1.6 counts.
        token: The token that it began with, if any.
        verdict: The last status that the server gave to a token of it, in its own word.
    """

    transaction_id: str | None
    evse: int
    connector: int
    number: int
    token: str | None
    verdict: str | None = None
    entries: list[Entry] = field(default_factory=list)

    def of(self, kind: EntryKind) -> list[Entry]:
        """Return the entries of one kind."""
        return [entry for entry in self.entries if entry.kind == kind]

    @property
    def ended(self) -> bool:
        """Whether its end was reached, told or not."""
        return any(entry.kind == "stop" for entry in self.entries)

    @property
    def acknowledged(self) -> bool:
        """Whether every entry was acknowledged."""
        return all(entry.acknowledged for entry in self.entries)

    @property
    def settled(self) -> bool:
        """Whether nothing of it waits to be told."""
        return all(entry.settled for entry in self.entries)

    @property
    def energy_wh(self) -> Decimal:
        """Energy between the first and the last register told."""
        told = [entry.meter_wh for entry in self.entries if entry.meter_wh is not None]
        return told[-1] - told[0] if told else Decimal(0)


class Ledger:
    """The transactions of one station, oldest first.

    Args:
        keep: How many finished ones are kept; None keeps all.

    Attributes:
        accounts: The transactions.
        opened: How many there ever were.
    """

    __slots__ = ("_keep", "accounts", "opened")

    def __init__(self, keep: int | None = None) -> None:
        self._keep = keep
        self.accounts: list[Account] = []
        self.opened = 0

    def open(self, account: Account) -> None:
        """Enter a transaction; the oldest finished ones make room for it."""
        self.opened += 1
        self.accounts.append(account)
        if self._keep is not None:
            finished = [each for each in self.accounts if each.ended and each.settled]
            gone = set(map(id, finished[: max(0, len(finished) - self._keep)]))
            self.accounts = [each for each in self.accounts if id(each) not in gone]

    def acknowledged(self, kind: EntryKind) -> list[tuple[Account, Entry]]:
        """Return the acknowledged entries of one kind, with their accounts."""
        return [
            (account, entry)
            for account in self.accounts
            for entry in account.entries
            if entry.kind == kind and entry.acknowledged
        ]
