"""What leaves of content, groups, posts, programme, reports, retention, the journal, keys, failures and officers."""

from collections import defaultdict
from collections.abc import Iterator
from typing import get_type_hints

import pytest
from tests.app.test_api import NOUNS as ALL_NOUNS
from tests.door.views_b import FILE, NO_VIEWS, answers, describe, public_verbs, views_within

from anninh_core.app import App
from anninh_core.testing import memory_app
from anninh_core.usecase import UseCaseKind

AGAIN = "write it anew by `python -m tests.door.views_b`, if that may leave"


@pytest.fixture(scope="module")
def opened() -> Iterator[App]:
    with memory_app() as app:
        yield app


def test_what_leaves_is_written_down(opened: App) -> None:
    """A field more in what an officer is shown outside the process needs its line in the list."""
    assert describe(answers(opened)) == FILE.read_text(encoding="utf-8"), AGAIN


def test_every_public_answer_has_a_view(opened: App) -> None:
    """No verb is left without one but those that answer files or uploads."""
    lacking = {name for name, _, _ in public_verbs(opened)} - answers(opened).keys()
    assert lacking <= NO_VIEWS.keys()


def test_names_of_views_are_unique_over_the_door(opened: App) -> None:
    """A program in another language knows a view by its name alone."""
    by_name: dict[str, set[type]] = defaultdict(set)
    for view in answers(opened, ALL_NOUNS).values():
        for one in views_within(view) if view is not None else ():
            by_name[one.__name__].add(one)
    assert {name: found for name, found in by_name.items() if len(found) > 1} == {}


def test_every_view_of_a_record_has_its_version(opened: App) -> None:
    """Whoever changes something can say which one was seen; what never changes, and what is no record, has none."""
    commands = {name for name, _, mark in public_verbs(opened) if mark.kind is not UseCaseKind.QUERY}
    records = {view for name, view in answers(opened).items() if name in commands and view is not None}
    unnumbered = {view.__name__ for view in records if get_type_hints(view).get("version") is not int}
    assert unnumbered == {"BindingCode", "CheckpointView", "HandedOver", "HeadReceipt", "SignedHeadView"}
