"""A kind of record: how a model is stored, found, counted and upgraded."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from attrs import Factory, field, frozen

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import Damaged, NewerDatabase
from anninh_core.kernel.identifiers import Identifying
from anninh_core.kernel.replacing import evolve
from anninh_core.ports.storages.changes import Counter, IndexSpec, Record, Scalar
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.resident_names import ResidentNames
from anninh_core.vocabulary.district import District


class HasId(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """Our own id."""
        ...


M = TypeVar("M", bound=HasId)
_log = logging.getLogger(__name__)


@frozen
class Fact:
    """One thing that an indicator counts.

    Attributes:
        day: the effective day in the district's time zone.
        dims: sorted `key=value` pairs joined by `;`.
        amount: how many; less than none takes away.
    """

    indicator: str
    unit: str
    day: date
    dims: str = ""
    amount: int = 1


def _own_unit(model: Any) -> str:
    unit: str = model.unit
    return unit


def _no_facts(_: Any) -> Iterable[Fact]:
    return ()


def _no_facts_of_others(_: Any) -> Mapping[str, Iterable[Fact]]:
    return {}


def _nobody(_: Any) -> str:
    return ""


def _no_officers(_: Any) -> tuple[str, ...]:
    return ()


def _never(_: Any) -> bool:
    return False


def _nobody_knows(_: object) -> None:
    return None


def _identifies_nobody(_: Any) -> Identifying | None:
    return None


def _no_multi(_: Any) -> Mapping[str, tuple[str, ...]]:
    return {}


def _kind_name(kind: "Kind[Any]") -> str:
    return kind.spec.kind


def _decoder(kind: "Kind[M]") -> msgspec.json.Decoder[M]:
    return msgspec.json.Decoder(kind.model)


def _text_decoder(kind: "Kind[M]") -> msgspec.json.Decoder[Any] | None:
    if kind.search is None or not kind.search.field:
        return None
    return msgspec.json.Decoder(msgspec.defstruct("Text", [(kind.search.field, str)]))


@frozen
class PersonColumn(Generic[M]):
    """A column that names a person by a keyed hash.

    Attributes:
        place: returns what its value is for, such as `tip:<id>`: elsewhere the same person has another value. "" leaves
            their id.
        kinds: of the places that there are.
    """

    place: Callable[[M], str]
    kinds: tuple[str, ...]

    @classmethod
    def of_record(cls, kind: str) -> "PersonColumn[M]":
        """Return a column whose place is the record itself."""
        return cls(lambda model: f"{kind}:{model.id}", (kind,))


@frozen(kw_only=True)
class Searchable(Generic[M]):
    """What of a model is found by words. Its kind has an order `newest` that goes by the same moments.

    Attributes:
        field: the text whose words they are; what changes in it changes the index with it. "" where `read` says it.
        at: when it came; never changes.
        read: returns the text where it isn't one field; a scan then decodes the whole of each body.
    """

    field: str = ""
    at: Callable[[M], datetime]
    read: Callable[[M], str] | None = None

    def text(self, model: M) -> str:
        """Return the words."""
        if self.read is not None:
            return self.read(model)
        words: str = getattr(model, self.field)
        return words


@frozen(kw_only=True)
class Kind(Generic[M]):
    """How a model is stored.

    Attributes:
        model: the attrs class; its JSON is the record's body.
        schema: version of the body's shape.
        unit: who owns it; the model's `unit` where nothing else is given.
        handled_by: another unit that works on it, "" for none.
        columns, multi: clear values of the `IndexSpec`; never personal data, never finer than a commune and an hour.
            A reindex fills new ones. None is ever taken away: bodies are bound to them.
        person_columns: the columns that name a person. The id that `columns` has for them isn't stored.
        keyed_columns: further columns of which a keyed hash is stored, each with the column whose plain value it is
            keyed with: equal values are found under one value of that column alone, and filters have both.
        scope: erasure scope whose destroyed key makes the body unreadable; "" for public kinds.
            A sealed kind that is searched has `kind:id`, so that a purge finds what to take out of the index.
        stays_sealed: whether a record stays under the scope that it has when it is merely rewritten, since something
            outside it, such as a file, is sealed by that too.
        facts: what the reports count about one model, as a pure function.
        found_by: text by whose blind index a record is found (`keyed_hashes.blind_index`), "" for none. The id of its
            scope is its own.
        facts_of_others: `kind:id` of records that nobody can read any more -> what they count.
        resident: conversation id of the resident whom it is about, "" for nobody.
        part_of: another record of the kind that it was merged into, "" for none.
        excluded: who may never see it, a conflict of interest: ids of officers, and marks of units (`unit_mark`).
        search: what of it is found by words, None for nothing.
        identifying: what of it leads to somebody: the index has keyed hashes of it in every search mode, by which the
            leak check knows it again. None for nothing.
        numbered: whether its models have their record's `version`, so that somebody can say which one was seen. What
            a body says of it doesn't count: it is set when the record is read.
        version_field: the field that has it.
        upcasters: schema n -> pure function that turns a body of n into one of n + 1.
    """

    spec: IndexSpec
    model: type[M]
    unit: Callable[[M], str] = _own_unit
    columns: Callable[[M], Mapping[str, Scalar]]
    multi: Callable[[M], Mapping[str, tuple[str, ...]]] = _no_multi
    person_columns: Mapping[str, PersonColumn[M]] = field(factory=dict)
    keyed_columns: Mapping[str, str] = field(factory=dict)
    scope: Callable[[M], str]
    stays_sealed: Callable[[M], bool] = _never
    facts: Callable[[M], Iterable[Fact]] = _no_facts
    facts_of_others: Callable[[M], Mapping[str, Iterable[Fact]]] = _no_facts_of_others
    handled_by: Callable[[M], str] = _nobody
    found_by: Callable[[M], str] = _nobody
    resident: Callable[[M], str] = _nobody
    part_of: Callable[[M], str] = _nobody
    excluded: Callable[[M], tuple[str, ...]] = _no_officers
    search: Searchable[M] | None = None
    identifying: Callable[[M], Identifying | None] = _identifies_nobody
    numbered: bool = False
    version_field: str = "version"
    schema: int = 1
    upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(factory=dict)
    name: str = field(init=False, eq=False, default=Factory(_kind_name, takes_self=True))
    # Made with the kind, while one thread runs: msgspec 0.22 crashes where several look at a class for the first time.
    _decoder: msgspec.json.Decoder[M] = field(
        init=False, repr=False, eq=False, default=Factory(_decoder, takes_self=True)
    )
    _text_decoder: msgspec.json.Decoder[Any] | None = field(
        init=False, repr=False, eq=False, default=Factory(_text_decoder, takes_self=True)
    )

    @property
    def has_facts(self) -> bool:
        """Whether the reports count anything about it."""
        return self.facts is not _no_facts

    @property
    def excludes(self) -> bool:
        """Whether its records may keep officers away from them."""
        return self.excluded is not _no_officers

    @property
    def identifies(self) -> bool:
        """Whether anything of it may lead to somebody."""
        return self.identifying is not _identifies_nobody

    @property
    def is_somebody(self) -> bool:
        """Whether its records say who somebody is: they are found by that, and sealed under a scope named otherwise."""
        return self.found_by is not _nobody

    @property
    def has_facts_of_others(self) -> bool:
        """Whether its records tell what others count that nobody can read any more."""
        return self.facts_of_others is not _no_facts_of_others

    @property
    def named_columns(self) -> tuple[str, ...]:
        """The columns whose values follow from an id that isn't stored in them."""
        return (*self.person_columns, *self.keyed_columns)

    def all_units(self, model: M) -> tuple[str, ...]:
        """Return the units whose officers may have to do with a model: the owner, and whoever works on it."""
        return tuple(dict.fromkeys(unit for unit in (self.unit(model), self.handled_by(model)) if unit))

    def clear_columns(self, model: M, names: ResidentNames) -> Mapping[str, Scalar]:
        """Return the columns as they are stored: who is named has another value in each place."""
        columns = self.columns(model)
        if not self.named_columns:
            return columns
        named = {
            name: names.mark(str(columns[name]), place)
            for name, column in self.person_columns.items()
            if columns[name] and (place := column.place(model))
        }
        keyed = {
            name: names.mark(str(columns[name]), str(columns[beside]))
            for name, beside in self.keyed_columns.items()
            if columns[name]
        }
        return {**columns, **named, **keyed}

    def number(self, model: M, version: int) -> M:
        """Return a model in a version of its record, if models of this kind have one."""
        is_so = not self.numbered or getattr(model, self.version_field) == version
        return model if is_so else evolve(model, **{self.version_field: version})  # type: ignore[misc]

    def encode(self, model: M) -> bytes:
        """Turn a model into a body."""
        return msgspec.json.encode(model)

    def decode(self, body: bytes, schema: int) -> M:
        """Turn a body of any released schema into a model.

        Raises:
            NewerDatabase: the body was written by a newer version.
        """
        if schema > self.schema:
            raise NewerDatabase(
                "A record of kind {kind:record} was written by a newer version (schema {schema}, but this "
                "version reads up to {newest}): update anninh.",
                kind=self.name,
                schema=schema,
                newest=self.schema,
            )
        if schema == self.schema:
            return self._decoder.decode(body)
        raw = msgspec.json.decode(body)
        for step in range(schema, self.schema):
            raw = self.upcasters[step](raw)
        return msgspec.convert(raw, type=self.model)

    def decode_record(self, record: Record, body: bytes) -> M:
        """Return the model of a record whose body was opened; a numbered one has the record's version.

        Raises:
            Damaged: the body, of a kind that isn't encrypted, is none of this kind.
            NewerDatabase: it was written by a newer version.
        """
        try:
            model = self.decode(body, record.schema)
        except (*DECODE_ERRORS, LookupError, TypeError, ValueError) as error:
            raise Damaged(
                "Record {kind}:{record} can't be read, because its body was altered: run {act:audit.verify}.",
                kind=record.kind,
                record=record.id,
            ) from error
        return self.number(model, record.version)

    def read_unsealed(self, record: Record) -> M | None:
        """Return the model of a record that isn't encrypted; None for one that can't be read, which is logged.

        A record whose schema number was altered looks like one of a newer version.
        """
        try:
            return self.decode_record(record, record.body)
        except (Damaged, NewerDatabase):
            _log.warning("%s %s can't be read; run `anninh audit verify`", record.kind, record.id)
            return None

    def is_listed(
        self, model: M, where: Mapping[str, Scalar | tuple[Scalar, ...]], excluding: Mapping[str, str | tuple[str, ...]]
    ) -> bool:
        """Tell by an opened model whether its multi columns are as a list asks for.

        The storage answers from rows beside the body, which whoever holds the storage can alter without any key.
        """
        multi = self.multi(model)
        for name, barred in excluding.items():
            if (values := multi.get(name)) and _contains(values, barred):
                return False
        return all(name not in multi or _contains(multi[name], value) for name, value in where.items())

    def extract_text(self, body: bytes, schema: int) -> str:
        """Return the text of a body that is searched, at a fraction of the price of decoding all of it."""
        if self.search is None:
            raise AssertionError(f"{self.name} is searched and doesn't say by what")
        if schema != self.schema or self._text_decoder is None:
            return self.search.text(self.decode(body, schema))
        words: str = getattr(self._text_decoder.decode(body), self.search.field)
        return words


