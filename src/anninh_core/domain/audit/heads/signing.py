"""Creation of signed heads: at intervals, after many entries, before an export, and by command."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from attrs import frozen

from anninh_core.domain.audit.heads.head_file import HeadFile, encode_head_file
from anninh_core.domain.audit.heads.key_keeper_notes import get_journal_name
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD
from anninh_core.domain.audit.heads.model import SignedHead, list_public_keys, sign_head
from anninh_core.kernel.crypto.signing import PublicKey
from anninh_core.kernel.errors import AlreadyDone, Damaged, NotFound, Unsupported
from anninh_core.ports.keys import SigningKeys
from anninh_core.ports.storages.changes import GENESIS, Record, entry_from
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import Line
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.journal.entries import iter_about
from anninh_core.usecase.marks import Service, command, query, workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

DEFAULT_EVERY_HOURS = 24
DEFAULT_EVERY_ENTRIES = 1000
_log = logging.getLogger(__name__)


class JournalHeads(Service):
    """Signs the journal's head. A signed head proves something only if it is kept elsewhere."""

    action_prefix = "governance"

    @command(Permission.OPERATE, public=True)
    def sign_head(self, uow: UnitOfWork) -> SignedHead:
        """Sign the journal's head as it is now; the entry of this action comes after it."""
        uow.permit(self.context.district.root)
        return save_signed_head(uow, self._build_next_head(uow))

    @command(Permission.OPERATE)
    def sign_due_head(
        self, uow: UnitOfWork, *, hours: float = DEFAULT_EVERY_HOURS, entries: int = DEFAULT_EVERY_ENTRIES
    ) -> SignedHead | None:
        """Sign a head if one is due, and return it; None otherwise.

        A head is due if the last one is old enough and entries were added since, or if many entries were added.

        Args:
            hours: age of the last head in hours that makes one due.
            entries: number of new journal entries that makes one due.
        """
        uow.permit(self.context.district.root)
        last = find_last_head(self.context)
        seq, _ = self.context.storage.journal.head()
        grown = seq - (last.seq if last else 0)
        if grown <= (1 if last else 0):  # The journal has no new line, or only the entry of the last head itself.
            return None
        since = last.at if last else entry_from(self.context.storage.journal.read(0, 1)[0].content).at
        if grown < entries and uow.at - since < timedelta(hours=hours):
            return None
        return save_signed_head(uow, self._build_next_head(uow))

    @query(Permission.TRAIL_READ, public=True)
    def heads(self, session: ReadSession, *, after: Line = 0) -> HeadFile:
        """Return the heads after a number, with all public keys. Needs the permission on the root.

        Raises:
            NotFound: no head was signed yet.
        """
        session.permit(self.context.district.root)
        return build_head_file(self.context, after)

    @query(Permission.TRAIL_READ, public=True)
    def export_heads(self, session: ReadSession, *, after: Line = 0) -> bytes:
        """Return the heads after a number as a file; see `parse_head_file`."""
        session.permit(self.context.district.root)
        return encode_head_file(build_head_file(self.context, after))

    @workflow(Permission.OPERATE, step_up=True)
    def rotate_signing_key(self, actor: Actor) -> PublicKey:
        """Sign a head with the old key, create a new key certified by the old one, and sign a head with the new key.

        A thief of the old key can certify a key of their own too; authorities that have received the new key refuse it.

        Raises:
            Unsupported: the key keeper can't sign.
        """
        signed_by = run_or_resume(
            actor, partial(self._sign_with_old_key, actor.for_step("old key")), self._read_old_key
        )
        keys = self.context.keys
        if not isinstance(keys, SigningKeys):
            raise Unsupported("{type} can't sign, so it has no signing key to replace.", type=type(keys).__name__)
        newest = keys.public_keys()[-1]
        is_rotated = signed_by not in ("", newest.id)
        new = newest if is_rotated else keys.rotate_signing_key()
        self.sign_head(actor)
        return new

    def _sign_with_old_key(self, actor: Actor) -> str:
        self.sign_head(actor)
        return ""

    def _read_old_key(self, done: AlreadyDone) -> str:
        """Return the key that signed the head at the beginning of an interrupted rotation."""
        (record,) = self.context.storage.records.get_many(JOURNAL_HEAD.name, done.ids(JOURNAL_HEAD.name)).values()
        return self.context.open_record(JOURNAL_HEAD, record).key

    def _build_next_head(self, uow: UnitOfWork) -> SignedHead:
        seq, hash = self.context.storage.journal.head()
        return build_head(uow, seq, hash)


