"""Every step that is offered on an item succeeds, and every other step is refused, whatever happened before."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, list_offers, try_step

from anninh_core.app import App
from anninh_core.domain.content import ItemContent
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import Urgency
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, Place

pytestmark = pytest.mark.slow

PIECE = ItemContent(
    title="Cảnh báo lừa đảo",
    body="Không chuyển tiền cho người lạ.",
    category="crime_warning",
    units=("ninh-hoa",),
    source_name="Công an tỉnh",
)
PIECES = {
    "plain": PIECE,
    "without a source": evolve(PIECE, source_name=""),
    "with a number": evolve(PIECE, body="Gọi 0912 345 678, chị Thử ở xóm 3."),
    "urgent": evolve(PIECE, urgency=Urgency.IMMEDIATE),
    "soon over": evolve(PIECE, expires=date(2021, 9, 3)),
    "for nobody": evolve(PIECE, units=("ninh-my",)),
}
ACTORS = ("writer", "reviewer", "other", "publisher", "everything", "elsewhere")


class ItemDesk:
    """An item, and officers with different roles."""

    def __init__(self, app: App, clock: FixedClock, piece: ItemContent) -> None:
        self.app = app
        self.gateway = OperationGateway(app)
        self.clock = clock
        users = UnsafeLocalUsers(app)
        everything = ("editor", "reviewer", "board_admin")
        self.actors: Mapping[str, Actor] = {
            "writer": users.appoint("Lan", "hoa-lu", "editor"),
            "reviewer": users.appoint("Bình", "hoa-lu", "reviewer"),
            "other": users.appoint("Cường", "hoa-lu", "reviewer", "board_admin"),
            "publisher": users.appoint("Dung", "hoa-lu", "board_admin"),
            "everything": users.appoint("Eve", "hoa-lu", *everything),
            "elsewhere": users.appoint("Giang", "ninh-van", *everything),
        }
        self._launch_group(self.actors["publisher"])
        self.id = app.content.write(self.actors["writer"], "hoa-lu", piece).id
        self.correction = ""

    def _launch_group(self, admin: Actor) -> None:
        group = self.app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa")
        link = self.app.internals.services.groups.lifecycle.link_chat
        address = Address("oa", Place.GROUP, "g1")
        run_step(link, admin, group.id, address=address, conversation="oa.g1")
        self.app.groups.seat(admin, group.id, "owner", officer=admin.id, name="Dung")
        self.app.groups.launch(admin, group.id)

    def load(self) -> Item:
        return self.app.content.get(self.actors["everything"], self.id)


def _get_first_open_gate(desk: ItemDesk, item: Item) -> str:
    passed = {answer.gate for answer in item.gates if answer.passed}
    return next((gate.id for gate in desk.app.district.gates if gate.id not in passed), "permitted")


def _build_gate_notes(desk: ItemDesk) -> dict[str, str]:
    return {gate.id: "Đã xem" for gate in desk.app.district.gates}


def _find_open_finding(item: Item) -> int:
    return next((number for number, remark in enumerate(item.remarks) if remark.is_open), 0)


Arguments = Callable[[ItemDesk, Item], Mapping[str, object]]
ARGUMENTS: Mapping[str, Arguments] = {
    "edit": lambda _, item: {"piece": item.piece},
    "submit": lambda _, item: {},
    "answer_gate": lambda desk, item: {
        "gate": _get_first_open_gate(desk, item),
        "passed": True,
        "note": "Đã đối chiếu",
    },
    "answer_finding": lambda _, item: {"number": _find_open_finding(item), "words": "Đã hỏi"},
    "approve": lambda _, item: {},
    "reject": lambda _, item: {"reason": "Chưa rõ"},
    "approve_urgently": lambda desk, _: {"reason": "Lũ đang lên", "notes": _build_gate_notes(desk)},
    "publish": lambda _, item: {},
    "review_afterwards": lambda _, item: {"stands": item.version % 2 == 0, "note": "Đã xem lại"},
    "correct": lambda _, item: {"piece": evolve(PIECE, replaces=item.id)},
    "withdraw": lambda _, item: {"reason": "Sai số liệu"},
}
ACTS = st.tuples(st.sampled_from(ACTORS), st.sampled_from(sorted(ARGUMENTS)))


def build_desk(piece: str) -> ItemDesk:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    return ItemDesk(memory_app(clock=clock), clock, PIECES[piece])


def try_and_compare(desk: ItemDesk, name: str, act: str) -> None:
    """Carry out a step on the item, and check that it succeeds exactly if it was offered."""
    actor = desk.actors[name]
    operation = f"content.{act}"
    item = desk.load()
    is_offered = operation in list_offers(desk.gateway, actor, "content", "item_id", desk.id)
    refusal = try_step(desk.gateway, actor, operation, {"item_id": desk.id, **ARGUMENTS[act](desk, item)})
    assert is_offered == (not refusal), (name, operation, item.state, refusal)


@given(st.sampled_from(sorted(PIECES)), st.lists(ACTS, max_size=15))
def test_offers_agree_with_refusals(piece: str, acts: list[tuple[str, str]]) -> None:
    """Whatever was done to an item, an officer is offered exactly the steps that succeed."""
    desk = build_desk(piece)
    for name, act in acts:
        try_and_compare(desk, name, act)
    desk.app.close()


@given(
    st.sampled_from(sorted(PIECES)),
    st.lists(st.tuples(st.sampled_from(ACTORS), st.integers(0, 1_000), st.sampled_from((0, 0, 0, 2))), max_size=25),
    ACTS,
)
def test_offers_agree_after_offered_steps(
    piece: str, choices: list[tuple[str, int, int]], last: tuple[str, str]
) -> None:
    """After any sequence of offered steps, through review to publication, offers agree with refusals."""
    desk = build_desk(piece)
    for name, choice, days in choices:
        offers = sorted(list_offers(desk.gateway, desk.actors[name], "content", "item_id", desk.id))
        if offers:
            try_and_compare(desk, name, offers[choice % len(offers)].removeprefix("content."))
        desk.clock.advance(timedelta(days=days))
    try_and_compare(desk, *last)
    desk.app.close()


def test_author_is_offered_no_review() -> None:
    """The author of a part of an item isn't offered the steps of its second person, whatever other roles they have."""
    desk = build_desk("plain")
    try_and_compare(desk, "everything", "edit")
    try_and_compare(desk, "writer", "submit")
    author_offers = list_offers(desk.gateway, desk.actors["everything"], "content", "item_id", desk.id)
    assert author_offers == {"content.edit"}
    reviewer_offers = list_offers(desk.gateway, desk.actors["reviewer"], "content", "item_id", desk.id)
    assert reviewer_offers == {"content.answer_gate", "content.reject"}
    desk.app.close()


def test_each_item_command_is_a_step() -> None:
    """Every command that changes an item is in this file's table of steps."""
    with memory_app() as app:
        assert list_commands(OperationGateway(app), "item_id") == {f"content.{name}" for name in ARGUMENTS}
