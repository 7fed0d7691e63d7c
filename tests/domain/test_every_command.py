"""Public methods of services are marked; every command is refused without its permission and leaves one entry."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime
from importlib import import_module
from inspect import Parameter, getmembers, isfunction, signature
from pkgutil import walk_packages
from pydoc import plain, render_doc
from typing import Any

import pytest
from attrs import evolve
from tests.domain.world import (
    AUTHOR,
    CONVERSATION,
    OWED,
    PERSON,
    PIECE,
    PLACE,
    POSTED,
    RULED,
    SIGNED,
    TARGETS,
    TEXT,
    World,
)

import anninh_core.domain
from anninh_core.app import App
from anninh_core.domain.groups import KeyPerson, Measure
from anninh_core.domain.moderation import ModerationAction
from anninh_core.domain.programme import InspectionCheck
from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import Refused
from anninh_core.messaging.failures.desk import FailureDesk
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Service, UseCase, UseCaseKind, system, use_case_of
from anninh_core.usecase.actor import Actor, person
from anninh_core.vocabulary.messages import Address, Echo, Place
from anninh_core.vocabulary.opinions import Finding, Flag

Call = Callable[..., object]
Recipe = Callable[[World], Callable[[Call], Callable[[Any], object]]]
"""Prepares a world and returns what turns a command into a call by an actor."""

EXCUSED = {"conversations.id_of": "names an address by its blind index; it reads no record and changes none"}


def args(*positional: Any, **named: Any) -> Callable[[Call], Callable[[Any], object]]:
    """Call a command as an actor does; a step as a whole act of its own."""

    def bind(method: Call) -> Callable[[Any], object]:
        mark = use_case_of(method)
        if mark is not None and mark.kind is UseCaseKind.STEP:
            return lambda actor: run_step(method, actor, *positional, **named)
        return lambda actor: method(actor, *positional, **named)

    return bind


SETTLED = {"answer": "Đã xong.", "reason": "solved"}
ADDRESS = Address("oa", Place.GROUP, "g9")
FINDING = Finding("permitted", "có số điện thoại", "hold")
FLAGS = [Flag("advertising", "gia soc")]
SEEN = ("cong-an", {"title": "Căn cước", "text": "Tại huyện.", "source": "Luật"})

RECIPES: dict[str, Recipe] = {
    "units.appoint": lambda w: args("Người Thử", "ninh-hoa", roles=["editor"]),
    "units.grant": lambda w: args(w.officer(), "editor", "ninh-hoa"),
    "units.revoke": lambda w: args(w.officer("editor"), "editor", "ninh-hoa", last_day=w.today),
    "conversations.link_group": lambda w: args(ADDRESS, "ninh-hoa", "Nhóm Thử"),
    "conversations.record_message": lambda w: args(w.inbound(), kind="chatter"),
    "conversations.keep_attachment": lambda w: args(w.message().id, 0, blob="0" * 64),
    "conversations.lose_attachment": lambda w: args(w.message().id, 0, reason="expired"),
    "conversations.follow_case": lambda w: args(w.message().conversation, "tip:1", "ninh-hoa"),
    "conversations.remove_words": lambda w: args(w.message().id),
    "conversations.link": lambda w: args(w.message().id, "tip:1", "ninh-hoa", kind="tip"),
    "conversations.record_operator_message": lambda w: args(
        Echo(conversation=PERSON, platform_id="9", text=TEXT, at=w.app.context.clock.now())
    ),
    "conversations.place": lambda w: args(PERSON, "ninh-hoa"),
    "groups.acknowledge": lambda w: args(w.active().id),
    "groups.close": lambda w: args(w.active().id, "merged"),
    "groups.link_chat": lambda w: args(w.planned().id, address=ADDRESS, conversation="oa.g9"),
    "groups.hand_over": lambda w: (w.staffed(), args("o1", successor="o2", name="Người Sau"))[1],
    "groups.launch": lambda w: args(w.staffed().id),
    "groups.measure": lambda w: args(w.active().id, Measure(day=w.today, members=10)),
    "groups.merge": lambda w: args(w.active().id, into=w.active("ninh-hai").id),
    "groups.name_key_people": lambda w: args(w.planned().id, [KeyPerson("party_cell_secretary", "Bí thư thử")]),
    "groups.note_post": lambda w: args(w.active().id),
    "groups.plan": lambda w: args("ninh-hoa", kind="commune", title="Nhóm Thử"),
    "groups.relink": lambda w: args(w.active().id, "https://zalo.me/g/1"),
    "groups.remind": lambda w: args(w.active().id),
    "groups.remind_due": lambda w: (w.active(), w.later(31), args())[-1],
    "groups.rename": lambda w: args(w.active().id, "Nhóm Mới"),
    "groups.resume": lambda w: args(w.suspended().id),
    "groups.seat": lambda w: args(w.planned().id, "owner", officer="o1", name="Người Thử"),
    "groups.send_charter": lambda w: args(w.active().id),
    "groups.suspend": lambda w: args(w.active().id, "holiday"),
    "groups.vacate": lambda w: args(w.staffed().id, "o1"),
    "groups.welcome": lambda w: args(w.active().id),
    "tips.add": lambda w: args(w.tip().id),
    "tips.answer": lambda w: args(w.settled().id),
    "tips.confirm_answer": lambda w: args(w.on_its_way().id, "accepted"),
    "tips.answered_by_hand": lambda w: args(w.settled().id, "gọi điện"),
    "tips.ask_back": lambda w: args(w.triaged().id, "Xe màu gì?"),
    "tips.assign": lambda w: args(w.triaged().id, unit="cong-an"),
    "tips.close": lambda w: args(w.answered().id),
    "tips.exclude": lambda w: args(w.tip().id, "o1", "người nhà"),
    "tips.merge": lambda w: args(w.triaged().id, into=w.tip().id, answer="Đã có tin."),
    "tips.receive": lambda w: args(TEXT, unit="ninh-hoa", origin="entry"),
    "tips.confirm_receipt": lambda w: args(w.tip().id),
    "tips.record_walk_in": lambda w: args(TEXT, unit="ninh-hoa"),
    "tips.reopen": lambda w: args(w.settled().id, "Có tình tiết mới"),
    "tips.settle": lambda w: args(w.triaged().id, TipState.RESOLVED, **SETTLED),
    "tips.send_state": lambda w: args(w.tip().receipt, CONVERSATION),
    "tips.transfer": lambda w: args(w.triaged().id, to="Viện kiểm sát", **SETTLED),
    "tips.triage": lambda w: args(w.tip().id, category="crime"),
    "tips.verify": lambda w: args(w.app.tips.assign(w.other, w.triaged().id, unit="cong-an").id),
    "tips.withdraw": lambda w: args(w.tip().receipt, CONVERSATION),
    "inquiries.add": lambda w: args(w.inquiry().id),
    "inquiries.answer": lambda w: args(w.inquiry().id, text="Tại huyện."),
    "inquiries.confirm_answer": lambda w: args(w.replied().id, "accepted"),
    "inquiries.answered_by_hand": lambda w: args(w.replied().id, "tại quầy"),
    "inquiries.convert_to_tip": lambda w: args(w.inquiry().id, w.tip().id),
    "inquiries.close": lambda w: args(w.app.inquiries.answered_by_hand(w.other, w.replied().id, "tại quầy").id),
    "inquiries.receive": lambda w: args("Ở đâu?", unit="ninh-hoa"),
    "inquiries.record_walk_in": lambda w: args("Ở đâu?", unit="ninh-hoa"),
    "inquiries.retire_article": lambda w: args(w.article().id),
    "inquiries.revise_article": lambda w: args(w.article().id, text="Mới.", source="Luật", since=date(2022, 1, 1)),
    "inquiries.write_article": lambda w: args(SEEN[0], **SEEN[1]),
    "content.answer_finding": lambda w: args(w.submitted([FINDING]).id, 0, "số công khai"),
    "content.answer_gate": lambda w: args(w.submitted().id, "true", True, "Đã đối chiếu"),
    "content.approve": lambda w: args(w.gated().id),
    "content.approve_urgently": lambda w: args(w.urgent().id, "Lũ đang lên", w.notes()),
    "content.correct": lambda w: args(i := w.published().id, evolve(PIECE, category="correction", replaces=i)),
    "content.edit": lambda w: args(w.item().id, evolve(PIECE, title="Tên khác")),
    "content.expire_due": lambda w: (w.published(expires=w.today), w.later(2), args())[-1],
    "content.publish": lambda w: args(w.approved().id, TARGETS),
    "content.record_findings": lambda w: args(w.item().id, [FINDING]),
    "content.register_source": lambda w: args("hoalu.gov.vn", "Trang huyện", "UBND huyện"),
    "content.reject": lambda w: args(w.submitted().id, "Chưa rõ nguồn"),
    "content.retire_source": lambda w: args(w.app.content.register_source(w.other, "x.gov.vn", "X", "Y").id),
    "content.review_afterwards": lambda w: args(w.approved_alone().id, True, "Đúng"),
    "content.submit": lambda w: args(w.item().id),
    "content.withdraw": lambda w: args(w.published().id, "Đã tìm thấy"),
    "content.write": lambda w: args("hoa-lu", PIECE),
    "moderation.appeal": lambda w: args(w.decided().id, AUTHOR, "Tôi không đồng ý"),
    "moderation.confirm_execution": lambda w: args(w.decided().id, "accepted"),
    "moderation.confirm_done": lambda w: args(w.decided(able=False).id, "đã gỡ"),
    "moderation.decide": lambda w: args(w.post().id, ModerationAction.REMIND, **RULED),
    "moderation.decide_appeal": lambda w: args(w.appealed().id, True, "Giữ nguyên"),
    "moderation.flag": lambda w: args("m1", TEXT, flags=FLAGS, **POSTED),
    "moderation.request_manual_action": lambda w: args(w.decided().id),
    "moderation.raise_post": lambda w: args("m1", TEXT, **POSTED),
    "programme.accept": lambda w: args(*w.fulfilled()),
    "programme.acknowledge": lambda w: args(w.urged(), "Đã rõ"),
    "programme.answer_difficulty": lambda w: args(w.difficulty().id, "Sẽ cấp"),
    "programme.close_campaign": lambda w: args(w.campaign().id, results="Tốt", people=50),
    "programme.close_difficulty": lambda w: args(w.answered_difficulty().id, "Đã nhận máy"),
    "programme.finish_task": lambda w: args(w.campaign().id, 1),
    "programme.fulfil": lambda w: (w.owed(), args(*OWED, evidence="r1"))[1],
    "programme.give_back": lambda w: args(*w.fulfilled()),
    "programme.hold_training": lambda w: args("hoa-lu", topic="Nội quy", day=w.today, attendance={"ninh-hoa": 3}),
    "programme.insist": lambda w: args(w.answered_difficulty().id, "Vẫn thiếu"),
    "programme.inspect": lambda w: args("ninh-hoa", [InspectionCheck("Nội quy", True)]),
    "programme.issue_plan": lambda w: args("ninh-hoa", number="12/KH-UBND", day=w.today, title="Kế hoạch"),
    "programme.name_head": lambda w: args("ninh-hoa", name="Người Thử"),
    "programme.open_campaign": lambda w: args("hoa-lu", name="Ra quân", start=w.today, end=w.today),
    "programme.open_duties": lambda w: args("roll-out", 2021),
    "programme.open_milestone": lambda w: args("pilot"),
    "programme.raise_difficulty": lambda w: args("ninh-hoa", "Thiếu máy tính"),
    "programme.reach_milestone": lambda w: (
        w.app.services.programme.duties.open_milestone(w.other, "pilot"),
        args("pilot", "ninh-hoa", evidence="biên bản 3"),
    )[1],
    "programme.remedy": lambda w: args(w.inspection().id, "Đã ghim"),
    "programme.urge": lambda w: args(w.owed()),
    "programme.urge_due": lambda w: (w.owed(), args())[1],
    "reports.accept": lambda w: args(w.signed().id),
    "reports.begin": lambda w: args("ninh-hoa", "roll-out", 2021),
    "reports.consolidate": lambda w: (w.accepted(), args("roll-out", 2021))[1],
    "reports.correct": lambda w: args(w.signed().id, "Sai số liệu"),
    "reports.correct_counters": lambda w: args(w.miscounted()),
    "reports.give_back": lambda w: args(w.signed().id, "Thiếu lời"),
    "reports.mend_counters": lambda w: args(*w.drifted()),
    "reports.refresh": lambda w: args(w.begun().id),
    "reports.submit": lambda w: args(w.begun().id, **SIGNED),
    "reports.write": lambda w: args(w.begun().id, "leadership", "Lời"),
    "governance.approve_identity": lambda w: args(w.disclosure().id, hours=2, reason="Cần xác minh"),
    "governance.ask_erasure": lambda w: args(
        CONVERSATION, unit="ninh-hoa", asked_at=w.app.context.clock.now(), received_at=w.app.context.clock.now()
    ),
    "governance.checkpoint": lambda w: args(),
    "governance.grant_erasure": lambda w: args(w.wish(), rule="Điều 16", reason="Có quyền"),
    "governance.hold": lambda w: args("tip:1", **PLACE, reason="Tòa yêu cầu", review_on=date(2022, 1, 1)),
    "governance.order_erasure": lambda w: args(w.granted()),
    "governance.order_purge": lambda w: args("tip:1", **PLACE, reason="retention"),
    "governance.purge": lambda w: (
        w.app.retention.order_purge(w.other, "tip:2", **PLACE, reason="retention"),
        args(),
    )[1],
    "governance.refuse_erasure": lambda w: args(w.wish(), rule="Điều 20", reason="Luật buộc giữ"),
    "governance.refuse_identity": lambda w: args(w.disclosure().id, reason="Không cần"),
    "governance.release_hold": lambda w: args(
        w.app.retention.hold(w.other, "tip:1", **PLACE, reason="Tòa yêu cầu", review_on=date(2022, 1, 1)).id
    ),
    "governance.request_identity": lambda w: args(
        case=f"tip:{w.tip().id}", conversation=CONVERSATION, **PLACE, purpose="Xác minh"
    ),
    "delivery.confirm": lambda w: args(w.failed(), "gọi điện"),
    "delivery.give_up": lambda w: args(w.failed(), "moved_away"),
    "delivery.rerun": lambda w: args(w.failed_event()),
    "delivery.resend": lambda w: args(w.failed()),
}
"""Action of a command -> how to bring a world to the point where the command makes sense, and what to hand to it."""


def services() -> Iterator[type[Service]]:
    """Yield the class of every service."""
    yield FailureDesk
    for module in walk_packages(anninh_core.domain.__path__, "anninh_core.domain."):
        for _, found in getmembers(import_module(module.name)):
            if isinstance(found, type) and issubclass(found, Service) and found is not Service:
                yield found


def public_methods() -> dict[str, UseCase | None]:
    """Return `action_prefix.method` -> its mark, for all services."""
    return {
        f"{service.action_prefix}.{name}": use_case_of(method)
        for service in services()
        for name, method in getmembers(service, isfunction)
        if not name.startswith("_")
    }


METHODS = public_methods()
STEPS = sorted(name for name, mark in METHODS.items() if mark is not None and mark.kind is UseCaseKind.STEP)
PUBLIC = sorted(name for name, mark in METHODS.items() if mark is not None and mark.kind is not UseCaseKind.STEP)
CHANGING = (UseCaseKind.COMMAND, UseCaseKind.STEP)
COMMANDS = sorted(name for name, mark in METHODS.items() if mark is not None and mark.kind in CHANGING)


@pytest.fixture
def world(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> World:
    """Saturday, 18 September 2021: the roll-out is over, its report due tomorrow."""
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    return World.of(anninh_app, mock_chat, anninh_clock)


def everything(world: World) -> dict[str, Any]:
    """Return a copy of all that is stored, the journal apart."""
    storage = world.app.context.storage
    assert isinstance(storage, MemoryStorage)
    tables = storage.tables
    others = ("lock", "row_added", "journal", "journal_refs", "__weakref__")
    names = [name for name in type(tables).__slots__ if name not in others]
    return {name: deepcopy(getattr(tables, name)) for name in names}


def called(world: World, name: str) -> Callable[[Any], object]:
    """Prepare a command and return the call that an actor makes."""
    prepared = RECIPES[name](world)
    return prepared(method(world, name))


def method(world: World, name: str) -> Callable[..., object]:
    """Return a method of a world's app by its action: `action_prefix.method`."""
    prefix, _, verb = name.partition(".")
    (found,) = (part for part in parts(world.app) if part.action_prefix == prefix and hasattr(part, verb))
    call: Callable[..., object] = getattr(found, verb)
    return call


