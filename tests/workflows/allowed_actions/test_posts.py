"""Every step that is offered on a post succeeds, and every other step is refused, whatever happened before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, list_offers, try_step

from anninh_core.app import App
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.kernel.errors import AnninhError
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.vocabulary.opinions import Flag

pytestmark = pytest.mark.slow

AUTHOR = "oa.author"
ROUTER = system("router")
ACTIONS = tuple(ModerationAction)
Arguments = Callable[[Post], Mapping[str, object]]
ARGUMENTS: Mapping[str, Arguments] = {
    "decide": lambda post: {"action": ACTIONS[post.version % len(ACTIONS)], "rule": "advertising", "text": "Rao bán"},
    "confirm_done": lambda _: {"proof": "Đã xóa lúc 9 giờ"},
    "decide_appeal": lambda post: {"uphold": post.version % 2 == 0, "text": "Đã xem lại"},
}
BY_ITSELF = ("flagged again", "author appeals", "messenger fails")
ACTORS = ("moderator", "second", "judge", "both", "elsewhere", "reader")
ACTS = st.tuples(st.sampled_from(ACTORS), st.sampled_from([*ARGUMENTS, *BY_ITSELF]))


class PostDesk:
    """A flagged post, and officers with different roles."""

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.gateway = OperationGateway(app)
        self.clock = clock
        users = UnsafeLocalUsers(app)
        self.actors: Mapping[str, Actor] = {
            "moderator": users.appoint("Lan", "ninh-hoa", "moderator"),
            "second": users.appoint("Bình", "hoa-lu", "moderator"),
            "judge": users.appoint("An", "hoa-lu", "standing_officer"),
            "both": users.appoint("Eve", "hoa-lu", "moderator", "standing_officer"),
            "elsewhere": users.appoint("Giang", "ninh-van", "moderator"),
            "reader": users.appoint("Dung", "hoa-lu", "inspector"),
        }
        self.id = self.flag().id

    def flag(self) -> Post:
        flagging = self.app.internals.services.moderation.flagging.flag
        flags = [Flag("advertising", "thanh ly", "opinions")]
        return run_step(
            flagging, ROUTER, "m1", "Rao", unit="ninh-hoa", group="g1", conversation="oa.g", author=AUTHOR, flags=flags
        )

    def load(self) -> Post:
        record = self.app.internals.context.storage.records.get(POST.name, self.id)
        assert record is not None
        return POST.decode_record(record, self.app.internals.context.open_body(record))

    def happen(self, event: str) -> None:
        """Let an event happen that isn't an officer's act; an event that is impossible in the post's state is
        ignored.
        """
        moderation = self.app.internals.services.moderation
        try:
            if event == "flagged again":
                self.flag()
            elif event == "author appeals":
                moderation.appeals.appeal(ROUTER, self.id, AUTHOR, "Tôi không đồng ý")
            else:
                run_step(moderation.rulings.request_manual_action, ROUTER, self.id)
        except AnninhError:
            self.clock.advance(timedelta(minutes=1))


def build_desk() -> PostDesk:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    return PostDesk(memory_app(clock=clock), clock)


def try_and_compare(desk: PostDesk, name: str, act: str) -> None:
    """Carry out a step on the post, and check that it succeeds exactly if it was offered."""
    if act in BY_ITSELF:
        desk.happen(act)
        return
    actor = desk.actors[name]
    operation = f"moderation.{act}"
    post = desk.load()
    is_offered = operation in list_offers(desk.gateway, actor, "moderation", "post_id", desk.id)
    refusal = try_step(desk.gateway, actor, operation, {"post_id": desk.id, **ARGUMENTS[act](post)})
    assert is_offered == (not refusal), (name, operation, post.state, refusal)


@given(st.lists(ACTS, max_size=20))
def test_offers_agree_with_refusals(acts: list[tuple[str, str]]) -> None:
    """Whatever was done about a post, an officer is offered exactly the steps that succeed."""
    desk = build_desk()
    for name, act in acts:
        try_and_compare(desk, name, act)
    desk.app.close()


def test_appeal_is_not_offered_to_the_first_moderator() -> None:
    """The officer who decided about a post isn't offered to decide its appeal, whatever other roles they have."""
    desk = build_desk()
    try_and_compare(desk, "both", "decide")
    try_and_compare(desk, "both", "flagged again")
    if desk.load().ruling is not None:
        desk.happen("author appeals")
    assert desk.load().state is PostState.APPEALED
    offers = {name: list_offers(desk.gateway, desk.actors[name], "moderation", "post_id", desk.id) for name in ACTORS}
    assert {name for name, operations in offers.items() if "moderation.decide_appeal" in operations} == {"judge"}
    desk.app.close()


def test_each_post_command_is_a_step() -> None:
    """Every command that changes a post is in this file's table of steps."""
    with memory_app() as app:
        assert list_commands(OperationGateway(app), "post_id") == {f"moderation.{name}" for name in ARGUMENTS}
