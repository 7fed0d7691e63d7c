"""Every step that is offered on a group succeeds, and every other step is refused, whatever happened before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, list_offers, try_step

from anninh_core.app import App
from anninh_core.domain.groups.model import Group, KeyPerson, Measure
from anninh_core.kernel.dates import local_date
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.workflows import GroupCreation, PossibleGroupSteps

pytestmark = pytest.mark.slow

NO_STEPS = frozenset({"conversations.import_pasted"})
"""Operations on a group that aren't steps: pasting imports the group's messages, and doesn't change the group."""
ACTORS = ("admin", "runner", "elsewhere", "reader", "officer")


class GroupBoard:
    """A group, a second group that the first can be merged into, and officers with different roles."""

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.gateway = OperationGateway(app)
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
    def next_number(self) -> int:
        """A number that increases with each access, for new names and ids."""
        self.acts += 1
        return self.acts


def _find_free_officer(board: GroupBoard, group: Group) -> str:
    seated = {seat.officer for seat in group.seats}
    return next((actor.id for actor in board.actors.values() if actor.id not in seated), f"someone-{board.next_number}")


def _get_seated_officer(group: Group) -> str:
    return group.seats[0].officer if group.seats else "nobody"


def _choose_post(group: Group) -> str:
    return "owner" if group.version % 2 else "member"


Arguments = Callable[[GroupBoard, Group], Mapping[str, object]]
ARGUMENTS: Mapping[str, Arguments] = {
    "create": lambda board, _: {"messenger": "oa"},
    "link_group": lambda board, _: {"messenger": "oa", "platform_id": f"p{board.next_number}"},
    "seat": lambda board, group: {
        "post": _choose_post(group),
        "officer": _find_free_officer(board, group),
        "name": "Mẫu",
    },
    "vacate": lambda _, group: {"officer": _get_seated_officer(group)},
    "name_key_people": lambda _, __: {"people": [KeyPerson("hamlet_head", "Cụ Mẫu")]},
    "launch": lambda _, __: {},
    "relink": lambda _, __: {"link": "https://zalo.me/g/mau"},
    "rename": lambda board, _: {"title": f"Nhóm {board.next_number}"},
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


def build_board() -> GroupBoard:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    return GroupBoard(memory_app(clock=clock), clock)


def try_and_compare(board: GroupBoard, name: str, act: str) -> None:
    """Carry out a step on the group, and check that it succeeds exactly if it was offered."""
    actor = board.actors[name]
    operation = f"groups.{act}"
    group = board.load()
    is_offered = operation in list_offers(board.gateway, actor, "groups", "group_id", board.id)
    refusal = try_step(board.gateway, actor, operation, {"group_id": board.id, **ARGUMENTS[act](board, group)})
    assert is_offered == (not refusal), (name, operation, group.state, refusal)


@given(st.lists(ACTS, max_size=20))
def test_offers_agree_with_refusals(acts: list[tuple[str, str]]) -> None:
    """Whatever was done with a group, an officer is offered exactly the steps that succeed."""
    board = build_board()
    for name, act in acts:
        try_and_compare(board, name, act)
        board.clock.advance(timedelta(hours=7))
    board.app.close()


@given(st.lists(st.tuples(st.sampled_from(("admin", "runner")), st.integers(0, 1_000)), max_size=25), ACTS)
def test_offers_agree_after_offered_steps(choices: list[tuple[str, int]], last: tuple[str, str]) -> None:
    """After any sequence of offered steps that don't end the group, offers agree with refusals."""
    board = build_board()
    for name, choice in choices:
        offers = sorted(list_offers(board.gateway, board.actors[name], "groups", "group_id", board.id))
        common = [offer for offer in offers if offer.removeprefix("groups.") not in RARE]
        if common:
            try_and_compare(board, name, common[choice % len(common)].removeprefix("groups."))
    try_and_compare(board, *last)
    board.app.close()


def test_group_creation_needs_a_messenger() -> None:
    """Without a messenger in the settings, neither creating nor linking a planned group is offered."""
    with memory_app() as app:
        admin = UnsafeLocalUsers(app).appoint("Dung", "hoa-lu", "board_admin")
        id = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa").id
        creation_steps = GroupCreation(app.internals.runner, app.internals.services, {}).steps
        steps = (
            PossibleGroupSteps(app.internals.runner, app.internals.find_verb, creation_steps).can_do(admin, id).steps
        )
        assert list_offers(OperationGateway(app), admin, "groups", "group_id", id) - {
            step.operation for step in steps
        } == {
            "groups.create",
            "groups.link_group",
        }


def test_each_group_command_is_a_step() -> None:
    """Every command that changes a group is in this file's table of steps."""
    with memory_app() as app:
        assert list_commands(OperationGateway(app), "group_id") - NO_STEPS == {f"groups.{name}" for name in ARGUMENTS}
