"""Kinds of records: each defines how its models are stored, found, counted and upgraded."""

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
    """An object with an id."""

    @property
    def id(self) -> str:
        """The id that this system gave the object."""
        ...


M = TypeVar("M", bound=HasId)
_log = logging.getLogger(__name__)


@frozen
class Fact:
    """One contribution of a record to an indicator.

    Attributes:
        day: the effective day in the district's time zone.
        dims: sorted `key=value` pairs joined by `;`.
        amount: how many; a negative amount subtracts.
    """

    indicator: str
    unit: str
    day: date
    dims: str = ""
    amount: int = 1


def _get_own_unit(model: Any) -> str:
    unit: str = model.unit
    return unit


def _no_facts(_: Any) -> Iterable[Fact]:
    return ()


def _no_facts_of_others(_: Any) -> Mapping[str, Iterable[Fact]]:
    return {}


def _return_empty_text(_: Any) -> str:
    return ""


def _no_officers(_: Any) -> tuple[str, ...]:
    return ()


def _return_false(_: Any) -> bool:
    return False


def _return_none(_: object) -> None:
    return None


def _no_identifiers(_: Any) -> Identifying | None:
    return None


def _no_multi(_: Any) -> Mapping[str, tuple[str, ...]]:
    return {}


def _get_kind_name(kind: "Kind[Any]") -> str:
    return kind.spec.kind


def _build_decoder(kind: "Kind[M]") -> msgspec.json.Decoder[M]:
    return msgspec.json.Decoder(kind.model)


def _build_text_decoder(kind: "Kind[M]") -> msgspec.json.Decoder[Any] | None:
    if kind.search is None or not kind.search.field:
        return None
    return msgspec.json.Decoder(msgspec.defstruct("Text", [(kind.search.field, str)]))


@frozen
class PersonColumn(Generic[M]):
    """A column that names a person by a keyed hash.

    Attributes:
        place: returns the place that its value is keyed with, such as `tip:<id>`: the same person has another value
            elsewhere. "" stores the plain id.
        kinds: kinds of the possible places.
    """

    place: Callable[[M], str]
    kinds: tuple[str, ...]

    @classmethod
    def for_own_record(cls, kind: str) -> "PersonColumn[M]":
        """Return a column that is keyed with the record itself as its place."""
        return cls(lambda model: f"{kind}:{model.id}", (kind,))


@frozen(kw_only=True)
class Searchable(Generic[M]):
    """How the searchable text of a model is found. Its kind must have an order `newest` by the same times.

    Attributes:
        field: the text field that is indexed; a change of it changes the index. "" if `read` returns the text.
        at: time of the model; never changes.
        read: returns the text if it isn't one field; a scan then decodes each body completely.
    """

    field: str = ""
    at: Callable[[M], datetime]
    read: Callable[[M], str] | None = None

    def text(self, model: M) -> str:
        """Return the searchable text of a model."""
        if self.read is not None:
            return self.read(model)
        words: str = getattr(model, self.field)
        return words


