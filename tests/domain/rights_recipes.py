"""Recipes that prepare a world for each command on requests about one's own data."""

from collections.abc import Mapping

from tests.domain.calls import Recipe, args
from tests.domain.world import CONVERSATION, PERSON, World

from anninh_core.domain.conversations.files import files_of
from anninh_core.domain.conversations.model import Message, message_scope
from anninh_core.domain.rights import AnswerOutcome
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.domain.rights.values import Handover, RightsAnswer
from anninh_core.testing.steps import run_step
from anninh_core.vocabulary.rights import RightsKind

GROUND = {"rule": "Điều 14", "reason": "Đang xác minh"}
ERASURE = "017bf6aa-0000-7000-8000-00000000000e"


def asked(world: World, kind: RightsKind = RightsKind.ACCESS) -> str:
    """Return the id of a request received in a chat."""
    receive = world.app.internals.services.rights.intake.receive
    at = world.clock.now()
    channel = RequestChannel.CHAT
    return run_step(receive, world.other, kind, channel=channel, conversation=CONVERSATION, received_at=at).id


def proven(world: World, kind: RightsKind = RightsKind.ACCESS) -> str:
    """Return the id of a request with a passed identity check."""
    id = asked(world, kind)
    world.app.rights.record_check(world.writer, id, way="office_paper", passed=True, note="Đúng người")
    return id


def restricted(world: World) -> str:
    id = proven(world, RightsKind.RESTRICTION)
    world.app.rights.restrict(world.other, id, **GROUND)
    return id


def with_file(world: World) -> Message:
    """Return a message with a stored picture."""
    message = world.message()
    scope = message_scope(message)
    blob = files_of(world.app.internals.runner, scope).put(b"picture")
    keep = world.app.internals.services.conversations.keep_attachment
    return run_step(keep, world.other, message.id, 0, blob, scope)


def withdrawn(world: World) -> str:
    """Return the id of the erasure that came with a platform's request."""
    receive = world.app.internals.services.rights.intake.receive
    at = world.clock.now()
    kind = RightsKind.OBJECTION
    channel = RequestChannel.PLATFORM
    run_step(receive, world.other, kind, channel=channel, received_at=at, erasure=ERASURE)
    return ERASURE


def handover(world: World) -> Handover:
    return Handover(by=world.boss.id, at=world.clock.now(), format="json", way="office", sha256="0" * 64)


def answer(world: World) -> RightsAnswer:
    return RightsAnswer(outcome=AnswerOutcome.GRANTED, by=world.boss.id, at=world.clock.now(), text="Đã xong.")


RIGHTS_RECIPES: Mapping[str, Recipe] = {
    "conversations.add_correction": lambda w: args((message := w.message()).id, "Xe đạp", senders=(message.sender,)),
    "conversations.hand_out_file": lambda w: args(
        (message := with_file(w)).id, 0, senders=(message.sender,), purpose="DL-000000"
    ),
    "conversations.correct_name": lambda w: args(w.message().sender, "Thử Văn Ân"),
    "rights.extend_request": lambda w: args(asked(w), reason="Nhiều dữ liệu"),
    "rights.follow_erasure": lambda w: args(withdrawn(w), granted=True, rule="Điều 14"),
    "rights.leave_out": lambda w: args(proven(w), "tips", **GROUND),
    "rights.lift_restriction": lambda w: args(restricted(w), reason="Người yêu cầu rút lại"),
    "rights.link_account": lambda w: (w.message(), args(asked(w), PERSON))[1],
    "rights.link_receipt": lambda w: args(
        asked(w), w.app.tips.record_walk_in(w.other, "Phá rào", unit="ninh-hoa").receipt
    ),
    "rights.note_answer": lambda w: args(proven(w), answer(w)),
    "rights.note_correction": lambda w: args(proven(w, RightsKind.CORRECTION), f"name:{CONVERSATION}", "Nhầm"),
    "rights.note_handover": lambda w: args(proven(w), handover(w)),
    "rights.note_look": lambda w: args(proven(w), "Lập bản sao"),
    "rights.receive": lambda w: args(
        RightsKind.ACCESS, channel=RequestChannel.CHAT, conversation=CONVERSATION, received_at=w.clock.now()
    ),
    "rights.record_check": lambda w: args(asked(w), way="office_paper", passed=True, note="Đúng người"),
    "rights.record_request": lambda _: args(RightsKind.ACCESS, unit="ninh-hoa", applicant="Thử Văn An"),
    "rights.restrict": lambda w: args(proven(w, RightsKind.RESTRICTION), **GROUND),
    "rights.take_in": lambda w: (
        id := proven(w),
        w.app.rights.leave_out(w.other, id, "tips", **GROUND),
        args(id, "tips"),
    )[-1],
}
