"""Reading for one act of one actor: permission first, then sealed bodies opened."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from attrs import field, frozen

from anninh_core.kernel.errors import AnninhError, DecryptionError, NotFound, NotVisible
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.replacing import evolve
from anninh_core.ports.storages.changes import Record, Scalar
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.indexing.visible_pages import FindPage, count_visible, fill_page, shares_units
from anninh_core.usecase.journal.looks import Look, OpenedRecords
from anninh_core.usecase.kinds import HasId, Kind, M
from anninh_core.usecase.permissions.checks import PermissionChecks
from anninh_core.usecase.permissions.permits import USE_CASE, Permits, UseCase, UseCaseKind
from anninh_core.usecase.preconditions.seen_versions import SeenVersions

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")

PAGE = 500
"""Records that are read at a time where all of them are asked for."""


MOST_COUNTED = 1000
"""How far a list is counted; of a longer one it is told that there are more."""

BACK = "<"
"""Begins a cursor that leads back: to the page that ends before it."""


@frozen
class Listing(Generic[T]):
    """A page of models.

    Attributes:
        cursor: where the next one begins, "" on the last one.
        previous: of the page before, "" on the first one, and in lists that go on alone.
        count: counts what the whole list shows, up to some number; None where that can't be told.
        total: how many that are, up to one more than `MOST_COUNTED`, where the actor asked (`Actor.counting`).
    """

    items: tuple[T, ...]
    cursor: str = ""
    previous: str = ""
    count: Callable[[int], int] | None = field(default=None, eq=False, repr=False)
    total: int | None = None

    def map(self, show: Callable[[T], U]) -> "Listing[U]":
        """Return the same page with something made of each item."""
        return Listing(tuple(map(show, self.items)), self.cursor, self.previous, self.count, self.total)

    def counted(self) -> "Listing[T]":
        """Return the page with the total of its list."""
        return self if self.count is None else evolve(self, total=self.count(MOST_COUNTED + 1))


class ReadSession(PermissionChecks):
    """What a query works with. It is read-only.

    Attributes:
        opened: the records that were opened.
        seen: in which versions the actor saw records, which must be as they were.
    """

    _includable_kinds: frozenset[UseCaseKind] = frozenset({UseCaseKind.QUERY})

    def __init__(self, context: UseCaseContext, permits: Permits, actor: Actor, action: str) -> None:
        super().__init__(context, permits, actor, action)
        self.opened: OpenedRecords = OpenedRecords()
        self.seen: SeenVersions = SeenVersions(context.storage.journal, permits, actor)

    def include(self, use_case: Callable[Concatenate[Actor, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a public use case as part of this act: same actor, same moment, its own permission checked.

        Raises:
            TypeError: it is no use case, or changes something where this act only reads.
        """
        mark: UseCase | None = getattr(use_case, USE_CASE, None)
        if mark is None or mark.kind not in self._includable_kinds:
            name = getattr(use_case, "__qualname__", repr(use_case))
            raise TypeError(f"{name} can't be included in {self.action}: {type(self).__name__} takes no such thing in")
        service: object = use_case.__self__  # type: ignore[attr-defined]
        with self.requiring(mark.permission):
            result: T = mark.body(service, self, *args, **kwargs)
            return result

    def get(self, kind: Kind[M], id: str) -> M | None:
        """Return a model, or None."""
        record = self._get_record(kind, id)
        return None if record is None else self._decode(kind, record, self.context.open_body(record), asked=True)

    def load(self, kind: Kind[M], id: str) -> M:
        """Return a model, or raise `NotFound`."""
        model = self.get(kind, id)
        if model is None:
            raise NotFound(f"there is no {kind.name} {id!r}", kind=kind.name, id=id)
        return model

    def get_readable(self, kind: Kind[M], id: str) -> M | None:
        """Return a model, or None; also where it was purged, so that nobody knows any more what it said."""
        try:
            return self.get(kind, id)
        except DecryptionError:
            return None

    def is_excluded(self, kind: Kind[M], id: str) -> bool:
        """Tell whether a conflict of interest keeps the actor away from a record; from a purged one it keeps nobody."""
        model = self.get_readable(kind, id)
        return model is not None and self.is_barred(kind.excluded(model))

    def get_permitted(self, kind: Kind[M], id: str, see: str = "") -> M:
        """Return a model on whose unit the marked permission holds.

        Args:
            kind, id: of the record.
            see: hint for the error message: where to look instead.

        Raises:
            Refused: the permission holds nowhere.
            NotVisible: no such record, or the permission doesn't hold on its unit: the actor isn't told which.
            NotFound: no such record, told to a part of the program.
        """
        model = self.get_visible(kind, id, see)
        permitted = self.permitted_units()
        unit = self.context.district.unit(kind.unit(model)).id
        if permitted is not None and unit not in permitted:
            raise self.withhold(kind.name, id, f"it belongs to {unit}", see, unit=unit)
        if not self.required[1:]:
            self.unit = unit
        self.check_not_excluded(kind, model, see)
        return model

    def check_not_excluded(self, kind: Kind[M], model: M, see: str = "", *, asked_for: str = "") -> None:
        """Check that no conflict of interest keeps the actor away from a model that is otherwise theirs to know of.

        Raises:
            Stale: it was changed since the actor saw it.
            NotVisible: as `get_permitted`.
        """
        if self.is_barred(kind.excluded(model)):
            truth = f"{self.actor.label} is excluded from it by a conflict of interest"
            about = str(Ref(kind.name, model.id))
            raise self.withhold(kind.name, asked_for or model.id, truth, see, unit=kind.unit(model), about=about)
        self.seen.check(kind.name, model.id)

    def get_visible(self, kind: Kind[M], id: str, see: str = "", *, asked_for: str = "") -> M:
        """Return a model whose unit the caller checks next; raises as `get_permitted` does, but for that.

        Raises:
            DecryptionError: it was purged; others than its own unit's officers hear what they hear of a missing one.
        """
        self._refusals.asked_for = str(Ref(kind.name, id))
        self.permitted_units()  # who has the permission nowhere hears the same of every record
        try:
            model = self.get(kind, id)
        except DecryptionError:
            self._require_may_know(kind, id, asked_for or id, see)
            raise
        if model is None:
            raise self.withhold(kind.name, asked_for or id, "there is none", see)
        return model

    def withhold(self, what: str, id: str, truth: str, see: str = "", *, unit: str = "", about: str = "") -> NotFound:
        """Return the error for a record that isn't there, or isn't the actor's: its words are the same for both.

        Args:
            what: what kind of thing was asked for.
            id: by which name.
            truth: what the journal says in their stead; the actor isn't told.
            see: hint for the error message: where to look instead.
            unit: whose it is, as the journal will say; "" where it isn't there.
            about: `kind:id` of it, as the journal will say, where that isn't what was asked for.
        """
        hint = f"; {see}" if see else ""
        if self.permitted_units() is None:  # a part of the program, which may know
            return NotFound(f"there is no {what} {id!r}{hint}", kind=what, id=id)
        self.unit: str = unit or self.unit
        permission = self.required[-1].permission.value
        words = f"there is no {what} {id!r} on which {self.actor.label} may {permission}{hint}"
        refusal = NotVisible(words, permission=permission, kind=what, id=id)
        return self._refusals.withhold(refusal, truth, about or str(Ref(what, id)))

    def explain(self, refusal: AnninhError) -> Mapping[str, Scalar]:
        """Return what the journal says of a refusal: the truth, where the actor isn't told it."""
        return self._refusals.explain(refusal)

    def _require_may_know(self, kind: Kind[Any], id: str, name: str, see: str) -> None:
        """Check, by what stands in clear of a record that can't be opened, that the actor may know of it."""
        record = self._get_record(kind, id)
        permitted = self.permitted_units()
        if record is None or permitted is None:
            return
        if record.unit not in permitted or self.is_barred(record.multi.get("excluded", ())):
            truth = "it can't be opened"
            about = str(Ref(kind.name, id))
            raise self.withhold(kind.name, name, truth, see, unit=record.unit, about=about) from None

    def visible_units(self, unit: str = "") -> frozenset[str] | None:
        """Return the units that a list may show: those permitted, below `unit` if one is named; None for all."""
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
        """Return a page of what the actor may see, of a unit and below if one is named, and `shows` doesn't leave out.

        Records carry no unit below the counting level, so areas are told apart after decryption.
        """
        visible = self.visible_units(unit)
        find = partial(self.find, kind, order, units=self.index_units(visible), where=where)
        if shows is None and not self.hides_some(visible):
            return find(after=after, limit=limit)

        def is_visible(model: M) -> bool:
            return (visible is None or kind.unit(model) in visible) and (shows is None or shows(model))

        return self.filled(kind, order, find, is_visible, after=after, limit=limit)

    def filled(
        self, kind: Kind[M], order: str, find: FindPage[M], is_visible: Callable[[M], bool], *, after: str, limit: int
    ) -> Listing[M]:
        """Return a page of what is visible among what is found; see `fill_page`."""
        page = fill_page(kind, order, find, is_visible, after=after, limit=limit)
        return Listing(*page, count=lambda most: count_visible(find, is_visible, most))

    def hides_some(self, visible: frozenset[str] | None) -> bool:
        """Tell whether what stands in clear under the units of a list may belong to others than the visible ones."""
        return visible is not None and shares_units(self.context.district, self.index_units(visible), visible)

    def iter_permitted(
        self,
        kind: Kind[M],
        order: str,
        unit: str = "",
        *,
        where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
    ) -> Iterator[M]:
        """Yield all that the actor may see, of a unit and below if one is named, areas told apart as in `listed`."""
        visible = self.visible_units(unit)
        models = self.iter_all(kind, order, units=self.index_units(visible), where=where)
        yield from (model for model in models if visible is None or kind.unit(model) in visible)

    def index_units(self, reach: frozenset[str] | None) -> Sequence[str] | None:
        """Return the units under which records of `reach` stand in clear; None for all."""
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
    ) -> Listing[M]:
        """Return a page of models in one of the kind's orders; `opens` leaves out by what stands in clear."""
        where, excluding = where or {}, excluding or {}
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
        models: Iterable[M] = ()
        if wanted := tuple(filter(opens, page.records)):
            opened = self.context.open_bodies(wanted, page.keys)
            models = (self._decode(kind, record, body) for record, body in opened)
        if not {*where, *excluding}.isdisjoint(kind.spec.multi):
            models = (model for model in models if kind.is_listed(model, where, excluding))
        previous = page.previous and f"{BACK}{page.previous}"
        return Listing(
            tuple(models),
            page.cursor,
            previous,
            lambda most: records.count(evolve(query, after="", before=""), most),
        )

    def iter_all(
        self,
        kind: Kind[M],
        order: str,
        *,
        units: Sequence[str] | None = None,
        where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None,
    ) -> Iterator[M]:
        """Yield all matches, a page at a time."""
        after = ""
        while True:
            page = self.find(kind, order, units=units, where=where, after=after, limit=PAGE)
            yield from page.items
            if not page.cursor:
                return
            after = page.cursor

    def _find_page(self, query: Find) -> RecordPage:
        return self.context.storage.records.find(query)

    def _get_record(self, kind: Kind[Any], id: str) -> Record | None:
        return self.context.storage.records.get(kind.name, id)

    def _decode(self, kind: Kind[M], record: Record, body: bytes, *, asked: bool = False) -> M:
        """Return the model of an opened body, and note it for the journal."""
        self.opened.add(kind, record, asked=asked)
        self.seen.note_read(record)
        model = kind.decode_record(record, body)
        self._note_read(record, model)
        return model

    def _note_read(self, record: Record, model: HasId) -> None:
        """Hook: remember what was read, where a commit has to check it; a query needs nothing."""

    def look(self, outcome: str, result: object = None, **facts: Scalar) -> Look:
        """Return who looked at what, for the journal: what was read by its id, and what of lists is in the result."""
        named = self.opened.name(result)
        said = tuple(sorted({**facts, **self.actor.sign_in.facts}.items()))
        label = self.actor.label
        return Look(actor=label, action=self.action, unit=self.unit, outcome=outcome, named=named, facts=said)
