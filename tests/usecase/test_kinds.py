"""A kind of record derives facts and their differences, list values, texts and schemas from its models."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st
from tests.usecase.conftest import NOTE, Note

from anninh_core.kernel.errors import NewerDatabase
from anninh_core.ports.storages.changes import Counter, IndexSpec
from anninh_core.usecase.kinds import (
    CaseAccess,
    Fact,
    Kind,
    Searchable,
    compute_counter_changes,
    format_dims,
    sum_facts,
)
from anninh_core.vocabulary.district import District

DAY = date(2021, 9, 1)
NEXT = date(2021, 9, 2)
KEYS = st.builds(
    Fact,
    st.sampled_from("ab"),
    st.sampled_from(["ninh-hoa", "ninh-hoa/kdc-1", "ninh-an"]),
    st.sampled_from([DAY, NEXT]),
    st.sampled_from(["", "colour=red"]),
    st.integers(-3, 3),
)


@frozen(kw_only=True)
class Tally:
    """A record whose facts a test chooses freely."""

    id: str = "t1"
    facts: tuple[Fact, ...] = ()
    tags: tuple[str, ...] = ()


TALLY = Kind(
    spec=IndexSpec(kind="tally", columns={}, multi=("tags",)),
    model=Tally,
    unit=lambda _: "ninh-hoa",
    columns=lambda _: {},
    multi=lambda tally: {"tags": tally.tags},
    scope=lambda _: "",
    facts=lambda tally: tally.facts,
)


def sum_one_by_one(facts: Iterable[Fact], sign: int = 1) -> dict[tuple[str, str, date, str], int]:
    """Return the sums of facts by all their keys, added one by one."""
    sums: dict[tuple[str, str, date, str], int] = {}
    for fact in facts:
        key = (fact.indicator, fact.unit, fact.day, fact.dims)
        sums[key] = sums.get(key, 0)
        for _ in range(abs(fact.amount)):
            sums[key] += sign if fact.amount > 0 else -sign
    return sums


@given(st.lists(KEYS, max_size=8))
def test_facts_are_summed_by_all_keys(facts: list[Fact]) -> None:
    """Facts are summed by indicator, unit, day and dimensions; sums of zero are kept."""
    assert sum_facts(facts) == sum_one_by_one(facts)


def test_equal_facts_add_up() -> None:
    """Equal facts are added up, each with its amount, which is 1 by default."""
    assert sum_facts([Fact("a", "u", DAY)] * 3) == {("a", "u", DAY, ""): 3}
    assert sum_facts([Fact("a", "u", DAY), Fact("a", "u", DAY, amount=5)]) == {("a", "u", DAY, ""): 6}


@given(st.lists(KEYS, max_size=6), st.none() | st.lists(KEYS, max_size=6))
def test_counters_change_by_the_difference(district: District, new: list[Fact], old: list[Fact] | None) -> None:
    """Counters change by the difference between the old and the new facts; a fact of an area counts once for its
    commune too.
    """
    before = None if old is None else Tally(facts=tuple(old))
    changes = {
        (counter.indicator, counter.unit, counter.day, counter.dims): counter.amount
        for counter in compute_counter_changes(district, [(TALLY, Tally(facts=tuple(new)), before)])
    }
    expected: dict[tuple[str, str, date, str], int] = {}
    for sign, facts in ((1, new), (-1, old or [])):
        for fact in facts:
            for unit in sorted({fact.unit, fact.unit.partition("/")[0]}):
                for key, amount in sum_one_by_one([evolve(fact, unit=unit)], sign).items():
                    expected[key] = expected.get(key, 0) + amount
    assert changes == {key: amount for key, amount in expected.items() if amount}


def test_changes_of_counters_come_in_order(district: District) -> None:
    """Changes of counters are sorted by indicator, unit and day, and kinds without facts are skipped."""
    facts = (Fact("b", "ninh-hoa", DAY), Fact("a", "ninh-hoa", NEXT), Fact("a", "ninh-hoa", DAY, amount=2))
    silent = Kind(spec=IndexSpec(kind="x", columns={}), model=Tally, unit=str, columns=lambda _: {}, scope=str)
    changes = compute_counter_changes(district, [(silent, Tally(facts=facts), None), (TALLY, Tally(facts=facts), None)])
    assert changes == (
        Counter(indicator="a", unit="ninh-hoa", day=DAY, dims="", amount=2),
        Counter(indicator="a", unit="ninh-hoa", day=NEXT, dims="", amount=1),
        Counter(indicator="b", unit="ninh-hoa", day=DAY, dims="", amount=1),
    )


def test_dimensions_are_written_one_way() -> None:
    """Dimensions are written in the order of their names."""
    assert format_dims(unit="x", colour="red") == format_dims(colour="red", unit="x") == "colour=red;unit=x"
    assert format_dims() == ""


def test_defaults_of_a_kind_are_empty() -> None:
    """By default a kind has no facts, refers to no unit, resident or case, excludes no one, and has no text."""
    bare: Kind[Any] = Kind(
        spec=IndexSpec(kind="bare", columns={}), model=Tally, unit=lambda _: "u", columns=lambda _: {}, scope=str
    )
    thing = Tally()
    assert (bare.name, bare.schema, bare.search, bare.upcasters) == ("bare", 1, None, {})
    assert (bare.has_facts, bare.has_facts_of_others) == (False, False)
    assert (*bare.facts(thing), *bare.facts_of_others(thing), *bare.multi(thing), *bare.excluded(thing)) == ()
    assert {bare.handled_by(thing), bare.found_by(thing), bare.resident(thing), bare.part_of(thing)} == {""}
    assert bare.stays_sealed(thing) is False
    assert TALLY.has_facts
    assert evolve(bare, facts_of_others=lambda _: {"tally:1": ()}).has_facts_of_others
    access = CaseAccess(bare, lambda _, __: None)
    assert (access.is_emergency(thing), access.marked_by(thing)) == (False, None)


def return_first(what: str, _: object) -> str:
    return what


def test_units_are_owner_and_helper_once() -> None:
    """The units of a record are its owner and then its helper, each once; an empty unit is left out."""
    for owner, helper, units in (("a", "b", ("a", "b")), ("a", "a", ("a",)), ("a", "", ("a",)), ("", "b", ("b",))):
        kind = evolve(TALLY, unit=partial(return_first, owner), handled_by=partial(return_first, helper))
        assert kind.all_units(Tally()) == units


@pytest.mark.parametrize(
    ("where", "excluding", "listed"),
    [
        ({}, {}, True),
        ({"tags": "a"}, {}, True),
        ({"tags": "c"}, {}, False),
        ({"tags": ("c", "b")}, {}, True),
        ({"tags": ("c", "d")}, {}, False),
        ({"tags": ()}, {}, False),
        ({"other": "x"}, {}, True),
        ({"other": "x", "tags": "c"}, {}, False),
        ({}, {"tags": "a"}, False),
        ({}, {"tags": "c"}, True),
        ({}, {"other": "a"}, True),
        ({"tags": "a"}, {"tags": "b"}, False),
        ({}, {"other": "a", "tags": "b"}, False),
    ],
)
def test_model_is_listed_by_its_multi_values(where: dict[str, Any], excluding: dict[str, str], listed: bool) -> None:
    """A model matches a list query if its multi values match all conditions and no exclusion; columns aren't
    checked.
    """
    assert TALLY.is_listed(Tally(tags=("a", "b")), where, excluding) is listed


def append_number(number: int, body: dict[str, Any]) -> dict[str, Any]:
    return body | {"text": f"{body['text']}{number}"}


@pytest.mark.parametrize(
    "search", [None, Searchable[Note](field="text", at=lambda _: datetime(2021, 9, 1, tzinfo=UTC))]
)
def test_bodies_of_each_schema_are_read_as_the_newest(search: Searchable[Note] | None) -> None:
    """A stored body is converted by the upcasters from its schema on; one of a later schema is refused with both schema
    numbers.
    """
    kind = evolve(
        NOTE,
        search=search,
        schema=4,
        upcasters={number: partial(append_number, number) for number in (1, 2, 3)},
    )
    note = Note(id="n1", unit="ninh-hoa", colour="red", text="x")
    for schema, text in ((1, "x123"), (2, "x23"), (3, "x3"), (4, "x")):
        assert kind.decode(kind.encode(note), schema) == evolve(note, text=text)
        if search is not None:
            assert kind.extract_text(kind.encode(note), schema) == text
    with pytest.raises(
        NewerDatabase, match=r"kind note was .*\(schema 5, but this version reads up to 4\): update anninh"
    ):
        kind.decode(kind.encode(note), 5)


def test_only_searchable_kinds_have_a_text() -> None:
    """Extracting the text of a kind that isn't searchable raises an assertion error that names the kind."""
    with pytest.raises(AssertionError, match="note is searched and doesn't say by what"):
        NOTE.extract_text(b"{}", 1)
