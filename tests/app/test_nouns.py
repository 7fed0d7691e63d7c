"""What a program sees of an app: nouns, their verbs, and `internals`."""

import pydoc
from collections.abc import Iterator

import pytest

import anninh_core
from anninh_core.app import App
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import WrongStep
from anninh_core.operations.operation_table import NOUNS
from anninh_core.testing import memory_app

EVERYDAY = {"close", "compose", "district", "intake", "now", "today", "worker"}


@pytest.fixture
def app() -> Iterator[App]:
    """An app in memory."""
    with memory_app() as app:
        yield app


def test_an_app_shows_nouns_and_internals(app: App) -> None:
    """`dir(app)` lists the subjects, what every program needs, and `internals`."""
    shown = {name for name in dir(app) if not name.startswith("_")}
    assert shown == {*NOUNS, *EVERYDAY, "internals"}


def test_help_lists_verbs_with_their_types(app: App) -> None:
    """`help(app.tips)` shows each verb as a method, and argument types by their names."""
    text = pydoc.plain(pydoc.render_doc(app.tips))
    for verb in ("assign", "settle", "timeline", "can_do"):
        assert f"\n |  {verb}" in text
    assert "assign(self, actor: Actor, /, tip_id: " in text
    assert "typing." not in text
    assert "Annotated" not in text


def test_a_verb_is_bound_once(app: App) -> None:
    """A noun finds the service of a verb on first use and keeps the bound method."""
    assert app.tips.assign is app.tips.assign


def test_a_former_attribute_works_and_warns(app: App) -> None:
    """What moved into `internals` is still found under its former name, with the new one in the warning."""
    with pytest.warns(DeprecationWarning, match=r"app\.context is app\.internals\.context now"):
        assert app.context is app.internals.context  # type: ignore[attr-defined]
    with pytest.warns(DeprecationWarning, match=r"app\.door is app\.internals\.web_settings now"):
        assert app.door is app.internals.web_settings  # type: ignore[attr-defined]


def test_a_misspelt_noun_is_refused(app: App) -> None:
    """The refusal names what was asked for, and what lists the nouns."""
    with pytest.raises(AttributeError, match=r"an app has no 'tipps'; dir\(app\) lists its nouns"):
        app.tipps  # type: ignore[attr-defined]  # noqa: B018  it is what is tested


def test_today_is_the_day_in_vietnam(app: App) -> None:
    """An app knows the day by its own clock."""
    assert app.today == local_date(app.internals.context.clock.now())


def test_embedding_needs_the_top_package_alone() -> None:
    """States, views, values and errors that a program names are found at the top, where type checkers know them."""
    assert anninh_core.TipState.ASSIGNED.value == "assigned"
    assert anninh_core.errors.WrongStep is WrongStep
    assert {*dir(anninh_core)} >= {"Door", "District", "ItemContent", "Page", "TipView", "VIETNAM", "status_of"}
