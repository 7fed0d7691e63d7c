"""Reading of records in one act of one actor: permissions are checked first, and then bodies are decrypted."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from attrs import field, frozen

from anninh_core.kernel.errors import AnninhError, Damaged, DecryptionError, NotFound, NotVisible, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.replacing import evolve
from anninh_core.ports.storages.changes import NewKey, Record, Scalar
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.context import Filter, UseCaseContext
from anninh_core.usecase.journal.entries import REINDEX, NumberedEntry, iter_acts
from anninh_core.usecase.journal.read_log import Look, OpenedRecords
from anninh_core.usecase.kinds import HasId, Kind, M
from anninh_core.usecase.permissions.checks import PermissionChecks
from anninh_core.usecase.permissions.permits import USE_CASE, Permits, UseCase, UseCaseKind
from anninh_core.usecase.permissions.visible_pages import FindPage, count_visible, fill_page, has_hidden_units
from anninh_core.usecase.seen_versions import SeenVersions
from anninh_core.vocabulary.permissions import Permission

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")

PAGE = 500
"""Number of records that are read per page when all of them are needed."""


MOST_COUNTED = 1000
"""Maximum number of items that are counted in a list; a longer list has only an upper bound."""

BACK = "<"
"""Prefix of a backward cursor, which is for the page that ends before the cursor's position."""


@frozen
class Listing(Generic[T]):
    """A page of models.

    Attributes:
        cursor: start of the next page, "" on the last page.
        previous: cursor of the previous page, "" on the first page, and in lists that can't be read backward.
        count: counts the items of the whole list up to a limit; None if the list can't be counted.
        total: number of items, up to one more than `MOST_COUNTED`, if the actor requested it (`Actor.counting`).
        damaged: number of records missing because they can't be read; only those that the actor may know of.
    """

    items: tuple[T, ...]
    cursor: str = ""
    previous: str = ""
    count: Callable[[int], int] | None = field(default=None, eq=False, repr=False)
    total: int | None = None
    damaged: int = 0

    def map(self, show: Callable[[T], U]) -> "Listing[U]":
        """Return the same page with the function `show` applied to each item."""
        return Listing(tuple(map(show, self.items)), self.cursor, self.previous, self.count, self.total, self.damaged)

    def counted(self) -> "Listing[T]":
        """Return the same page with the total number of items in its list."""
        return self if self.count is None else evolve(self, total=self.count(MOST_COUNTED + 1))


class ShortenedTuple(tuple[T, ...]):  # noqa: SLOT001  a subclass of tuple can't have slots that hold anything
    """All results of a query that has no pages, without the records that can't be read.

    Attributes:
        damaged: number of missing records that the actor may know of.
    """

    damaged: int

    @classmethod
    def of(cls, items: Iterable[T], damaged: int) -> "ShortenedTuple[T]":
        """Return a tuple of these items, with the number of records that are missing in it."""
        shortened = cls(items)
        shortened.damaged = damaged
        return shortened

    def map(self, show: Callable[[T], U]) -> "ShortenedTuple[U]":
        """Return the same tuple with the function `show` applied to each item."""
        return ShortenedTuple.of(map(show, self), self.damaged)