def _contains(values: tuple[str, ...], asked: Scalar | tuple[Scalar, ...]) -> bool:
    return bool(values) and not set(values).isdisjoint(asked if isinstance(asked, tuple) else (asked,))


@frozen
class CaseAccess:
    """A kind of case.

    Attributes:
        kind: says which unit and which resident a case belongs to, and who is excluded from it.
        read: the public query that reads one; it refuses whoever may not.
        is_emergency: tells whether its record marks it as an emergency that isn't over.
        marked_by: returns the officer who marked it as one; "" where its words did, None where nobody knows.
        is_over: tells whether nothing is owed about it any more.
        is_absorbed: tells whether it was joined to another, which has its words now.
        is_locked: tells whether a supervisor lock keeps it: its unit says nothing of where its resident belongs.
    """

    kind: Kind[Any]
    read: Callable[[Actor, str], Any]
    is_emergency: Callable[[Any], bool] = _never
    marked_by: Callable[[Any], str | None] = _nobody_knows
    is_over: Callable[[Any], bool] = _never
    is_absorbed: Callable[[Any], bool] = _never
    is_locked: Callable[[Any], bool] = _never


def hour_column(at: datetime) -> str:
    """Return how a clear column has a moment: to the hour, in the moment's own time zone."""
    return at.isoformat()[:13]


