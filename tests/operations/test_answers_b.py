"""No answer about content, groups, posts, the programme, reports and the rest tells a chat, an account or a blob."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import fields
from tests.domain.recipes import RECIPES
from tests.domain.world import TARGETS, World
from tests.operations.answers_b import JOINED, QUERIES, Bound, Filled, fill, leaves, records, secrets, told_in
from tests.operations.views import OFFICE, opens_one, public_verbs

from anninh_core.app import App
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase.views import is_view

pytestmark = pytest.mark.slow

FILES = {"audit.export", "content.attach", "reports.render"}
"""What answers a file or an upload."""


@pytest.fixture(scope="module")
def opened() -> Iterator[App]:
    with memory_app() as app:
        yield app


@pytest.fixture
def world(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> World:
    """Saturday, 18 September 2021: the roll-out is over, its report due tomorrow."""
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    return World.of(anninh_app, mock_chat, anninh_clock)


@pytest.fixture
def filled(world: World) -> Filled:
    return fill(world)


def recipes() -> dict[str, Callable[[World], Bound]]:
    """Return each verb that changes something -> how to bring a world to the point where it makes sense."""
    with memory_app() as app:
        changing = [(n, verb) for n, verb in public_verbs(app, OFFICE) if not opens_one(verb)]
    actions = {name: f"{verb.__self__.action_prefix}.{verb.__name__}" for name, verb in changing}  # type: ignore[attr-defined]
    return {name: RECIPES[action] for name, action in actions.items() if action in RECIPES} | JOINED


CHANGING = recipes()


@pytest.mark.parametrize("name", sorted(CHANGING.keys() - FILES))
def test_what_a_command_answers_tells_no_chat_and_no_blob(world: World, name: str) -> None:
    """Each command's answer has its view, filled, and nothing in it leads to an account, a chat or a file."""
    bind = CHANGING[name](world)
    answer = bind(world.app.internals.find_verb(name))(world.boss)
    shown = leaves(answer, opens_one=False)
    assert told_in(secrets(world), shown) == set()
    assert isinstance(shown, list | str | None) or is_view(type(shown))


def test_every_command_is_tried(opened: App) -> None:
    """None is left out but those that answer files or uploads."""
    changing = {name for name, verb in public_verbs(opened, OFFICE) if not opens_one(verb)}
    assert changing - CHANGING.keys() <= FILES


def test_every_query_is_asked(opened: App) -> None:
    """None is left out but those that answer files."""
    queries = {name for name, verb in public_verbs(opened, OFFICE) if opens_one(verb)}
    assert queries - QUERIES.keys() <= {"audit.export_heads", "audit.head"}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_what_a_query_answers_tells_no_chat_and_no_blob(filled: Filled, name: str) -> None:
    """An officer with all rights is shown something, and nothing in it leads to an account, a chat or a file."""
    world = filled.world
    answer = QUERIES[name](filled)(world.app.internals.find_verb(name))(world.boss)
    shown = leaves(answer, opens_one=True)
    # The world's item lacks nothing, and its groups have no chat to post into.
    assert shown or name in ("content.missing", "content.incomplete", "failures.postings")
    assert told_in(secrets(world), shown) == set()
    assert filled.resident in secrets(world)


def test_the_preview_names_nobody_page_by_page(filled: Filled) -> None:
    """Nor do its cursors, between two of which lies each person."""
    world = filled.world
    after = ""
    seen = list[str]()
    while True:
        page = world.app.retention.preview(world.boss, days=36_500, fate="waits", limit=1, after=after)
        seen += [item.scope for item in page.items]
        assert told_in(secrets(world), leaves(page, opens_one=True)) == set()
        if not (after := page.cursor):
            break
    assert f"identity:{filled.resident}" in seen


def test_an_order_about_a_person_names_nobody(filled: Filled) -> None:
    """What was destroyed of somebody is shown as an identity or a conversation, of which nobody learns whose."""
    world = filled.world
    people = secrets(filled.world)
    order = world.app.internals.services.retention.purges.order_destruction
    for kind in ("identity", "conversation"):
        run_step(order, world.other, f"{kind}:{filled.resident}", "ninh-hoa", timedelta(0), "request")
    purged = leaves(world.app.retention.purge(world.boss), opens_one=False)
    assert {one.scope for one in purged} == {"identity", "conversation"}
    marks = {order.key_mark for order in records(world, PURGE_ORDER)} - {""}
    assert marks
    assert told_in(people | marks, purged) == set()


def test_a_row_shows_less_than_a_view(world: World) -> None:
    """A list of items has no bodies, one of reports neither figures nor words, one of groups no board."""
    for record in (world.published(), world.begun(), world.active()):
        row = record.to_row()
        view = record.to_view()
        assert isinstance(view, type(row))
        row_class: Any = type(row)
        names = [one.name for one in fields(row_class)]
        assert {name: getattr(row, name) for name in names} == {name: getattr(view, name) for name in names}
        assert not {"versions", "figures", "words", "board"} & {*names}


def test_an_opened_item_shows_its_words_and_files(filled: Filled) -> None:
    """Each version with its author; a file by its number, kind, name and size."""
    shown = filled.world.app.content.get(filled.world.boss, filled.item).to_view()
    (version,) = shown.versions
    (file,) = version.content.attachments
    assert (version.by, version.content.title, shown.state) == (filled.world.writer.id, "Danh sách", "published")
    assert (file.number, file.kind, file.name) == (0, "file", "danh sach.txt")
    assert file.size is not None
    assert file.size > 0
    assert [one.group for one in shown.sent] == [group for group, _ in TARGETS]


def test_an_open_grant_has_no_end(world: World) -> None:
    """The last day of the calendar stands for none inside; outside it is said plainly."""
    officer = world.app.units.grant(world.boss, world.officer("editor"), "tip_officer", "ninh-hoa")
    shown = leaves(officer, opens_one=True)
    assert [one.valid_to for one in shown.grants] == [None, None]


def test_the_search_for_secrets_bites(filled: Filled) -> None:
    """It finds them in the records themselves, so that it would find them in a view."""
    world = filled.world
    people = secrets(filled.world)
    app = world.app
    boss = world.boss
    told: tuple[object, ...] = (
        app.units.officer(boss, filled.officer),
        app.content.get(boss, filled.item),
        app.groups.get(boss, filled.group),
        app.programme.head(boss, "ninh-hoa"),
        app.retention.erasure(boss, filled.wish),
    )
    assert [type(one).__name__ for one in told if not told_in(people, one)] == []
