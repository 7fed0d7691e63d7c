"""Reindexing: records whose columns, body or terms aren't what this version makes of them are written anew.

A rewrite is an ordinary act: a new version, in one commit with its journal entry, tried again where somebody else was
faster. So it may run while work goes on, and may break off anywhere.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from hashlib import sha256
from itertools import dropwhile, islice
from typing import Any

import msgspec
from attrs import evolve, frozen

from anninh_core.kernel.errors import Conflict, DecryptionError
from anninh_core.ports.changes import Record
from anninh_core.ports.validation import fill_columns
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.context import UseCaseContext
from anninh_core.work.kinds import Kind
from anninh_core.work.read_session import ReadSession
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.terms import TOKENS
from anninh_core.work.unit_of_work import UnitOfWork

_ACTION = "storage.reindex"
_OWNER, _PLACE = "reindex", "place"


@frozen(kw_only=True)
class Progress:
    """How far a reindex has come with a kind since it was called.

    Attributes:
        rewritten: of the records seen, how many weren't as they should be.
        unreadable: of the records seen, how many were purged.
    """

    kind: str
    seen: int = 0
    rewritten: int = 0
    unreadable: int = 0


def reindex(runner: UseCaseRunner, actor: Actor, kinds: Sequence[Kind[Any]], *, batch: int = 200) -> Iterator[Progress]:
    """Go through all records of some kinds, and tell after each batch how far it has come with its kind.

    A run over the same kinds that was broken off is gone on with. What the counters say is not looked at.

    Args:
        desk: where the records are.
        actor: who needs the permission to operate the system on the root.
        kinds: which kinds, in this order.
        batch: how many records are held, and rewritten in one commit.

    Raises:
        Refused: the actor may not.
        Conflict: another run is under way, or a record was changed again and again just before it was rewritten.
        StorageError: a record was written by a newer version.
    """
    runner.run_query(actor, _ACTION, Permission.OPERATE, False, partial(_permit, runner.context.district.root))
    course = _Course(runner, kinds)
    for kind in course.left():
        progress = Progress(kind=kind.name)
        records = runner.context.storage.maintenance.scan(kind.name, batch, course.place.after)
        while portion := list(islice(records, batch)):
            rewritten, unreadable = _put_right(runner, actor, kind, portion)
            course.reach(_Place(kinds=course.kinds, kind=kind.name, after=portion[-1].id))
            progress = Progress(
                kind=kind.name,
                seen=progress.seen + len(portion),
                rewritten=progress.rewritten + rewritten,
                unreadable=progress.unreadable + unreadable,
            )
            yield progress
    course.reach(_Place(kinds=course.kinds))


@frozen(kw_only=True)
class _Place:
    """How far a run has come: behind record `after` of a kind; both "" before it begins and once it is through.

    Attributes:
        kinds: which kinds, and in what shape.
    """

    kinds: str
    kind: str = ""
    after: str = ""


_PLACE_DECODER = msgspec.json.Decoder(_Place)


class _Course:
    """The way through the kinds, remembered in the storage.

    Attributes:
        place: where the run is.
    """

    def __init__(self, runner: UseCaseRunner, kinds: Sequence[Kind[Any]]) -> None:
        self._states = runner.context.storage.states
        self._all = kinds
        self.kinds = sha256("\n".join(_shape(runner, kind) for kind in kinds).encode()).hexdigest()
        stored = self._states.get(_OWNER, _PLACE)
        self._version = stored.version if stored else 0
        place = _PLACE_DECODER.decode(stored.body) if stored else None
        self.place = place if place is not None and place.kinds == self.kinds else _Place(kinds=self.kinds)

    def left(self) -> Iterator[Kind[Any]]:
        """Yield the kinds that are not gone through yet."""
        for kind in dropwhile(lambda kind: kind.name != self.place.kind, self._all) if self.place.kind else self._all:
            if kind.name != self.place.kind:
                self.place = _Place(kinds=self.kinds, kind=kind.name)
            yield kind

    def reach(self, place: _Place) -> None:
        """Remember a place."""
        if not self._states.put(_OWNER, _PLACE, msgspec.json.encode(place), self._version):
            raise Conflict("another reindex is under way; let it come to its end")
        self._version += 1
        self.place = place


def _shape(runner: UseCaseRunner, kind: Kind[Any]) -> str:
    columns = sorted(f"{name} {type.__name__}" for name, type in kind.spec.columns.items())
    return repr((kind.name, kind.schema, columns, sorted(kind.spec.multi), _is_indexed(runner.context, kind)))


def _is_indexed(context: UseCaseContext, kind: Kind[Any]) -> bool:
    return kind.search is not None and context.district.search_mode == TOKENS


def _put_right(runner: UseCaseRunner, actor: Actor, kind: Kind[Any], records: Sequence[Record]) -> tuple[int, int]:
    """Rewrite those that aren't as they should be, and return how many those are, and how many can't be opened."""
    stale, sound = list[str](), list[str]()
    for record in records:
        for model in runner.context.readable(kind, (record,)):
            (sound if _made_of(runner.context, kind, model, record) == record else stale).append(record.id)
    ids = sorted([*stale, *sound]) if _is_indexed(runner.context, kind) else stale
    if ids:
        _rewrite(runner, actor, kind, ids, frozenset(stale))
    return len(stale), len(records) - len(stale) - len(sound)


def _made_of(context: UseCaseContext, kind: Kind[Any], model: Any, record: Record) -> Record:
    """Return a record as this version stores its model, but for the body itself."""
    unit = context.district.counting_unit(kind.unit(model))
    made = evolve(record, unit=unit, schema=kind.schema, columns=kind.columns(model), multi=kind.multi(model))
    return fill_columns(kind.spec, made)


def _rewrite(runner: UseCaseRunner, actor: Actor, kind: Kind[Any], ids: Sequence[str], stale: Collection[str]) -> None:
    """Write stale records and the terms of all in one commit; where something of them is in the way, in halves."""
    try:
        runner.run_command(actor, _ACTION, Permission.OPERATE, partial(_draft, kind=kind, ids=ids, stale=stale))
    except (Conflict, DecryptionError) as error:
        half = len(ids) // 2
        if not half and isinstance(error, DecryptionError):
            return  # purged just now
        if not half:
            raise
        _rewrite(runner, actor, kind, ids[:half], stale)
        _rewrite(runner, actor, kind, ids[half:], stale)


def _draft(draft: UnitOfWork, *, kind: Kind[Any], ids: Sequence[str], stale: Collection[str]) -> None:
    _permit(draft.context.district.root, draft)
    draft.facts["kind"] = kind.name
    for id in ids:
        model = draft.load(kind, id)
        if id in stale:
            draft.save(kind, model)
        else:
            draft.hold(kind, model)
        draft.index(kind, model)


def _permit(unit: str, look: ReadSession) -> None:
    look.permit(unit)
