"""Who signs for each operator: made, configured, sealed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from laddnav.accounts.service import Accounts
from laddnav.kernel import ids
from laddnav.kernel.clock import Clock, from_micros
from laddnav.pki.model.authority import Authority, AuthorityKind, EstServer, IssuedCertificate
from laddnav.pki.model.certificate import CertificateHash, KeyKind, KeyPair, Purpose
from laddnav.pki.model.signing import CsrFlaw, Refused
from laddnav.pki.rules import chains, issuing, reading
from laddnav.pki.rules.sealing import NONCE_BYTES, Seal, UnsealableError
from laddnav.pki.service.built_in import BuiltIn, new_serial
from laddnav.pki.service.est import Est, EstError
from laddnav.pki.service.ports import OffLoop, SigningAuthority
from laddnav.pki.store import queries, tables
from laddnav.storage.database import Database, Record
from laddnav.storage.write import Write

ROOT_DAYS: Final = 20 * 365
ISSUING_DAYS: Final = 10 * 365
SERVER_DAYS: Final = 397
LONGEST_ORGANIZATION: Final = 64
_log = structlog.get_logger(__name__)


class Unfit(Struct, frozen=True, kw_only=True):
    """What was asked for cannot be done.

    Attributes:
        field: Which of the things given is wrong; None: none of them.
        text: Why, in words.
        exists: It is there already.
    """

    text: str
    field: str | None = None
    exists: bool = False


_EXISTS: Final = Unfit(
    text="there is an authority for this purpose already: replace it only if you must", exists=True
)


class _Keys(Struct, frozen=True, kw_only=True):
    """What is sealed of a built-in authority."""

    root: str
    issuing: str


class Authorities:
    """The authorities of all operators.

    Args:
        days: How long a station's certificate is valid.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        accounts: Accounts,
        *,
        seal: Seal,
        off_loop: OffLoop,
        days: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._accounts = accounts
        self._seal = seal
        self._off_loop = off_loop
        self._days = days

    async def organization(self, operator: str) -> str:
        """Return an operator's name as an organisation (O of its stations' certificates)."""
        records = await self._database.fetch(queries.organization_of(operator))
        if records:
            return str(records[0][0])
        known = await self._accounts.operator(operator)
        return operator if known is None else known.name

    async def set_organization(self, operator: str, name: str) -> Unfit | None:
        """Set that name; certificates that bear another are not taken any more."""
        flaw = _organization_flaw(name)
        if flaw is None:
            row = tables.ORGANIZATIONS.row(operator=operator, name=name.strip())
            await self._database.commit(Write(rows=(row,)))
        return flaw

    async def of(self, operator: str) -> list[Authority]:
        """Return an operator's authorities."""
        records = await self._database.fetch(queries.authorities_of(operator))
        return [tables.authority_from(record) for record in records]

    async def init(
        self,
        operator: str,
        purpose: Purpose,
        *,
        kind: KeyKind = KeyKind.EC,
        organization: str | None = None,
        replaces: bool = False,
    ) -> Authority | Unfit:
        """Make a root and an issuing authority, with keys that stay here."""
        name = await self.organization(operator) if organization is None else organization
        before = await self._row(operator, purpose)
        flaw = _organization_flaw(name) or _taken(before, replaces=replaces)
        if flaw is not None:
            return flaw
        if organization is not None:
            await self.set_organization(operator, organization)
        now = self._clock.now()
        made = await self._off_loop(
            partial(
                issuing.make_authority,
                organization=name.strip(),
                purpose=purpose,
                kind=kind,
                now=now,
                root_days=ROOT_DAYS,
                issuing_days=ISSUING_DAYS,
                serials=(new_serial(), new_serial()),
            )
        )
        authority = Authority(
            operator=operator,
            purpose=purpose,
            id=ids.new_id(),
            kind=AuthorityKind.BUILT_IN,
            root=made.root,
            issuing=made.issuing,
            url="",
            key_id=self._seal.key_id,
            valid_until=now + timedelta(days=ISSUING_DAYS),
            created_at=now,
        )
        secret = _Keys(root=made.root_key, issuing=made.issuing_key)
        return await self._put(authority, secret, before)

    async def use_est(
        self, operator: str, purpose: Purpose, server: EstServer, *, replaces: bool = False
    ) -> Authority | Unfit:
        """Let an EST server sign; it must answer now, with its roots."""
        before = await self._row(operator, purpose)
        flaw = _taken(before, replaces=replaces)
        if flaw is not None:
            return flaw
        if not server.url.startswith("https://"):
            return Unfit(field="url", text="it begins with https://")
        try:
            found = reading.load(await Est(server, clock=self._clock).roots())
        except (EstError, reading.UnreadableError) as error:
            return Unfit(field="url", text=str(error))
        roots = [each for each in found if chains.is_root(each)]
        authority = Authority(
            operator=operator,
            purpose=purpose,
            id=ids.new_id(),
            kind=AuthorityKind.EST,
            root=reading.as_pem(*roots),
            issuing=reading.as_pem(*(each for each in found if each not in roots)),
            url=server.url,
            key_id=self._seal.key_id,
            valid_until=min(each.not_valid_after_utc for each in found),
            created_at=self._clock.now(),
        )
        return await self._put(authority, server, before)

    async def signer(self, operator: str, purpose: Purpose) -> SigningAuthority | None:
        """Return who signs for an operator; None: nobody does.

        Raises:
            UnsealableError: Its key cannot be opened.
        """
        record = await self._row(operator, purpose)
        if record is None:
            return None
        authority, secret = tables.authority_from(record), self._opened(record)
        if authority.kind is AuthorityKind.EST:
            return Est(
                msgspec.json.decode(secret, type=EstServer),
                clock=self._clock,
                trusted=authority.root or authority.issuing,
                between=authority.issuing,
            )
        keys = msgspec.json.decode(secret, type=_Keys)
        return BuiltIn(
            authority, keys.issuing, days=self._days, clock=self._clock, off_loop=self._off_loop
        )

    async def crl(self, operator: str, purpose: Purpose) -> str | Unfit:
        """Return what the built-in authority revoked and has not ended, as a signed list (PEM).

        Raises:
            UnsealableError: Its key cannot be opened.
        """
        record = await self._row(operator, purpose)
        if record is None or tables.authority_from(record).kind is not AuthorityKind.BUILT_IN:
            return Unfit(field="purpose", text="there is no built-in authority for this purpose")
        keys = msgspec.json.decode(self._opened(record), type=_Keys)
        now = self._clock.now()
        found = await self._database.fetch(queries.revoked(operator, purpose, now))
        make = partial(
            issuing.make_crl,
            issuing=tables.authority_from(record).issuing,
            issuing_key=keys.issuing,
            revoked=[(serial, from_micros(since)) for serial, since in found],
            now=now,
        )
        return await self._off_loop(make)

    async def exists(self, operator: str, purpose: Purpose) -> bool:
        """Return whether anybody signs for an operator."""
        return await self._row(operator, purpose) is not None

    async def absence(
        self, operator: str, purpose: Purpose, root: CertificateHash | None
    ) -> Refused | None:
        """Return that nobody signs for a purpose (under this root); None: somebody does."""
        record = await self._row(operator, purpose)
        if record is None:
            detail = f"nobody signs here for the purpose {purpose.value}: `laddnav pki init`"
            return Refused(flaw=CsrFlaw.NO_AUTHORITY, detail=detail)
        pem = tables.authority_from(record).root
        own = reading.load(pem) if pem else []
        if root is None or any(reading.is_named(each, root) for each in own):
            return None
        return Refused(
            flaw=CsrFlaw.NO_AUTHORITY, detail="nobody signs here under the root it names"
        )

    async def issue_server(
        self, operator: str, hosts: Sequence[str], kinds: Sequence[KeyKind]
    ) -> list[KeyPair] | Unfit:
        """Make server certificates, one of each kind; their keys are not kept here."""
        record = await self._row(operator, Purpose.SERVER)
        if record is None or tables.authority_from(record).kind is not AuthorityKind.BUILT_IN:
            text = "there is no built-in authority for servers: `laddnav pki init --purpose server`"
            return Unfit(text=text)
        authority = tables.authority_from(record)
        try:
            keys = msgspec.json.decode(self._opened(record), type=_Keys)
        except UnsealableError as error:
            return Unfit(text=str(error))
        organization, now = await self.organization(operator), self._clock.now()
        pairs = []
        for kind in kinds:
            make = partial(
                issuing.make_server,
                list(hosts),
                organization=organization,
                kind=kind,
                issuing=authority.issuing,
                issuing_key=keys.issuing,
                now=now,
                days=SERVER_DAYS,
                serial=new_serial(),
            )
            pairs.append(await self._off_loop(make))
        rows = tuple(tables.issued_row(_of_server(operator, pair, now)) for pair in pairs)
        await self._database.commit(Write(rows=rows))
        return pairs

    async def reseal(self) -> int:
        """Seal anew, under the present secret, what a former one sealed; return how many.

        What cannot be opened stays as it is, and says so when it is needed.
        """
        done = 0
        for record in await self._database.fetch(queries.authorities_of(None)):
            before = record[tables.SEALED]
            if self._seal.is_current(before) or not self._seal.knows(before):
                continue
            try:
                opened = self._opened(record)
            except UnsealableError as error:
                _log.warning("pki.not_resealed", reason=str(error))
                continue
            sealed = self._sealed(record[0], record[1], opened)
            statement = queries.resealing(record[0], record[1], before, sealed)
            done += (await self._database.execute(statement))[0]
        return done

    async def _row(self, operator: str, purpose: Purpose) -> Record | None:
        records = await self._database.fetch(queries.authority_of(operator, purpose))
        return records[0] if records else None

    async def _put(
        self, authority: Authority, secret: _Keys | EstServer, before: Record | None
    ) -> Authority | Unfit:
        """Store an authority in the place of the one `before`, unless another has taken it."""
        operator, purpose = authority.operator, authority.purpose
        text = msgspec.json.encode(secret).decode()
        row = tables.authority_row(authority, self._sealed(operator, purpose.value, text))
        if before is None:
            await self._database.commit(Write(rows=(row,)))
        else:
            former = tables.authority_from(before)
            rows = (row, tables.former_row(former, self._clock.now()))
            await self._database.execute(queries.giving_way(former), then=Write(rows=rows))
        stored = await self._row(operator, purpose)
        is_ours = stored is not None and tables.authority_from(stored).id == authority.id
        return authority if is_ours else _EXISTS

    def _sealed(self, operator: str, purpose: str, text: str) -> str:
        nonce = bytes.fromhex(ids.new_secret(NONCE_BYTES))
        return self._seal.seal(text, place=f"{operator}/{purpose}", nonce=nonce)

    def _opened(self, record: Record) -> str:
        return self._seal.open(record[tables.SEALED], place=f"{record[0]}/{record[1]}")


def _organization_flaw(name: str) -> Unfit | None:
    text = name.strip()
    if 0 < len(text) <= LONGEST_ORGANIZATION and text.isprintable():
        return None
    return Unfit(field="organization", text=f"1 to {LONGEST_ORGANIZATION} printable characters")


def _taken(before: Record | None, *, replaces: bool) -> Unfit | None:
    return None if before is None or replaces else _EXISTS


def _of_server(operator: str, pair: KeyPair, now: datetime) -> IssuedCertificate:
    return IssuedCertificate(
        operator=operator,
        purpose=Purpose.SERVER,
        station="",
        certificate=reading.read(pair.chain)[0],
        chain=pair.chain,
        created_at=now,
    )