def parts(app: App) -> Iterator[Service]:
    """Yield what an app's subjects are made of; a small subject is one part."""
    names = [name for name in dir(app.services) if not name.startswith("_")]
    for subject in (app.failures, *(getattr(app.services, name) for name in names)):
        if isinstance(subject, Service):
            yield subject
        else:
            yield from (part for part in vars(subject).values() if isinstance(part, Service))


def test_every_public_method_is_marked() -> None:
    """As command, query or step, with its permission; what isn't has its reason written down above."""
    assert {name for name, mark in METHODS.items() if mark is None} == set(EXCUSED)


@pytest.mark.parametrize("name", STEPS)
def test_no_step_is_reached_by_an_actor(world: World, name: str) -> None:
    """A step takes the unit of work of a larger act; handed an actor, even one who may everything, it does nothing."""
    entries = len(world.journal())
    call = method(world, name)
    with pytest.raises(TypeError, match="step of a larger act"):
        call(world.boss)
    assert len(world.journal()) == entries


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_use_case_shows_its_actor(world: World, name: str) -> None:
    """What `help` and `inspect.signature` show first is an actor, by position; nothing else is taken for one."""
    call = method(world, name)
    first = next(iter(signature(call).parameters.values()))
    assert (first.name, first.annotation, first.kind) == ("actor", Actor, Parameter.POSITIONAL_ONLY)
    assert "actor: anninh_core.usecase.actor.Actor" in plain(render_doc(call))
    with pytest.raises(TypeError, match="takes an Actor first"):
        call(world.boss.id)


def test_every_command_has_a_recipe() -> None:
    """A new command can't be forgotten here, nor an old one kept."""
    assert sorted(RECIPES) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_without_permission_only_the_refusal_is_left(world: World, name: str) -> None:
    """Whoever may read the trail and nothing else is refused: one entry says so, and nothing else changes."""
    stranger = person(world.officer("auditor"))
    call = called(world, name)
    stored, entries = everything(world), len(world.journal())
    for actor in (stranger, person("nobody"), system("nobody")):
        with pytest.raises(Refused):
            call(actor)
        entries += 1
        refusal = world.journal()[-1]
        assert len(world.journal()) == entries
        assert (refusal.actor, refusal.action, refusal.outcome) == (actor.label, name, "refused")
        assert (refusal.touched, refusal.events) == ((), ())
    assert everything(world) == stored


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_leaves_one_entry(world: World, name: str) -> None:
    """It changes something, and one entry says who did what."""
    call = called(world, name)
    stored, entries = everything(world), len(world.journal())
    call(world.boss)
    entry = world.journal()[-1]
    assert len(world.journal()) == entries + 1
    assert (entry.actor, entry.action, entry.outcome) == (world.boss.label, name, "done")
    assert everything(world) != stored
