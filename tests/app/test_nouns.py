"""The public members of an app: nouns, their verbs, and `internals`."""

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


def test_app_lists_nouns_and_internals(app: App) -> None:
    """`dir(app)` lists the nouns, the everyday members, and `internals`."""
    members = {name for name in dir(app) if not name.startswith("_")}
    assert members == {*NOUNS, *EVERYDAY, "internals"}


def test_help_lists_verbs_with_their_types(app: App) -> None:
    """`help(app.tips)` shows each verb as a method, and argument types by their names."""
    text = pydoc.plain(pydoc.render_doc(app.tips))
    for verb in ("assign", "settle", "timeline", "can_do"):
        assert f"\n |  {verb}" in text
    assert "assign(self, actor: Actor, /, tip_id: " in text
    assert "typing." not in text
    assert "Annotated" not in text


def test_verb_is_bound_once(app: App) -> None:
    """A noun finds the service of a verb on first use and keeps the bound method."""
    assert app.tips.assign is app.tips.assign


def test_former_attribute_works_and_warns(app: App) -> None:
    """A member that moved into `internals` still works under its former name, with a warning that names the new one."""
    with pytest.warns(DeprecationWarning, match=r"app\.context is app\.internals\.context now"):
        assert app.context is app.internals.context  # type: ignore[attr-defined]
    with pytest.warns(DeprecationWarning, match=r"app\.door is app\.internals\.web_settings now"):
        assert app.door is app.internals.web_settings  # type: ignore[attr-defined]


def test_misspelt_noun_is_refused(app: App) -> None:
    """The error about a misspelt noun names it and the way to list the nouns."""
    with pytest.raises(AttributeError, match=r"an app has no 'tipps'; dir\(app\) lists its nouns"):
        app.tipps  # type: ignore[attr-defined]  # noqa: B018  it is what is tested


def test_today_is_the_day_in_vietnam(app: App) -> None:
    """`app.today` is the day in Vietnam by the app's clock."""
    assert app.today == local_date(app.internals.context.clock.now())


def test_top_package_exports_public_names() -> None:
    """The top package exports the states, views, values and errors that a program needs."""
    assert anninh_core.TipState.ASSIGNED.value == "assigned"
    assert anninh_core.errors.WrongStep is WrongStep
    assert {*dir(anninh_core)} >= {
        "District",
        "ItemContent",
        "OperationGateway",
        "Page",
        "TipView",
        "VIETNAM",
        "status_of",
    }