def build_head(uow: UnitOfWork, seq: int, hash: str) -> SignedHead:
    """Return the next head, unsigned, for a given last line of the journal."""
    last = find_last_head(uow.context)
    return SignedHead(
        number=last.number + 1 if last else 1,
        authority=uow.context.district.root,
        store=get_journal_name(uow.context) or hash,
        seq=seq,
        hash=hash,
        at=uow.at,
        previous=last.digest if last else GENESIS,
    )


def save_signed_head(uow: UnitOfWork, head: SignedHead) -> SignedHead:
    """Sign a head and save it; the journal entry names it."""
    last = find_last_head(uow.context)
    signed = sign_head(head, uow.context.keys)
    uow.facts |= {"head": signed.number, "seq": signed.seq, "hash": signed.hash, "digest": signed.digest}
    uow.add_event("journal.head_signed")
    if last is not None and last.key not in (None, signed.key):
        uow.facts["key"] = signed.key
        uow.add_event("journal.key_changed")
    return uow.save(JOURNAL_HEAD, signed)


@frozen
class LastHead:
    """The data of the last head that are needed to build the next head.

    Attributes:
        key: "" for an unsigned head; None for a damaged head, since its journal entry doesn't name the key.
    """

    number: int
    seq: int
    at: datetime
    digest: str
    key: str | None


def find_last_head(context: UseCaseContext) -> LastHead | None:
    """Return the newest head in the storage, or None; a damaged head is read from the journal entry of its signing.

    Raises:
        Damaged: neither the head nor the entry of its signing can be read.
    """
    record = _find_newest_record(context)
    if record is None:
        return None
    head = JOURNAL_HEAD.read_unsealed(record)
    if head is not None:
        return LastHead(head.number, head.seq, head.at, head.digest, head.key)
    for signing in iter_about(context.storage.journal, f"{JOURNAL_HEAD.name}:{record.id}"):
        facts = signing.entry.facts
        if str(facts.get("head")) == record.id:
            return LastHead(int(record.id), int(str(facts["seq"])), signing.entry.at, str(facts["digest"]), None)
    raise Damaged(
        "Head {head} of the audit log was altered, and no entry names it: run {act:audit.verify}.", head=record.id
    )


def get_newest_number(context: UseCaseContext) -> int:
    """Return the number of the newest head in the storage, 0 for none."""
    record = _find_newest_record(context)
    return int(record.id) if record else 0


def iter_heads(context: UseCaseContext) -> Iterator[SignedHead]:
    """Yield the readable heads in the storage, by number."""
    heads = filter(None, map(JOURNAL_HEAD.read_unsealed, context.storage.maintenance.scan(JOURNAL_HEAD.name)))
    yield from sorted(heads, key=lambda head: head.number)


def _find_newest_record(context: UseCaseContext) -> Record | None:
    page = context.storage.records.find(Find(kind=JOURNAL_HEAD.name, order="newest", limit=1))
    return page.records[0] if page.records else None


def build_head_file(context: UseCaseContext, after: int = 0) -> HeadFile:
    """Return the storage's heads after a number, with the public keys; raise `NotFound` if no head was signed yet."""
    heads = tuple(iter_heads(context))
    if not heads:
        raise NotFound("No head of the audit log has been signed yet: sign the first one with {act:audit.sign_head}.")
    return HeadFile(
        authority=context.district.root,
        store=heads[-1].store,
        keys=list_public_keys(context.keys),
        heads=tuple(head for head in heads if head.number > after and head.store == heads[-1].store),
    )
