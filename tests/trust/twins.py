"""Builds two stores with the same acts, ids and times except for one case, and yields the answers that an officer gets
from each.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from attrs import fields, frozen, has
from tests.trust.arguments import VALUES, classify, value_of
from tests.trust.casework import add_case, add_tip, add_tips
from tests.trust.district import HERE, NOW, ROOT, THERE, People, open_district, store_officer
from tests.trust.outcomes import StorageSnapshot
from tests.trust.roles import RecordArgument
from tests.trust.strangers import AREA, NEXT_AREA
from tests.trust.things import Things, add_district_records, fill_commune
from tests.trust.use_cases import PublicUseCase

from anninh_core.app import App
from anninh_core.domain.audit.log import AuditPage
from anninh_core.testing import FixedClock, SeededIds
from anninh_core.usecase import Actor
from anninh_core.usecase.read_session import Listing
from anninh_core.vocabulary.messages import Address, Place

UNCOMPARED = {
    ("Attachment", "blob"): "names sealed bytes, which are others each time",
    ("FileRecord", "blob"): "names sealed bytes, which are others each time",
    ("FileRecord", "proof"): "is a keyed hash of such a name",
    ("AuditPage", "cursor"): "numbers the entries of the whole journal",
    ("NumberedEntry", "seq"): "numbers the entries of the whole journal",
    ("Touched", "body_hash"): "of sealed bytes, which are others each time",
    ("Touched", "columns_hash"): "of keyed hashes too, by keys that are others each time",
    ("Queued", "row_hash"): "of sealed bytes, which are others each time",
    ("OutboxRow", "body"): "sealed: it is another one each time",
    ("OutboxRow", "created_seq"): "numbers the messages of the whole store",
    ("SetupCode", "code"): "is drawn anew each time",
    ("WorkNews", "mark"): "is sealed anew each time",
    ("Listing", "count"): "is a question that nobody asked yet; `total` is its answer",
    ("Disclosure", "asked_seq"): "numbers the entries of the whole journal",
}
"""Class and field of an answer -> why the field isn't compared."""

_MAX_PAGES = 40

OPTIONS: Mapping[str, tuple[Any, ...]] = {
    "category: str": ("crime",),
    "days: int": (0, 1),
    "direction: str": ("in", "out"),
    "emergency: bool": (True,),
    "limit: int": (1, 2, 3),
    "mine: bool": (True,),
    "open_only: bool": (True,),
    "order: str": ("due",),
    "overdue: bool": (True,),
    "pending: bool": (False,),
    "state: str": ("received", "triaged", "failed", "requested", "approved", "raised", "unknown"),
    "unit: str": (HERE,),
}
"""Optional argument -> values with which the use case is called."""


class BranchingIds:
    """Generates the usual ids, and ids from a separate series for records that only one of the two stores has."""

    def __init__(self, clock: FixedClock) -> None:
        self._own = SeededIds(clock)
        # The separate ids begin the day before, so that they are sorted among the shared ids and not after them.
        self._others = SeededIds(FixedClock(clock.now() - timedelta(hours=20)), seed=7)
        self.is_apart = False

    def new(self) -> str:
        return (self._others if self.is_apart else self._own).new()


@frozen
class ComparedStore:
    """A store, an officer who calls it, and the records that the officer may name.

    Attributes:
        other: an officer of the whole district who may see everything.
    """

    app: App
    shelf: StorageSnapshot
    officer: Actor
    other: Actor
    things: Things


Secret = Callable[[App, People, Actor], object]
"""Type of a function that adds records to a store which an officer may not notice."""


def add_excluded_case(app: App, people: People, officer: Actor) -> None:
    """Add tips of the officer's own unit from which the officer is excluded."""
    secret = add_tips(app, people, HERE, "secret")
    for key in [key for key in secret if key.startswith("tip")]:
        app.tips.exclusions.add(people.boss, secret[key], officer.id, "Người nhà")


def build_case_adder(unit: str) -> Secret:
    """Return a function that adds a case of `unit` to a store."""
    return lambda app, people, _: add_case(app, people, unit, "secret", group=None)


