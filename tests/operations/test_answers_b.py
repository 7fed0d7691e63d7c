"""No answer about content, groups, posts, the programme, reports and other office work contains a chat, an account or a
blob.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import fields
from tests.domain.recipes import RECIPES
from tests.domain.world import TARGETS, World
from tests.operations.answers_b import (
    JOINED,
    QUERIES,
    Bound,
    FilledWorld,
    build_caller_answer,
    collect_secrets,
    fill_world,
    find_secrets,
    read_records,
)
from tests.operations.views import OFFICE, is_query, iter_public_verbs

from anninh_core.app import App
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase.views import is_view

pytestmark = pytest.mark.slow

FILES = {"audit.export", "content.attach", "reports.render"}
"""Operations that answer with a file or an upload."""


@pytest.fixture(scope="module")
def opened_app() -> Iterator[App]:
    with memory_app() as app:
        yield app


@pytest.fixture
def world(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> World:
    """A world on Saturday, 18 September 2021: the roll-out is over, and its report due tomorrow."""
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    return World.of(anninh_app, mock_chat, anninh_clock)


@pytest.fixture
def filled_world(world: World) -> FilledWorld:
    return fill_world(world)


def collect_preparations() -> dict[str, Callable[[World], Bound]]:
    """Return for each verb that changes something a function that prepares a world in which the verb is possible."""
    with memory_app() as app:
        changing = [(n, verb) for n, verb in iter_public_verbs(app, OFFICE) if not is_query(verb)]
    actions = {name: f"{verb.__self__.action_prefix}.{verb.__name__}" for name, verb in changing}  # type: ignore[attr-defined]
    return {name: RECIPES[action] for name, action in actions.items() if action in RECIPES} | JOINED


CHANGING = collect_preparations()


@pytest.mark.parametrize("name", sorted(CHANGING.keys() - FILES))
def test_no_command_answer_contains_a_secret(world: World, name: str) -> None:
    """Each command's answer is a view without an account, a chat or a file's stored name."""
    bind = CHANGING[name](world)
    answer = bind(world.app.internals.find_verb(name))(world.boss)
    result = build_caller_answer(answer, opens_one=False)
    assert find_secrets(collect_secrets(world), result) == set()
    assert isinstance(result, list | str | None) or is_view(type(result))


def test_every_command_is_tested(opened_app: App) -> None:
    """Every command is tested except those that answer with files or uploads."""
    changing = {name for name, verb in iter_public_verbs(opened_app, OFFICE) if not is_query(verb)}
    assert changing - CHANGING.keys() <= FILES


def test_every_query_is_tested(opened_app: App) -> None:
    """Every query is tested except those that answer with files."""
    queries = {name for name, verb in iter_public_verbs(opened_app, OFFICE) if is_query(verb)}
    assert queries - QUERIES.keys() <= {"audit.export_heads", "audit.head"}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_no_query_answer_contains_a_secret(filled_world: FilledWorld, name: str) -> None:
    """Each query's answer to an officer with all permissions has content, but no account, chat or file's stored
    name.
    """
    world = filled_world.world
    answer = QUERIES[name](filled_world)(world.app.internals.find_verb(name))(world.boss)
    result = build_caller_answer(answer, opens_one=True)
    # These queries may be empty: the world's item lacks nothing, and its groups have no chat to post into.
    assert result or name in ("content.missing", "content.incomplete", "failures.postings")
    assert find_secrets(collect_secrets(world), result) == set()
    assert filled_world.resident in collect_secrets(world)


def test_preview_pages_name_no_person(filled_world: FilledWorld) -> None:
    """The pages and cursors of the retention preview contain no secret."""
    world = filled_world.world
    after = ""
    scopes = list[str]()
    while True:
        page = world.app.retention.preview(world.boss, days=36_500, fate="waits", limit=1, after=after)
        scopes += [item.scope for item in page.items]
        assert find_secrets(collect_secrets(world), build_caller_answer(page, opens_one=True)) == set()
        if not (after := page.cursor):
            break
    assert f"identity:{filled_world.resident}" in scopes


def test_purge_order_names_no_person(filled_world: FilledWorld) -> None:
    """A purge order about a person is shown as an identity or a conversation, without the person."""
    world = filled_world.world
    people = collect_secrets(filled_world.world)
    order = world.app.internals.services.retention.purges.order_destruction
    for kind in ("identity", "conversation"):
        run_step(order, world.other, f"{kind}:{filled_world.resident}", "ninh-hoa", timedelta(0), "request")
    result = build_caller_answer(world.app.retention.purge(world.boss), opens_one=False)
    assert {item.scope for item in result} == {"identity", "conversation"}
    marks = {order.key_mark for order in read_records(world, PURGE_ORDER)} - {""}
    assert marks
    assert find_secrets(people | marks, result) == set()


def test_a_row_shows_less_than_a_view(world: World) -> None:
    """A row of a list has fewer fields than the view of the same record: rows of items lack the bodies, rows of reports
    the figures and words, rows of groups the board.
    """
    for record in (world.published_item(), world.begun_report(), world.active_group()):
        row = record.to_row()
        view = record.to_view()
        assert isinstance(view, type(row))
        row_class: Any = type(row)
        names = [row_field.name for row_field in fields(row_class)]
        assert {name: getattr(row, name) for name in names} == {name: getattr(view, name) for name in names}
        assert not {"versions", "figures", "words", "board"} & {*names}


def test_opened_item_shows_versions_and_files(filled_world: FilledWorld) -> None:
    """An opened item shows each version with its author, and each file with number, kind, name and size."""
    item = filled_world.world.app.content.get(filled_world.world.boss, filled_world.item).to_view()
    (version,) = item.versions
    (file,) = version.content.attachments
    assert (version.by, version.content.title, item.state) == (filled_world.world.writer.id, "Danh sách", "published")
    assert (file.number, file.kind, file.name) == (0, "file", "danh sach.txt")
    assert file.size is not None
    assert file.size > 0
    assert [post.group for post in item.sent] == [group for group, _ in TARGETS]


def test_an_open_grant_has_no_end(world: World) -> None:
    """A grant without an end is shown with None instead of the calendar's last day."""
    officer = world.app.units.grant(world.boss, world.officer("editor"), "tip_officer", "ninh-hoa")
    officer_view = build_caller_answer(officer, opens_one=True)
    assert [grant.valid_to for grant in officer_view.grants] == [None, None]


def test_search_finds_secrets_in_records(filled_world: FilledWorld) -> None:
    """The search for secrets finds them in the records themselves, so that it would find them in a view."""
    world = filled_world.world
    people = collect_secrets(filled_world.world)
    app = world.app
    boss = world.boss
    with_secrets: tuple[object, ...] = (
        app.units.officer(boss, filled_world.officer),
        app.content.get(boss, filled_world.item),
        app.groups.get(boss, filled_world.group),
        app.programme.head(boss, "ninh-hoa"),
        app.retention.erasure(boss, filled_world.wish),
    )
    assert [type(record).__name__ for record in with_secrets if not find_secrets(people, record)] == []
