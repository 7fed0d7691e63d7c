"""Finds the values that connect two records of one person in a database without keys, as they occur with no other
person.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from attrs import define, field, frozen

from anninh_core.app.backup.row_codec import encode_row
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.tips.kind import TIP
from anninh_core.ports.storages.changes import JournalLine, Record
from anninh_core.ports.storages.dumping import KeptInbox, KeptOutbox, Row
from anninh_core.ports.storages.queues import PENDING, InboxState, OutboxState
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Kind

TALK = "talk"
"""The name for all messages of a member in a group that became no case; they count together as one thing."""

_CASES: Sequence[Kind] = (TIP, INQUIRY, POST)  # type: ignore[type-arg]
_CASE = re.compile(r"\b(tip|inquiry|post):([0-9A-Za-z.-]{8,})")
_TOKEN = re.compile(r"[0-9A-Za-zÀ-ỹ_][\w.@-]{5,}")
_MOMENT = re.compile(r"\d{4}-\d\d(-\d\d(T\d\d.*)?)?|\d{4,}|[\d.-]+")
_JOINING = (b'"action":"storage.reindex"', b'"action":"tips.from_same_reporter"', b'"action":"tips.linked"')
_IN_PROGRESS = frozenset({*PENDING, InboxState.FAILED, OutboxState.READY, OutboxState.CLAIMED, OutboxState.STARTED})


@frozen
class Link:
    """A value that occurs with two or more things of one person, and with nothing of any other person.

    Attributes:
        value: the value.
        things: cases as `kind:id`, or `TALK`.
        tables: the tables in which the value occurs.
    """

    value: str
    things: frozenset[str]
    tables: frozenset[str]


@define
class _Occurrences:
    owners: set[str] = field(factory=set)
    things: set[str] = field(factory=set)
    tables: set[str] = field(factory=set)


@frozen
class _RecordOwners:
    """The residents behind the records, which only the keys reveal.

    Attributes:
        owners: case -> conversation id of its resident.
        messages: id of a message -> its sender, and its case or `TALK`.
        joined: pairs of cases that an officer joined.
    """

    owners: Mapping[str, str]
    messages: Mapping[str, tuple[str, str]]
    joined: frozenset[frozenset[str]]


def find_links(context: UseCaseContext) -> list[Link]:
    """Return the connections that a thief of the database could make by equal values, without keys.

    These are left out: rows in progress; search terms, which are equal for equal words; times, which are measured
    separately; pairs that an officer joined (a post and its message, a tip and the one that it was merged into; a
    search for tips of one reporter leaves an entry that names them); and journal entries of a reindex, which name the
    ids of records that it rewrote together.
    """
    truth = _read_record_owners(context)
    seen: defaultdict[str, _Occurrences] = defaultdict(_Occurrences)
    for row in context.storage.maintenance.dump():
        owner_things = set(_iter_things(truth, row))
        if not owner_things:
            continue
        for token in _iter_tokens(row):
            entry = seen[token]
            entry.tables.add(_table_name(row))
            for owner, thing in owner_things:
                entry.owners.add(owner)
                entry.things.add(thing)
    return [
        Link(value, frozenset(entry.things), frozenset(entry.tables))
        for value, entry in seen.items()
        if len(entry.owners) == 1 and _is_link(truth, entry.things)
    ]


def count_pairs(links: Sequence[Link]) -> int:
    """Return the number of pairs of cases, or of a case and `TALK`, that the links connect."""
    pairs = {
        frozenset((first, second))
        for link in links
        for first in link.things
        for second in link.things
        if first < second
    }
    return len(pairs)


def _is_link(truth: _RecordOwners, things: set[str]) -> bool:
    return len(things) > 1 and not any(things <= pair for pair in truth.joined)


def _read_record_owners(context: UseCaseContext) -> _RecordOwners:
    owners: dict[str, str] = {}
    joined: set[frozenset[str]] = set()
    for kind in _CASES:
        for model in context.iter_readable(kind, context.storage.maintenance.scan(kind.name)):
            case = f"{kind.name}:{model.id}"
            if resident := kind.resident(model):
                owners[case] = resident
            if parent := kind.part_of(model):
                joined.add(frozenset((case, f"{kind.name}:{parent}")))
    messages = dict(_iter_purged_messages(context))
    for message in context.iter_readable(MESSAGE, context.storage.maintenance.scan(MESSAGE.name)):
        is_in_group = message.sender not in ("", message.conversation)
        thing = message.case or (TALK if is_in_group else "")
        if message.sender and thing:
            messages[message.id] = (message.sender, thing)
            if is_in_group and message.case:
                joined.add(frozenset((message.case, TALK)))
    joined |= {frozenset((f"post:{id}", TALK)) for id in messages}
    joined |= {frozenset((f"post:{id}", thing)) for id, (_, thing) in messages.items()}
    return _RecordOwners(owners, messages, frozenset(joined))


def _iter_purged_messages(context: UseCaseContext) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the id, sender and case of each message that can't be decrypted any more but still has its sender's id in a
    column.
    """
    people = {record.id for record in context.storage.maintenance.scan(CONVERSATION.name)}
    for record in context.storage.maintenance.scan(MESSAGE.name):
        sender = str(record.columns["sender"])
        case = str(record.columns["case"])
        if sender in people and (case or sender != record.columns["conversation"]):
            yield record.id, (sender, case or TALK)


def _iter_things(truth: _RecordOwners, row: Row) -> Iterator[tuple[str, str]]:
    """Yield each person with the case or `TALK` that a row is about, as far as the row's clear values show them."""
    if isinstance(row, KeptInbox | KeptOutbox) and row.row.state in _IN_PROGRESS:
        return
    if isinstance(row, JournalLine) and any(action in row.content for action in _JOINING):
        return
    if isinstance(row, Record) and row.kind == MESSAGE.name and row.id in truth.messages:
        yield truth.messages[row.id]
    if isinstance(row, KeptInbox) and row.row.id in truth.messages:
        yield truth.messages[row.row.id]
    if isinstance(row, Record) and f"{row.kind}:{row.id}" in truth.owners:
        yield truth.owners[f"{row.kind}:{row.id}"], f"{row.kind}:{row.id}"
    for kind, id in _CASE.findall(_clear_text(row)):
        case = f"{kind}:{id}"
        if case in truth.owners:
            yield truth.owners[case], case


def _iter_tokens(row: Row) -> Iterator[str]:
    texts = [_clear_text(row)]
    if isinstance(row, Record):
        texts = [row.id, row.unit, row.scope, *map(str, chain(row.columns.values(), *row.multi.values()))]
        yield from (text for text in texts if len(text) > 1 and not _MOMENT.fullmatch(text))
    for text in texts:
        yield from (token for token in _TOKEN.findall(text) if not _MOMENT.fullmatch(token))


def _clear_text(row: Row) -> str:
    """Return the clear text of a row, without encrypted bodies."""
    if isinstance(row, JournalLine):
        return row.content.decode(errors="replace")
    if isinstance(row, KeptOutbox):
        queued = row.row
        names = (queued.id, queued.conversation, queued.cause, queued.scope, queued.platform_id, queued.after)
        return " ".join(names)
    if isinstance(row, KeptInbox):
        return f"{row.row.id} {row.row.conversation} {row.row.error}"
    if isinstance(row, Record):
        return " ".join((row.id, row.scope, *map(str, chain(row.columns.values(), *row.multi.values()))))
    return encode_row(row).decode(errors="replace")


def _table_name(row: Row) -> str:
    return row.kind if isinstance(row, Record) else type(row).__name__