VARIANTS: Mapping[str, tuple[tuple[str, ...], Secret]] = {
    "excluded": ((HERE,), add_excluded_case),
    "excluded_above": ((ROOT,), add_excluded_case),
    "another_unit": ((HERE,), build_case_adder(THERE)),
    "next_area": ((AREA,), build_case_adder(NEXT_AREA)),
}
"""Name of a variant -> the units on which the officer has every permission, and the function that adds the hidden
records to only one of the stores.
"""


def build_store(folder: Path, variant: str, *, with_secret: bool) -> ComparedStore:
    """Build a store with a day's work, then with the hidden records if `with_secret`, and then with some more work."""
    clock = FixedClock(NOW)
    ids = BranchingIds(clock)
    app = open_district(folder, clock, ids)
    people = People(store_officer(app, "Cán bộ Một", ROOT), store_officer(app, "Cán bộ Hai", ROOT))
    units, add_secret = VARIANTS[variant]
    officer = store_officer(app, "Người hỏi", *units, home=HERE)
    here = {**fill_commune(app, people, HERE, "here"), **add_district_records(app, people)}
    here |= {} if units[0] != AREA else add_case(app, people, AREA, "area", group=None) | {"unit": AREA}
    if with_secret:
        ids.is_apart = True
        add_secret(app, people, officer)
        ids.is_apart = False
    clock.advance(timedelta(days=1))
    add_tip(app, HERE, Address("oa", Place.PERSON, "later"), "Có trộm ở chợ, sau đó")
    app.reports.refresh(people.second, here["report"])
    return ComparedStore(app, StorageSnapshot(app), officer, people.second, here)


def iter_answers(twin: ComparedStore, door: PublicUseCase, officer: Actor) -> Iterator[tuple[str, object]]:
    """Yield the answers of a use case to an officer, for many sets of arguments and page by page, each with its call as
    text.
    """
    for arguments in _iter_argument_sets(door, twin.things):
        ask = partial(twin.shelf.call, door.get_method(twin.app), officer)
        outcome = ask(arguments)
        page = 0
        yield f"{door.name}({arguments}) page {page}", convert_outcome(outcome.answer, outcome.error)
        while isinstance(outcome.answer, Listing | AuditPage) and outcome.answer.cursor and page < _MAX_PAGES:
            outcome, page = ask({**arguments, "after": outcome.answer.cursor}), page + 1
            yield f"{door.name}({arguments}) page {page}", convert_outcome(outcome.answer, outcome.error)


def convert_outcome(answer: object, error: Exception | None) -> object:
    """Return an answer or error in a form that can be compared between two stores."""
    return _convert_value(answer) if error is None else f"{type(error).__name__}: {error}"


def _iter_argument_sets(door: PublicUseCase, things: Things) -> Iterator[dict[str, Any]]:
    roles = {argument.name: classify(door, argument) for argument in door.arguments}
    names = [a.name for a in door.arguments if a.required or f"{door.name} {a.name}" in VALUES]
    base = {name: value_of(roles[name], things) for name in names}
    yield base
    if not door.only_reads:
        return
    for argument in door.arguments:
        role = roles[argument.name]
        if isinstance(role, RecordArgument) and argument.key not in OPTIONS:
            kind = role.thing.partition(".")[0]
            keys = [key for key in (*role.also, *things) if key in things and key.partition(".")[0] == kind]
            values: tuple[Any, ...] = tuple(role.wrap(things[key]) for key in dict.fromkeys((role.thing, *keys)))
        else:
            values = OPTIONS.get(argument.key, ())
        yield from ({**base, argument.name: value} for value in values)


def _convert_value(value: Any) -> Any:
    if has(type(value)):
        name = type(value).__name__
        names = [field.name for field in fields(type(value)) if (name, field.name) not in UNCOMPARED]
        return name, tuple((field, _convert_value(getattr(value, field))) for field in names)
    if isinstance(value, Mapping):
        return tuple((str(key), _convert_value(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_convert_value, value))
    return value