@frozen(kw_only=True)
class Kind(Generic[M]):
    """A kind of records: how its models are stored.

    Attributes:
        model: the attrs class; its JSON is the record's body.
        schema: version of the body's format.
        unit: unit that owns a model; by default the model's `unit`.
        handled_by: another unit that works on it, "" for none.
        columns, multi: clear values of the `IndexSpec`; never personal data, never finer than a commune and an hour. A
        reindex fills new columns. Columns are never removed: bodies are bound to them.
        person_columns: the columns that name a person. The id that `columns` returns for them isn't stored.
        keyed_columns: further columns that are stored as a keyed hash, each with the column that it is keyed with:
            equal values are found only under one value of that column, and filters need both.
        scope: erasure scope whose destroyed key makes the body unreadable; "" for public kinds. An encrypted kind that
            is searched has `kind:id`, so that a purge finds its terms in the index.
        stays_sealed: whether a mere rewrite keeps a record's scope, since data outside the record, such as a file, is
            encrypted under it too.
        facts: pure function that returns a model's contribution to reports.
        found_by: text by whose blind index a record is found (`keyed_hashes.blind_index`), "" for none. The id in its
            scope is its own.
        facts_of_others: `kind:id` of records that can't be decrypted any more -> their contributions to reports.
        resident: conversation id of the resident that it concerns, "" for none.
        part_of: another record of the kind that it was merged into, "" for none.
        excluded: ids of officers and marks of units (`build_unit_mark`) that may never see it: a conflict of interest.
        search: the searchable text, None for none.
        identifying: identifiers of people in the model: the index has their keyed hashes in every search mode, so that
            the leak check recognises them. None for none.
        numbered: whether its models have their record's `version`, so that users can refer to the version they saw. The
            value is set when the record is read, and ignored in the body.
        version_field: the field that holds the version.
        upcasters: schema n -> pure function that turns a body of n into one of n + 1.
    """

    spec: IndexSpec
    model: type[M]
    unit: Callable[[M], str] = _get_own_unit
    columns: Callable[[M], Mapping[str, Scalar]]
    multi: Callable[[M], Mapping[str, tuple[str, ...]]] = _no_multi
    person_columns: Mapping[str, PersonColumn[M]] = field(factory=dict)
    keyed_columns: Mapping[str, str] = field(factory=dict)
    scope: Callable[[M], str]
    stays_sealed: Callable[[M], bool] = _return_false
    facts: Callable[[M], Iterable[Fact]] = _no_facts
    facts_of_others: Callable[[M], Mapping[str, Iterable[Fact]]] = _no_facts_of_others
    handled_by: Callable[[M], str] = _return_empty_text
    found_by: Callable[[M], str] = _return_empty_text
    resident: Callable[[M], str] = _return_empty_text
    part_of: Callable[[M], str] = _return_empty_text
    excluded: Callable[[M], tuple[str, ...]] = _no_officers
    search: Searchable[M] | None = None
    identifying: Callable[[M], Identifying | None] = _no_identifiers
    numbered: bool = False
    version_field: str = "version"
    schema: int = 1
    upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(factory=dict)
    name: str = field(init=False, eq=False, default=Factory(_get_kind_name, takes_self=True))
    # The decoders are created with the kind, while one thread runs: msgspec 0.22 crashes if several threads first use a
    # class at once.
    _decoder: msgspec.json.Decoder[M] = field(
        init=False, repr=False, eq=False, default=Factory(_build_decoder, takes_self=True)
    )
    _text_decoder: msgspec.json.Decoder[Any] | None = field(
        init=False, repr=False, eq=False, default=Factory(_build_text_decoder, takes_self=True)
    )

    @property
    def has_facts(self) -> bool:
        """Whether reports count anything about records of this kind."""
        return self.facts is not _no_facts

    @property
    def excludes(self) -> bool:
        """Whether records of this kind may exclude officers because of a conflict of interest."""
        return self.excluded is not _no_officers

    @property
    def has_identifiers(self) -> bool:
        """Whether models of this kind may contain identifiers of people."""
        return self.identifying is not _no_identifiers

    @property
    def is_person(self) -> bool:
        """Whether records of this kind identify a person by a blind-indexed text, and are encrypted under a scope with
        another name.
        """
        return self.found_by is not _return_empty_text

    @property
    def has_facts_of_others(self) -> bool:
        """Whether records of this kind keep the counts of other records that can't be decrypted any more."""
        return self.facts_of_others is not _no_facts_of_others

    @property
    def named_columns(self) -> tuple[str, ...]:
        """The columns that store a keyed hash instead of an id."""
        return (*self.person_columns, *self.keyed_columns)

    def all_units(self, model: M) -> tuple[str, ...]:
        """Return the units of officers who may be concerned with a model: the owning unit and the handling unit."""
        return tuple(dict.fromkeys(unit for unit in (self.unit(model), self.handled_by(model)) if unit))

    def clear_columns(self, model: M, names: ResidentNames) -> Mapping[str, Scalar]:
        """Return the clear columns of a model as they are stored: people and keyed values are replaced by a hash per
        place.
        """
        columns = self.columns(model)
        if not self.named_columns:
            return columns
        named = {
            name: names.mark(str(columns[name]), place)
            for name, column in self.person_columns.items()
            if columns[name] and (place := column.place(model))
        }
        keyed = {
            name: names.mark(str(columns[name]), str(columns[key_column]))
            for name, key_column in self.keyed_columns.items()
            if columns[name]
        }
        return {**columns, **named, **keyed}

    def number(self, model: M, version: int) -> M:
        """Return a model with its record's version set, if its kind is numbered; else the model itself."""
        is_current = not self.numbered or getattr(model, self.version_field) == version
        return model if is_current else evolve(model, **{self.version_field: version})  # type: ignore[misc]

    def encode(self, model: M) -> bytes:
        """Return a model as the bytes of a record's body."""
        return msgspec.json.encode(model)

    def decode(self, body: bytes, schema: int) -> M:
        """Return the model in a record's body of any released schema.

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
        """Return the model of a record with a decrypted body; a numbered model has the record's version.

        Raises:
            Damaged: the body, of a kind that isn't encrypted, doesn't match the kind.
            NewerDatabase: the record was written by a newer version.
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
        """Return the model of an unencrypted record, or None if the record is unreadable, which is logged.

        A record whose schema number was altered appears to be written by a newer version.
        """
        try:
            return self.decode_record(record, record.body)
        except (Damaged, NewerDatabase):
            _log.warning("%s %s can't be read; run `anninh audit verify`", record.kind, record.id)
            return None

    def is_listed(
        self,
        model: M,
        conditions: Mapping[str, Scalar | tuple[Scalar, ...]],
        excluding: Mapping[str, str | tuple[str, ...]],
    ) -> bool:
        """Return whether the multi columns of a decrypted model match the filters of a list.

        The storage filters by separate rows outside the body, which can be altered without a key.

        Args:
            conditions: column name -> value it must have.
            excluding: multi column -> value that it must not contain.
        """
        multi = self.multi(model)
        for name, barred in excluding.items():
            if (values := multi.get(name)) and _contains(values, barred):
                return False
        return all(name not in multi or _contains(multi[name], value) for name, value in conditions.items())

    def extract_text(self, body: bytes, schema: int) -> str:
        """Return the searchable text of a record's body, if possible without decoding the rest of it."""
        if self.search is None:
            raise AssertionError(f"{self.name} is searched and doesn't say by what")
        if schema != self.schema or self._text_decoder is None:
            return self.search.text(self.decode(body, schema))
        words: str = getattr(self._text_decoder.decode(body), self.search.field)
        return words


