"""Cases of a commune: tips and questions with texts and files, failed answers, disclosures, holds and requests of
residents.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import evolve
from tests.support.purging import purge_scope
from tests.trust.district import People, get_tables

from anninh_core.app import App
from anninh_core.domain.conversations.files import get_file_storage
from anninh_core.domain.conversations.model import Message, message_scope
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.intake import Addition
from anninh_core.kernel.dates import local_date
from anninh_core.ports.storages.changes import ChangeSet, NewInbox
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place
from anninh_core.vocabulary.rights import RightsKind
from anninh_core.vocabulary.supervision import AccusedKind

ROUTER = system("router")
PICTURE = (Attachment("image", url="https://mock.invalid/files/f0001"),)


def hear(app: App, sender: Address, text: str, *, to: Address | None = None, kind: str = "tip") -> Message:
    """Record a message that a person wrote to the account, or in the group `to`."""
    message = InboundMessage(
        id=f"platform-{app.internals.context.ids.new()}",
        conversation=to or sender,
        sender=sender,
        text=text,
        sent_at=app.internals.context.clock.now(),
        attachments=PICTURE,
    )
    return run_step(app.internals.services.conversations.record_message, ROUTER, message, kind=kind)


def add_tip(app: App, unit: str, reporter: Address, text: str, *, emergency: bool = False) -> tuple[Tip, Message]:
    """Add a tip that a resident reports by chat with a picture, and return it with its message."""
    message = hear(app, reporter, text)
    receive = app.internals.services.tips.intake.receive
    tip = run_step(
        receive,
        ROUTER,
        text,
        unit=unit,
        origin="one_to_one",
        conversation=message.sender,
        category="crime",
        emergency=emergency,
    )
    linked = run_step(app.internals.services.conversations.link, ROUTER, message.id, f"tip:{tip.id}", kind="tip")
    blob = get_file_storage(app.internals.runner, message_scope(linked)).put(text.encode())
    return tip, run_step(
        app.internals.services.conversations.keep_attachment, ROUTER, message.id, 0, blob, message_scope(linked)
    )


def _triaged(app: App, people: People, tip: Tip) -> Tip:
    return app.tips.triage(people.boss, tip.id, category="crime")


def _merged(app: App, people: People, unit: str, *, into: str) -> str:
    """Return the id of a tip that was merged into another one by mistake."""
    tip = _triaged(app, people, app.tips.record_walk_in(people.boss, "Mất chó", unit=unit))
    return app.tips.merge(people.boss, tip.id, into=into, answer="Đã có người báo.").id


def _closed(app: App, people: People, unit: str) -> str:
    """Return the id of a closed tip with an answered reporter."""
    tip = settled(app, people, app.tips.record_walk_in(people.boss, "Xong rồi", unit=unit))
    app.tips.record_manual_answer(people.boss, tip.id, "gọi điện")
    return app.tips.close(people.boss, tip.id).id


def settled(app: App, people: People, tip: Tip) -> Tip:
    """Settle a tip without sending the answer to the reporter."""
    _triaged(app, people, tip)
    return app.tips.settle(people.second, tip.id, TipState.RESOLVED, answer="Đã xong.", reason="solved")


def destroy(app: App, scope: str) -> None:
    """Destroy the data key of a scope."""
    purge_scope(app.internals.context, scope)
    app.internals.context.encryptor.forget(scope)


def add_case(app: App, people: People, unit: str, tag: str, *, group: Address | None) -> dict[str, Any]:
    """Give a unit tips and questions in several states, with everything that depends on them."""
    things = add_tips(app, people, unit, tag)
    if group is not None:
        things |= _group_messages(app, group, tag)
    things |= _questions(app, people, unit, tag)
    return things | _erasure_requests(app, unit, tag)


def add_tips(app: App, people: People, unit: str, tag: str) -> dict[str, Any]:
    """Give a unit tips in several states, with a failed answer, disclosures, a legal hold and a purge order."""
    things = _tips(app, people, unit, tag) | _talks(app, unit, tag)
    things["disclosure"] = ask_identity(app, people.second, things)
    things["disclosure.approved"] = app.identity.approve_identity(
        people.second, ask_identity(app, people.boss, things), minutes=24 * 60, reason="Cần xác minh"
    ).id
    emergency = things["case.emergency"]
    open_alarm = app.internals.services.duty.alarms.open_alarm
    things["alarm"] = run_step(open_alarm, ROUTER, things["case"], unit=unit, code=things["receipt"][:5]).id
    things["opening"] = app.identity.open_address_in_emergency(people.second, emergency, reason="Nguy hiểm").opening
    hold = app.retention.hold(people.second, things["case"], reason="Tòa yêu cầu", review_on=date(2022, 1, 1))
    things["hold"] = hold.id
    things |= {f"case.{state}": f"tip:{things[f'tip.{state}']}" for state in ("over", "ordered")}
    app.retention.order_purge(people.second, things["case.ordered"], reason="retention")
    return things | _requests(app, people, things["conversation"])


def _requests(app: App, people: People, conversation: str) -> dict[str, Any]:
    """Create data-subject requests of a tip's reporter: one unchecked, and the others in states that allow further
    acts.
    """
    receive = app.internals.services.rights.intake.receive
    at = app.internals.context.clock.now()

    def ask(kind: RightsKind) -> str:
        channel = RequestChannel.CHAT
        return run_step(receive, ROUTER, kind, channel=channel, conversation=conversation, received_at=at).id

    def prove(kind: RightsKind) -> str:
        id = ask(kind)
        app.rights.record_check(people.second, id, way="office_paper", passed=True, note="Đúng người")
        return id

    restricted = prove(RightsKind.OBJECTION)
    app.rights.restrict(people.boss, restricted, rule="Điều 14", reason="Người dân yêu cầu")
    return {
        "rights_request": ask(RightsKind.DELETION),
        "rights_request.proven": prove(RightsKind.ACCESS),
        "rights_request.correction": prove(RightsKind.CORRECTION),
        "rights_request.restriction": prove(RightsKind.RESTRICTION),
        "rights_request.restricted": restricted,
    }


def _tips(app: App, people: People, unit: str, tag: str) -> dict[str, Any]:
    """Give a unit tips in every state, one of them with everything that may depend on a tip."""
    boss = people.boss
    reporter = Address("oa", Place.PERSON, f"p-{tag}")
    other = Address("oa", Place.PERSON, f"q-{tag}")
    tip, message = add_tip(app, unit, reporter, f"Có trộm ở chợ {tag}")
    ended, failing, spoken = (
        add_tip(app, unit, other, f"{what} ở chợ {tag}")[0] for what in ("Mất xe máy", "Đánh nhau", "Gây rối")
    )
    rescue = add_tip(app, unit, other, f"Cháy nhà ở chợ {tag}", emergency=True)[0]
    walk_ins = ("Cờ bạc", "Phá rào", "Đã hủy")
    triaged, by_hand, purged = (app.tips.record_walk_in(boss, what, unit=unit) for what in walk_ins)
    return {
        "tip": tip.id,
        "tip.triaged": _triaged(app, people, triaged).id,
        "tip.assigned": app.tips.assign(boss, _triaged(app, people, spoken).id, unit=unit).id,
        **_decided(app, people, unit),
        **_false(app, people, unit),
        "tip.failing": failing.id,
        "tip.settled": settled(app, people, ended).id,
        "tip.merged": _merged(app, people, unit, into=tip.id),
        "tip.over": _closed(app, people, unit),
        "tip.ordered": _closed(app, people, unit),
        "tip.purged": purged.id,
        "tip.answered": app.tips.record_manual_answer(boss, settled(app, people, by_hand).id, "gọi điện").id,
        "tip.emergency": rescue.id,
        **_shared(app, people, unit),
        **_of_one_event(app, people, unit),
        "case.emergency": f"tip:{rescue.id}",
        "receipt": tip.receipt,
        "case": f"tip:{tip.id}",
        "scope": f"tip:{by_hand.id}",
        "message": message.id,
        "platform_id": message.platform_id,
        "conversation": message.sender,
        "scope.conversation": f"conversation:{message.sender}",
        "scope.identity": f"identity:{message.sender}",
        "row": fail_answer(app, people, failing),
    }


def _talks(app: App, unit: str, tag: str) -> dict[str, Any]:
    """Give a unit tips of one resident: a withdrawn one, one with two matters, a repeated one, a locked one, and
    messages in doubt.
    """
    intake = app.internals.services.tips.intake
    threads = app.internals.services.threads
    resident = Address("oa", Place.PERSON, f"t-{tag}")
    withdrawn, double, once, twice = (
        add_tip(app, unit, resident, f"{what} {tag}")[0] for what in ("Rút", "Hai", "Một", "Lặp")
    )
    run_step(intake.add, ROUTER, withdrawn.id, Addition(text="Em rút", withdraws=True))
    more, doubt = (hear(app, resident, f"{what} {tag}") for what in ("Lại mất xe", "Biển số"))
    run_step(intake.add, ROUTER, double.id, Addition(text=more.text, second_matter=more.id))
    run_step(app.internals.services.conversations.link, ROUTER, more.id, f"tip:{double.id}", kind="continuation")
    now = app.internals.context.clock.now()
    lock = SupervisorLock(
        accused=(AccusedKind.POLICE,), units=(), supervisor=unit, place=unit, locked_at=now, decide_by=now
    )
    locked = run_step(intake.receive, ROUTER, f"Tố cáo {tag}", unit=unit, origin="entry", lock=lock)
    locked_message = run_step(
        threads.hold_back, ROUTER, hear(app, resident, f"Cũng tố cáo {tag}").id, (f"tip:{once.id}",), lock
    )
    run_step(threads.set_aside, ROUTER, doubt.id, (f"tip:{once.id}", f"tip:{twice.id}"))
    return {
        "tip.taken_back": withdrawn.id,
        "tip.locked": locked.id,
        "message.locked": locked_message.id,
        "tip.double": double.id,
        "tip.once": once.id,
        "tip.twice": twice.id,
        "messages.second": (more.id,),
        "message.in_doubt": doubt.id,
        "messages.in_doubt": (doubt.id,),
        "case.candidate": f"tip:{once.id}",
    }


def _shared(app: App, people: People, unit: str) -> dict[str, Any]:
    """Give a unit tips in other hands: forwarded, transferred to an outside body, claimed, objected to, and with
    subcases.
    """
    boss = people.boss
    tips = app.tips

    def triaged() -> str:
        return _triaged(app, people, tips.record_walk_in(boss, "Chuyện khác", unit=unit)).id

    shared = triaged()
    answered = tips.record_manual_answer(boss, settled(app, people, tips.get(boss, triaged())).id, "gọi")
    tips.assign(boss, shared, unit="cong-an")
    first, second = (tips.subcases.open(boss, shared, unit=unit, asked="Xem camera").id for _ in range(2))
    return {
        "tip.passed_on": tips.transfers.to_unit(boss, triaged(), unit="cong-an", reason="Khác địa bàn").id,
        "tip.gone": tips.transfer(boss, triaged(), to="Công an tỉnh", answer="Đã chuyển.", reason="elsewhere").id,
        "tip.claimed": tips.claim(boss, triaged()).id,
        "tip.objected": tips.reopenings.request(boss, answered.id, "Không đồng ý").id,
        "tip.shared": shared,
        "subcase": first,
        "subcase.open": second,
    }


def _of_one_event(app: App, people: People, unit: str) -> dict[str, Any]:
    """Give a unit tips about one event: two joined in an incident, and two not joined."""
    texts = ("Cháy kho", "Cháy kho lúa", "Đuối nước", "Có người đuối nước")
    first, second, third, fourth = (app.tips.record_walk_in(people.boss, what, unit=unit).id for what in texts)
    return {
        "incident": app.incidents.join(people.boss, [first, second]).incident.id,
        "tip.joined": first,
        "tip.joined_too": second,
        "joined": (first, second),
        "tip.of_event": third,
        "tip.of_event_too": fourth,
        "of_one_event": (third, fourth),
    }


def _false(app: App, people: People, unit: str) -> dict[str, Any]:
    """Give a unit an unfounded tip, and one that was marked as a prank."""
    facts: dict[str, Any] = {"answer": "Không có căn cứ.", "reason": "checked"}
    unfounded, prank = (
        app.tips.settle(
            people.second,
            _triaged(app, people, app.tips.record_walk_in(people.boss, what, unit=unit)).id,
            TipState.UNFOUNDED,
            **facts,
        ).id
        for what in ("Không có gì", "Trêu đùa")
    )
    app.tips.false_reports.mark(people.second, prank, reason="prank", note="Người báo nhận là đùa")
    return {"tip.unfounded": unfounded, "tip.false": prank}


def _decided(app: App, people: People, unit: str) -> dict[str, Any]:
    """Give a unit a tip that was declared complex, and a suspended one."""
    paper: dict[str, Any] = {"body": "CQĐT", "number": "1/QĐ", "day": local_date(app.internals.context.clock.now())}
    complex_, stopped = (
        _triaged(app, people, app.tips.record_walk_in(people.boss, what, unit=unit)) for what in ("Lừa đảo", "Bỏ trốn")
    )
    return {
        "tip.complex": app.tips.clocks.mark_complex(people.boss, complex_.id, **paper).id,
        "tip.suspended": app.tips.clocks.suspend(people.boss, stopped.id, **paper).id,
    }


def ask_identity(app: App, officer: Actor, things: Mapping[str, Any]) -> str:
    """Request the reporter's identity in a case, and return the request's id."""
    return app.identity.request_identity(
        officer, things["case"], field=IdentityField.NAME, purpose="Xác minh", ground="Điều 9"
    ).id


def fail_answer(app: App, people: People, tip: Tip) -> str:
    """Let the answer to a tip fail, and return its row on the failure desk."""
    settled(app, people, tip)
    before = set(get_tables(app).outbox)
    app.tips.answer(people.boss, tip.id)
    (row,) = set(get_tables(app).outbox) - before
    return _fail(app, row)


def fail_row(app: App, conversation: str) -> str:
    """Let one of the messages to a conversation fail, and return its row."""
    return _fail(
        app, next(id for id, stored in get_tables(app).outbox.items() if stored.row.conversation == conversation)
    )


def _fail(app: App, id: str) -> str:
    stored = get_tables(app).outbox[id]
    stored.row = evolve(
        stored.row, state=OutboxState.FAILED, error="rejected", settled_at=app.internals.context.clock.now()
    )
    stored.open = False
    return id


def add_failed_event(app: App, address: Address, unit: str) -> str:
    """Add an event of a resident of a unit that can't be processed, and return its inbox row."""
    id = app.internals.context.ids.new()
    app.internals.services.conversations.place(ROUTER, address, unit)
    row = NewInbox(
        id=id,
        source="oa",
        dedupe=address.id,
        conversation=app.internals.services.conversations.id_of(address),
        received_at=app.internals.context.clock.now(),
        scope="",
        body=b"{}",
    )
    app.internals.runner.apply([ChangeSet(inbox=(row,))])
    stored = get_tables(app).inbox[id]
    stored.row, stored.open = evolve(stored.row, state=InboxState.FAILED, error="KeyError"), False
    return id


