"""What is offered on a group can be done, and what isn't offered is refused, whatever happened before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import commands_on, list_offers, try_step

from anninh_core.app import App
from anninh_core.domain.groups.model import Group, KeyPerson, Measure
from anninh_core.kernel.dates import local_date
from anninh_core.operations import Door
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.workflows import GroupCreation, PossibleGroupSteps

pytestmark = pytest.mark.slow

NO_STEPS = frozenset({"conversations.import_pasted"})
"""Brings in what was said in the group, and leaves the group as it is."""
ACTORS = ("admin", "runner", "elsewhere", "reader", "officer")


class Board:
    """A group, another one that may take its members over, and those who may have to do with them."""

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.door = Door(app)
        self.clock = clock
        users = UnsafeLocalUsers(app)
        self.actors: Mapping[str, Actor] = {
            "admin": users.appoint("Dung", "hoa-lu", "board_admin"),
            "runner": users.appoint("An", "hoa-lu", "standing_officer"),
            "elsewhere": users.appoint("Giang", "ninh-van", "board_admin"),
            "reader": users.appoint("Lan", "hoa-lu", "moderator"),
            "officer": users.appoint("Bình", "ninh-hoa", "tip_officer", "editor"),
        }
        admin = self.actors["admin"]
        self.acts = 0
        self.other = app.groups.plan(admin, "ninh-my", kind="commune", title="Nhóm Ninh Mỹ").id
        app.groups.link_group(admin, self.other, "oa", platform_id="g0")
        app.groups.seat(admin, self.other, "owner", officer=admin.id, name="Dung")
        app.groups.launch(admin, self.other)
        self.id = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa").id

    def load(self) -> Group:
        return self.app.groups.get(self.actors["admin"], self.id)

    @property
    def number(self) -> int:
        """How many things were done."""
        self.acts += 1
        return self.acts


def _free_officer(board: Board, group: Group) -> str:
    seated = {seat.officer for seat in group.seats}
    return next((actor.id for actor in board.actors.values() if actor.id not in seated), f"someone-{board.number}")


def _seated(group: Group) -> str:
    return group.seats[0].officer if group.seats else "nobody"


def _post(group: Group) -> str:
    return "owner" if group.version % 2 else "member"


Arguments = Callable[[Board, Group], Mapping[str, object]]
ARGUMENTS: Mapping[str, Arguments] = {
    "create": lambda board, _: {"messenger": "oa"},
    "link_group": lambda board, _: {"messenger": "oa", "platform_id": f"p{board.number}"},
    "seat": lambda board, group: {"post": _post(group), "officer": _free_officer(board, group), "name": "Mẫu"},
    "vacate": lambda _, group: {"officer": _seated(group)},
    "name_key_people": lambda _, __: {"people": [KeyPerson("hamlet_head", "Cụ Mẫu")]},
    "launch": lambda _, __: {},
    "relink": lambda _, __: {"link": "https://zalo.me/g/mau"},
    "rename": lambda board, _: {"title": f"Nhóm {board.number}"},
    "send_charter": lambda _, __: {},
    "welcome": lambda _, __: {},
    "acknowledge": lambda _, __: {"count": 2},
    "note_post": lambda _, __: {},
    "remind": lambda _, __: {},
    "measure": lambda board, _: {"measure": Measure(day=local_date(board.clock.now()), members=10)},
    "suspend": lambda _, __: {"reason": "quiet"},
    "resume": lambda _, __: {},
    "merge": lambda board, _: {"into": board.other},
    "close": lambda _, __: {"reason": "done"},
}
RARE = ("merge", "close")
ACTS = st.tuples(st.sampled_from(ACTORS), st.sampled_from(sorted(ARGUMENTS)))


def open_board() -> Board:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    return Board(memory_app(clock=clock), clock)


def do(board: Board, name: str, act: str) -> None:
    """Do one thing, and compare how that went with what was offered."""
    actor = board.actors[name]
    operation = f"groups.{act}"
    group = board.load()
    is_offered = operation in list_offers(board.door, actor, "groups", "group_id", board.id)
    refusal = try_step(board.door, actor, operation, {"group_id": board.id, **ARGUMENTS[act](board, group)})
    assert is_offered == (not refusal), (name, operation, group.state, refusal)


@given(st.lists(ACTS, max_size=20))
def test_offers_agree_with_refusals(acts: list[tuple[str, str]]) -> None:
    """Whatever was done with a group, a person is offered exactly what isn't refused when it is carried out."""
    board = open_board()
    for name, act in acts:
        do(board, name, act)
        board.clock.advance(timedelta(hours=7))
    board.app.close()


@given(st.lists(st.tuples(st.sampled_from(("admin", "runner")), st.integers(0, 1_000)), max_size=25), ACTS)
def test_offers_lead_far(choices: list[tuple[str, int]], last: tuple[str, str]) -> None:
    """Also where only what was offered was done, and the group wasn't ended, offers agree with refusals."""
    board = open_board()
    for name, choice in choices:
        offers = sorted(list_offers(board.door, board.actors[name], "groups", "group_id", board.id))
        going_on = [offer for offer in offers if offer.removeprefix("groups.") not in RARE]
        if going_on:
            do(board, name, going_on[choice % len(going_on)].removeprefix("groups."))
    do(board, *last)
    board.app.close()


def test_nobody_is_offered_to_create_a_group_where_no_messenger_can() -> None:
    """Without any messenger in the settings a planned group is neither created nor linked."""
    with memory_app() as app:
        admin = UnsafeLocalUsers(app).appoint("Dung", "hoa-lu", "board_admin")
        id = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa").id
        without = GroupCreation(app.internals.runner, app.internals.services, {}).steps
        steps = PossibleGroupSteps(app.internals.runner, app.internals.find_verb, without).can_do(admin, id).steps
        assert list_offers(Door(app), admin, "groups", "group_id", id) - {step.operation for step in steps} == {
            "groups.create",
            "groups.link_group",
        }


def test_each_command_on_a_group_is_a_step() -> None:
    """What changes a group is in the table of steps."""
    with memory_app() as app:
        assert commands_on(Door(app), "group_id") - NO_STEPS == {f"groups.{name}" for name in ARGUMENTS}