def _contains(values: tuple[str, ...], value: Scalar | tuple[Scalar, ...]) -> bool:
    return bool(values) and not set(values).isdisjoint(value if isinstance(value, tuple) else (value,))


@frozen
class CaseAccess:
    """Rules of access to cases of one kind.

    Attributes:
        kind: its models give the unit, resident and excluded officers of a case.
        read: the public query that reads a case; it refuses actors without permission.
        is_emergency: returns whether a case is marked as an emergency that isn't over.
        marked_by: returns the officer who marked it as an emergency; "" if its words did, None if it is unknown.
        is_over: returns whether no work on it is outstanding.
        is_absorbed: returns whether it was merged into another case, which has its messages now.
        is_locked: returns whether a supervisor lock applies, so that its unit doesn't indicate the resident's unit.
    """

    kind: Kind[Any]
    read: Callable[[Actor, str], Any]
    is_emergency: Callable[[Any], bool] = _return_false
    marked_by: Callable[[Any], str | None] = _return_none
    is_over: Callable[[Any], bool] = _return_false
    is_absorbed: Callable[[Any], bool] = _return_false
    is_locked: Callable[[Any], bool] = _return_false


def format_hour(at: datetime) -> str:
    """Return a time in the form for a clear column: truncated to the hour, in its own time zone."""
    return at.isoformat()[:13]


def format_dims(**pairs: str) -> str:
    """Return the dimensions of a fact in their canonical form, sorted by key."""
    return ";".join(f"{key}={pairs[key]}" for key in sorted(pairs))


def sum_facts(facts: Iterable[Fact]) -> dict[tuple[str, str, date, str], int]:
    """Return the sums of facts by (indicator, unit, day, dims)."""
    sums: dict[tuple[str, str, date, str], int] = {}
    for fact in facts:
        key = (fact.indicator, fact.unit, fact.day, fact.dims)
        sums[key] = sums.get(key, 0) + fact.amount
    return sums


def compute_counter_changes(district: District, changed: Iterable[tuple[Kind[Any], Any, Any]]) -> tuple[Counter, ...]:
    """Return the changes of counters that follow from changed models: the facts of the new model minus those of the old
    one.

    Facts of an area are also counted for its commune. `changed` has the kind, the new model and the old model, or None
    if it is new.
    """
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