def dims(**pairs: str) -> str:
    """Write dimensions the one way they are compared."""
    return ";".join(f"{key}={pairs[key]}" for key in sorted(pairs))


def counted(facts: Iterable[Fact]) -> dict[tuple[str, str, date, str], int]:
    """Sum facts by (indicator, unit, day, dims)."""
    sums: dict[tuple[str, str, date, str], int] = {}
    for fact in facts:
        key = (fact.indicator, fact.unit, fact.day, fact.dims)
        sums[key] = sums.get(key, 0) + fact.amount
    return sums


def differences(district: District, changed: Iterable[tuple[Kind[Any], Any, Any]]) -> tuple[Counter, ...]:
    """Return facts(new) − facts(old) of kind, new and old model each; areas are counted into their commune too."""
    sums: dict[tuple[str, str, date, str], int] = {}
    for kind, new, old in changed:
        if not kind.has_facts:
            continue
        for sign, facts in ((1, kind.facts(new)), (-1, kind.facts(old) if old is not None else ())):
            for fact in facts:
                for counted_unit in {fact.unit, district.counting_unit(fact.unit)}:
                    key = (fact.indicator, counted_unit, fact.day, fact.dims)
                    sums[key] = sums.get(key, 0) + sign * fact.amount
    return tuple(
        Counter(indicator=indicator, unit=unit, day=day, dims=dims, amount=amount)
        for (indicator, unit, day, dims), amount in sorted(sums.items())
        if amount
    )