class ReadSession(PermissionChecks):
    """The session of a query, which can only read.

    Attributes:
        seen: versions of records that the actor saw and that must be unchanged.
        lists_all: whether a list with damaged records is refused. Otherwise it leaves them out.
    """

    _includable_kinds: frozenset[UseCaseKind] = frozenset({UseCaseKind.QUERY})

    def __init__(self, context: UseCaseContext, permits: Permits, actor: Actor, action: str) -> None:
        super().__init__(context, permits, actor, action)
        self.opened: OpenedRecords = OpenedRecords()
        self.seen: SeenVersions = SeenVersions(context.storage.journal, actor)
        self.lists_all: bool = False
        self._damaged: dict[Ref, Record] = {}
        self._known_damage: set[Ref] = set()

    def include(self, use_case: Callable[Concatenate[Actor, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a public use case as part of this act, with the same actor and time; its own permission is checked.

        Raises:
            TypeError: it isn't a use case, or it changes data in a read-only act.
        """
        mark: UseCase | None = getattr(use_case, USE_CASE, None)
        if mark is None or mark.kind not in self._includable_kinds:
            name = getattr(use_case, "__qualname__", repr(use_case))
            raise TypeError(f"{name} can't be included in {self.action}: {type(self).__name__} takes no such thing in")
        service: object = use_case.__self__  # type: ignore[attr-defined]
        with self.requiring(mark.permission):
            positional = mark.readers.apply(args, kwargs)
            result: T = mark.body(service, self, *positional, **kwargs)
            return result

    def get(self, kind: Kind[M], id: str) -> M | None:
        """Return the model of a record, or None if there is no such record."""
        record = self._get_record(kind, id)
        return None if record is None else self._decode(kind, record, self.context.open_body(record), by_id=True)

    def load(self, kind: Kind[M], id: str) -> M:
        """Return the model of a record, or raise `NotFound`."""
        model = self.get(kind, id)
        if model is None:
            raise NotFound("There is no {kind:record} {id!r}.", kind=kind.name, id=id)
        return model

    def get_unpurged(self, kind: Kind[M], id: str) -> M | None:
        """Return the model of a record, or None if the record doesn't exist or was purged.

        Raises:
            Damaged: it can't be read, and wasn't purged.
        """
        try:
            return self.get(kind, id)
        except Purged:
            return None

    def get_readable(self, kind: Kind[M], id: str) -> M | None:
        """Return the model of a record, or None if the record doesn't exist, was purged or is damaged.

        Only for optional data, such as the name of an officer next to an act.
        """
        try:
            return self.get(kind, id)
        except (Purged, Damaged):
            return None

    def is_excluded(self, kind: Kind[M], id: str) -> bool:
        """Return whether a conflict of interest keeps the actor away from a record.

        A purged record excludes no one; a damaged record excludes everyone whom its exclusions might name.
        """
        try:
            model = self.get_unpurged(kind, id)
        except Damaged:
            return self.permitted_units() is not None
        return model is not None and self.is_barred(kind.excluded(model))

    def get_permitted(self, kind: Kind[M], id: str, see: str = "") -> M:
        """Return the model of a record on whose unit the actor has the required permission.

        Args:
            see: operation that lists records that the actor may see, for the error message.

        Raises:
            Refused: the actor has the permission on no unit.
            NotVisible: the record doesn't exist, or the permission doesn't hold on its unit; the error doesn't reveal
                which.
            NotFound: the record doesn't exist; only for parts of the program.
        """
        model = self.get_visible(kind, id, see)
        permitted = self.permitted_units()
        unit = self.context.district.unit(kind.unit(model)).id
        if permitted is not None and unit not in permitted:
            raise self.build_withheld_error(kind.name, id, f"it belongs to {unit}", see, unit=unit)
        if not self.required[1:]:
            self.unit = unit
        self.check_not_excluded(kind, model, see)
        return model

    def check_not_excluded(self, kind: Kind[M], model: M, see: str = "", *, asked_for: str = "") -> None:
        """Check that no conflict of interest keeps the actor away from a model that the actor may otherwise know of.

        Raises:
            Stale: it was changed since the actor saw it.
            NotVisible: as `get_permitted`.
        """
        if self.is_barred(kind.excluded(model)):
            truth = f"{self.actor.label} is excluded from it by a conflict of interest"
            about = str(Ref(kind.name, model.id))
            raise self.build_withheld_error(
                kind.name, asked_for or model.id, truth, see, unit=kind.unit(model), about=about
            )
        self.seen.check(kind.name, model.id)

    def get_visible(self, kind: Kind[M], id: str, see: str = "", *, asked_for: str = "") -> M:
        """Return the model of a record to a caller that checks the record's unit next; errors are those of
        `get_permitted`, except for the unit check.

        Raises:
            Purged, Damaged: it can't be read; officers of other units get the error for a missing record.
            KeysUnavailable: no available key can decrypt it.
        """
        self._refusals.asked_for = str(Ref(kind.name, id))
        self.permitted_units()  # Actors who have the permission on no unit get the same error for every record.
        try:
            model = self.get(kind, id)
        except DecryptionError:
            self._require_may_know(kind, id, asked_for or id, see)
            raise
        if model is None:
            raise self.build_withheld_error(kind.name, asked_for or id, "there is none", see)
        return model

    def build_withheld_error(
        self, what: str, id: str, truth: str, see: str = "", *, unit: str = "", about: str = ""
    ) -> NotFound:
        """Return the error for a record that doesn't exist, or that the actor may not see; its text is the same in both
        cases.

        Args:
            what: requested kind of record.
            id: requested name.
            truth: real reason, for the journal; the actor isn't shown it.
            see: operation that lists records that the actor may see, for the error message.
            unit: unit of the record, for the journal; "" if it doesn't exist.
            about: `kind:id` of the record, for the journal, if it differs from the requested name.
        """
        # The actor is a part of the program, which may know that the record doesn't exist.
        if self.permitted_units() is None:
            return (
                NotFound(
                    "There is no {kind:record} {id!r}: {see:act} lists those there are.", kind=what, id=id, see=see
                )
                if see
                else NotFound("There is no {kind:record} {id!r}.", kind=what, id=id)
            )
        self.unit: str = unit or self.unit
        permission = self.required[-1].permission.value
        refusal = (
            NotVisible(
                "There is no {kind:record} {id!r} for which you have the permission {permission}: "
                "{see:act} lists those you may see.",
                permission=permission,
                kind=what,
                id=id,
                see=see,
            )
            if see
            else NotVisible(
                "There is no {kind:record} {id!r} for which you have the permission {permission}.",
                permission=permission,
                kind=what,
                id=id,
            )
        )
        return self._refusals.withhold_reason(refusal, truth, about or str(Ref(what, id)))

    def explain_refusal(self, refusal: AnninhError) -> Mapping[str, Scalar]:
        """Return the facts about a refusal for the journal, with the real reason even if the actor wasn't shown it."""
        return self._refusals.list_facts(refusal)

    def _require_may_know(self, kind: Kind[Any], id: str, name: str, see: str) -> None:
        """Check that the actor may know of a record that can't be decrypted, by its clear columns and the journal."""
        record = self._get_record(kind, id)
        if record is None or self.permitted_units() is None:
            return
        unit = self.find_journaled_unit(kind.name, id)
        if not self._may_know(record, unit):
            truth = "it can't be opened"
            about = str(Ref(kind.name, id))
            raise self.build_withheld_error(kind.name, name, truth, see, unit=unit, about=about) from None

    def _may_know(self, record: Record, unit: str) -> bool:
        """Return whether the actor may know of a record that can't be decrypted and belongs to `unit`."""
        permitted = self.permitted_units()
        return permitted is None or (unit in permitted and not self.is_barred(record.multi.get("excluded", ())))

    def find_journaled_unit(self, kind: str, id: str) -> str:
        """Return the unit of the last act on a record according to the journal, or "".

        Columns of a damaged record may be altered as well. Acts of the program count only if no person acted.
        """
        entries = [act.entry for act in self._iter_acts_on(kind, id) if act.entry.action != REINDEX]
        acts_of_people = [entry for entry in entries if not entry.actor.startswith("system:")]
        return next((entry.unit for entry in reversed(acts_of_people or entries)), "")

    def _iter_acts_on(self, kind: str, id: str) -> Iterator[NumberedEntry]:
        return iter_acts(self.context.storage.journal, str(Ref(kind, id)))

    def visible_units(self, unit: str = "") -> frozenset[str] | None:
        """Return the units whose records a list may show: those permitted, and of them only `unit` and those below it
        if it is given; None for all.
        """
        permitted = self.permitted_units()
        subtree = frozenset(self.context.district.subtree(unit)) if unit else None
        if permitted is None or subtree is None:
            return subtree if permitted is None else frozenset(permitted)
        return subtree & frozenset(permitted)

    def list_permitted(
        self,
        kind: Kind[M],
        order: str,
        unit: str = "",
        *,
        where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
        shows: Callable[[M], bool] | None = None,
        after: str = "",
        limit: int = 50,
    ) -> Listing[M]:
        """Return a page of the records that the actor may see and that `shows` accepts; `unit` restricts it to a unit
        and its subunits.

        Records barred by a conflict of interest or a supervisor lock are left out. Records carry no unit below the
        counting level, so areas are distinguished after decryption.
        """
        visible = self.visible_units(unit)
        find = partial(self.find, kind, order, units=self.get_index_units(visible), where=where)
        if shows is None and not self.may_hide_records(visible) and not kind.excludes:
            return find(after=after, limit=limit)

        def is_visible(model: M) -> bool:
            is_permitted = visible is None or kind.unit(model) in visible
            return is_permitted and not self.is_barred(kind.excluded(model)) and (shows is None or shows(model))

        return self.build_visible_page(kind, order, find, is_visible, after=after, limit=limit)

    def build_visible_page(
        self, kind: Kind[M], order: str, find: FindPage[M], is_visible: Callable[[M], bool], *, after: str, limit: int
    ) -> Listing[M]:
        """Return a page of those models from `find` that are visible, as `fill_page` does."""
        permission = self.required[-1].permission

        def count(most: int) -> int:
            # The query has ended by the time of the count, so that the required permission is set again.
            with self.requiring(permission):
                self.required[-1].checked = True
                return count_visible(find, is_visible, most)

        return Listing(*fill_page(kind, order, find, is_visible, after=after, limit=limit), count=count)

    def note_left_out(self, kind: Kind[Any], id: str, error: Damaged) -> None:
        """Record that a list leaves out a readable record, since another record that decides about it can't be read."""
        record = self._get_record(kind, id)
        if record is not None:
            self.note_damage(record, error)

    def note_damage(self, record: Record, error: Damaged) -> None:
        """Record that a list leaves out a damaged record, and whether the actor may know of that record under the
        required permission.
        """
        ref = Ref(record.kind, record.id)
        if ref not in self._damaged:
            _log.warning("%s is left out of a list: %s", ref, type(error).__name__)
            self._damaged[ref] = record
        if self.required and self._may_know(record, self.find_journaled_unit(record.kind, record.id)):
            self._known_damage.add(ref)

    @property
    def damaged(self) -> int:
        """The number of records left out so far that the actor may know of."""
        return len(self._known_damage)

    def has_left_out(self, kind: Kind[Any]) -> bool:
        """Return whether any record of a kind was left out so far, even one that the actor may not know of."""
        return any(ref.kind == kind.name for ref in self._damaged)

    def require_readable(self, kind: Kind[Any], units: Collection[str]) -> None:
        """Check that no record of a kind that belongs to some units was left out so far; its units are its own and
        those of any act on it.

        Raises:
            Damaged: a record was left out, so that counts would lack it.
        """
        counting_units = self.get_index_units(frozenset(units)) or ()
        for ref, record in self._damaged.items():
            units_of = {record.unit, *(act.entry.unit for act in self._iter_acts_on(record.kind, record.id))}
            if ref.kind == kind.name and not units_of.isdisjoint({*units, *counting_units}):
                raise Damaged(
                    "Record {record} can't be read, so the figures would be incomplete: run {act:audit.verify}.",
                    record=ref,
                )

    def explain_damage(self, error: Damaged) -> Damaged:
        """Return an error about damage that the actor may see: only operators and the program see which record is
        damaged, and why.
        """
        if self.actor.kind is not ActorKind.PERSON or self._is_operator():
            return error
        _log.warning("%s for %s met a damaged record: %s", self.action, self.actor.label, error)
        return Damaged(
            "A record can't be opened, because it or its key was altered or lost: ask an operator to find "
            "and restore it."
        )

    def _is_operator(self) -> bool:
        try:
            return bool(self.permits.units(self.actor, Permission.OPERATE, self.today))
        except Damaged:  # The actor's own record is damaged.
            return False

    def may_hide_records(self, visible: frozenset[str] | None) -> bool:
        """Return whether a list might include records of units that aren't visible, because areas are indexed under
        their commune.
        """
        return visible is not None and has_hidden_units(self.context.district, self.get_index_units(visible), visible)

    def iter_permitted(
        self,
        kind: Kind[M],
        order: str,
        unit: str = "",
        *,
        where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
        complete: bool = True,
    ) -> Iterator[M]:
        """Yield all records that the actor may see; `unit` restricts them to a unit and its subunits, `complete` is as
        for `iter_all`.

        As in `list_permitted`, records that bar the actor are left out, and areas are checked after decryption.
        """
        visible = self.visible_units(unit)
        models = self.iter_all(kind, order, units=self.get_index_units(visible), where=where, complete=complete)
        permitted = (model for model in models if visible is None or kind.unit(model) in visible)
        yield from (model for model in permitted if not self.is_barred(kind.excluded(model)))

    def get_index_units(self, reach: frozenset[str] | None) -> Sequence[str] | None:
        """Return the units under which the records of the units in `reach` are indexed; None for all."""
        district = self.context.district
        if reach is None or reach >= district.units.keys():
            return None
        return sorted({district.counting_unit(id) for id in reach})

    def find(
        self,
        kind: Kind[M],
        order: str,
        *,
        units: Sequence[str] | None = None,
        where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
        excluding: Mapping[str, str | tuple[str, ...]] | None = None,
        after: str = "",
        limit: int = 50,
        opens: Callable[[Record], bool] = lambda _: True,
        complete: bool | None = None,
    ) -> Listing[M]:
        """Return a page of models in one of the orders of their kind.

        Args:
            kind, order, units, where, excluding, after, limit: as for `Find`.
            opens: returns whether to decrypt a record, judged by its clear columns.
            complete: whether a damaged record is refused instead of left out; None for the session's setting.

        Raises:
            Damaged: a record can't be read, and the list must be complete.
        """
        where, excluding = self.replace_person_ids(kind, where or {}), excluding or {}
        query = Find(
            kind=kind.name,
            order=order,
            units=units,
            where=where,
            excluding=excluding,
            after="" if after.startswith(BACK) else after,
            before=after.removeprefix(BACK) if after.startswith(BACK) else "",
            limit=limit,
        )
        page = self._find_page(query)
        records = self.context.storage.records
        to_open = tuple(filter(opens, page.records))
        lists_all = self.lists_all if complete is None else complete
        models = tuple(self._iter_decoded(kind, to_open, page.keys, lists_all=lists_all)) if to_open else ()
        if not {*where, *excluding}.isdisjoint(kind.spec.multi):
            models = tuple(model for model in models if kind.is_listed(model, where, excluding))
        return Listing(
            models,
            page.cursor,
            page.previous and f"{BACK}{page.previous}",
            lambda most: records.count(evolve(query, after="", before=""), most),
        )

    def replace_person_ids(self, kind: Kind[Any], where: Filter) -> Filter:
        """Return a filter in which ids of people are replaced by their stored hashes (see `Kind.person_columns`)."""
        return self.context.replace_person_ids(kind, where, self._read_person)

    def _read_person(self, kind: Kind[M], id: str) -> M | None:
        """Return the model of a person's record, or None if it was purged; it isn't noted as shown to the actor."""
        return self.context.read_person(kind, id)

    def _iter_decoded(
        self, kind: Kind[M], records: Sequence[Record], keys: Mapping[str, NewKey] | None, *, lists_all: bool
    ) -> Iterator[M]:
        note = None if lists_all else self.note_damage
        for record, body in self.context.open_bodies(records, keys, note):
            try:
                model = self._decode(kind, record, body)
            except Damaged as error:
                if note is None:
                    raise
                note(record, error)
                continue
            yield model

    def iter_all(
        self,
        kind: Kind[M],
        order: str,
        *,
        units: Sequence[str] | None = None,
        where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
        complete: bool = True,
    ) -> Iterator[M]:
        """Yield all models that match a filter, reading one page at a time.

        Args:
            kind, order, units, where: as for `find`.
            complete: whether a damaged record is refused, since the caller counts or decides by all of them. Otherwise
                it is left out, and counted in `damaged`.

        Raises:
            Damaged: a record can't be read, and the result must be complete.
        """
        after = ""
        while True:
            page = self.find(kind, order, units=units, where=where, after=after, limit=PAGE, complete=complete)
            yield from page.items
            if not page.cursor:
                return
            after = page.cursor

    def _find_page(self, query: Find) -> RecordPage:
        return self.context.storage.records.find(query)

    def _get_record(self, kind: Kind[Any], id: str) -> Record | None:
        return self.context.storage.records.get(kind.name, id)

    def _decode(self, kind: Kind[M], record: Record, body: bytes, *, by_id: bool = False) -> M:
        """Return the model in a decrypted body, and note for the journal that its record was opened."""
        model = kind.decode_record(record, body)
        self.opened.add(kind, record, by_id=by_id)
        self.seen.note_read(record)
        self._note_read(record, model)
        return model

    def _note_read(self, record: Record, model: HasId) -> None:
        """Do nothing: a query needs no check at a commit. A unit of work overrides this and remembers each record that
        it read.
        """

    def look(self, outcome: str, result: object = None, **facts: Scalar) -> Look:
        """Return the access to records for the journal: those read by id, and those listed ones that the result
        contains.
        """
        named = self.opened.name(result)
        look_facts = tuple(sorted({**facts, **self.actor.sign_in.facts}.items()))
        label = self.actor.label
        return Look(actor=label, action=self.action, unit=self.unit, outcome=outcome, named=named, facts=look_facts)