def _group_messages(app: App, group: Address, tag: str) -> dict[str, Any]:
    """Add messages in a group that have no case yet."""
    speaker = Address("oa", Place.PERSON, f"r-{tag}")
    tip = hear(app, speaker, "Có trộm", to=group)
    question = hear(app, speaker, "Ở đâu?", to=group, kind="question")
    return {"message.tip": tip.id, "messages": (tip.id,), "message.question": question.id}


def _questions(app: App, people: People, unit: str, tag: str) -> dict[str, Any]:
    def ask(number: int) -> str:
        message = hear(app, Address("oa", Place.PERSON, f"s{number}-{tag}"), "Làm căn cước ở đâu?", kind="question")
        receive = app.internals.services.inquiries.intake.receive
        return run_step(receive, ROUTER, message.text, unit=unit, conversation=message.sender).id

    replied = app.inquiries.answer(people.boss, ask(1), text="Tại huyện.").id
    return {
        "inquiry": ask(2),
        "inquiry.replied": replied,
        "inquiry.answered": app.inquiries.record_manual_answer(
            people.boss, app.inquiries.answer(people.boss, ask(3), text="Tại huyện.").id, "tại quầy"
        ).id,
    }


def _erasure_requests(app: App, unit: str, tag: str) -> dict[str, Any]:
    resident = hear(app, Address("oa", Place.PERSON, f"w-{tag}"), "Chào", kind="chatter").sender
    at = app.internals.context.clock.now()
    ask = app.internals.services.retention.erasures.ask_erasure
    return {"erasure": run_step(ask, ROUTER, resident, unit=unit, asked_at=at, received_at=at).id}
