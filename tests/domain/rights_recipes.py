"""Functions that create the test records which each command on requests about a person's own data needs."""

from collections.abc import Mapping

from tests.domain.calls import Recipe, bind_arguments
from tests.domain.world import CONVERSATION, PERSON, World

from anninh_core.domain.conversations.files import get_file_storage
from anninh_core.domain.conversations.model import Message, message_scope
from anninh_core.domain.rights import AnswerOutcome
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.domain.rights.values import Handover, RightsAnswer
from anninh_core.testing.steps import run_step
from anninh_core.vocabulary.rights import RightsKind

GROUND = {"rule": "Điều 14", "reason": "Đang xác minh"}
ERASURE = "017bf6aa-0000-7000-8000-00000000000e"


def received_request(world: World, kind: RightsKind = RightsKind.ACCESS) -> str:
    """Record a data request that a resident sent in a chat, and return its id."""
    receive = world.app.internals.services.rights.intake.receive
    at = world.clock.now()
    channel = RequestChannel.CHAT
    return run_step(receive, world.other, kind, channel=channel, conversation=CONVERSATION, received_at=at).id


def request_with_passed_check(world: World, kind: RightsKind = RightsKind.ACCESS) -> str:
    """Record a data request with a passed identity check, and return its id."""
    id = received_request(world, kind)
    world.app.rights.record_check(world.writer, id, way="office_paper", passed=True, note="Đúng người")
    return id


def restricted_request(world: World) -> str:
    id = request_with_passed_check(world, RightsKind.RESTRICTION)
    world.app.rights.restrict(world.other, id, **GROUND)
    return id


def message_with_file(world: World) -> Message:
    """Record a message with a stored picture, and return the message."""
    message = world.message()
    scope = message_scope(message)
    blob = get_file_storage(world.app.internals.runner, scope).put(b"picture")
    keep = world.app.internals.services.conversations.keep_attachment
    return run_step(keep, world.other, message.id, 0, blob, scope)


def erasure_from_platform(world: World) -> str:
    """Record a platform's request to delete data, and return the id of its erasure."""
    receive = world.app.internals.services.rights.intake.receive
    at = world.clock.now()
    kind = RightsKind.OBJECTION
    channel = RequestChannel.PLATFORM
    run_step(receive, world.other, kind, channel=channel, received_at=at, erasure=ERASURE)
    return ERASURE


def handover(world: World) -> Handover:
    return Handover(by=world.boss.id, at=world.clock.now(), format="json", way="office", sha256="0" * 64)


def granted_answer(world: World) -> RightsAnswer:
    return RightsAnswer(outcome=AnswerOutcome.GRANTED, by=world.boss.id, at=world.clock.now(), text="Đã xong.")


RIGHTS_RECIPES: Mapping[str, Recipe] = {
    "conversations.add_correction": lambda w: bind_arguments(
        (message := w.message()).id, "Xe đạp", senders=(message.sender,)
    ),
    "conversations.hand_out_file": lambda w: bind_arguments(
        (message := message_with_file(w)).id, 0, senders=(message.sender,), purpose="DL-000000"
    ),
    "conversations.correct_name": lambda w: bind_arguments(w.message().sender, "Thử Văn Ân"),
    "rights.extend_request": lambda w: bind_arguments(received_request(w), reason="Nhiều dữ liệu"),
    "rights.follow_erasure": lambda w: bind_arguments(erasure_from_platform(w), granted=True, rule="Điều 14"),
    "rights.leave_out": lambda w: bind_arguments(request_with_passed_check(w), "tips", **GROUND),
    "rights.lift_restriction": lambda w: bind_arguments(restricted_request(w), reason="Người yêu cầu rút lại"),
    "rights.link_account": lambda w: (w.message(), bind_arguments(received_request(w), PERSON))[1],
    "rights.link_receipt": lambda w: bind_arguments(
        received_request(w), w.app.tips.record_walk_in(w.other, "Phá rào", unit="ninh-hoa").receipt
    ),
    "rights.note_answer": lambda w: bind_arguments(request_with_passed_check(w), granted_answer(w)),
    "rights.note_correction": lambda w: bind_arguments(
        request_with_passed_check(w, RightsKind.CORRECTION), f"name:{CONVERSATION}", "Nhầm"
    ),
    "rights.note_handover": lambda w: bind_arguments(request_with_passed_check(w), handover(w)),
    "rights.note_look": lambda w: bind_arguments(request_with_passed_check(w), "Lập bản sao"),
    "rights.receive": lambda w: bind_arguments(
        RightsKind.ACCESS, channel=RequestChannel.CHAT, conversation=CONVERSATION, received_at=w.clock.now()
    ),
    "rights.record_check": lambda w: bind_arguments(
        received_request(w), way="office_paper", passed=True, note="Đúng người"
    ),
    "rights.record_request": lambda _: bind_arguments(RightsKind.ACCESS, unit="ninh-hoa", applicant="Thử Văn An"),
    "rights.restrict": lambda w: bind_arguments(request_with_passed_check(w, RightsKind.RESTRICTION), **GROUND),
    "rights.take_in": lambda w: (
        id := request_with_passed_check(w),
        w.app.rights.leave_out(w.other, id, "tips", **GROUND),
        bind_arguments(id, "tips"),
    )[-1],
}
