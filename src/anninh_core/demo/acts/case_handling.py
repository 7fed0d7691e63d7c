"""Officers' work on cases in the demo: triage of messages, assignment, questions back, settlement, answers. Each round
advances every case.
"""

from datetime import timedelta
from hashlib import sha256

from anninh_core.demo.cast import find_officer, find_unit_officer
from anninh_core.demo.corpus import Line
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.usecase.actor import Actor

S = TipState
_WAITING_TIME = timedelta(days=3)
_SLOW_CASE_TIME = timedelta(days=26)


def find_line(stage: DemoStage, text: str) -> Line | None:
    """Return the corpus line that a case began with, or None; later messages of the resident follow in further lines of
    `text`.
    """
    lines = text.strip().split("\n")
    beginnings = ("\n".join(lines[:count]).strip() for count in range(len(lines), 0, -1))
    return next((stage.words[words] for words in beginnings if words in stage.words), None)


def create_cases(stage: DemoStage) -> None:
    """Let the board create cases from group messages, and correct the router's wrong classifications."""
    app = stage.app
    me = find_officer(stage, "tips")
    for message_class in (MessageClass.TIP, MessageClass.QUESTION, MessageClass.CHATTER):
        for message in app.conversations.suggested_messages(me, message_class, limit=200).items:
            line = find_line(stage, message.text)
            if line is not None and line.kind == "tip":
                app.conversations.create_tip(me, [message.id], category=line.category)
            elif line is not None and line.kind == "question":
                app.conversations.create_inquiry(me, message.id)


def claim_alarms(stage: DemoStage) -> None:
    """Claim the alarms, so that no other officer is alerted."""
    duty = stage.app.duty
    me = find_officer(stage, "tips")
    for alarm in duty.alarms(me).items:
        if alarm.is_emergency:
            duty.claim(me, alarm.id)


def handle_tips(stage: DemoStage) -> None:
    """Advance every open tip by one step, or by several if none requires waiting."""
    tips = stage.app.tips
    me = find_officer(stage, "tips")
    for state in (S.RECEIVED, S.REOPENED, S.TRIAGED, S.ASSIGNED, S.WAITING, S.VERIFYING):
        for tip in _list_tips(stage, me, state):
            _advance_tip(stage, me, tip)
    for state in (S.RESOLVED, S.UNFOUNDED, S.REFUSED, S.TRANSFERRED, S.DUPLICATE):
        for tip in _list_tips(stage, me, state):
            _answer_tip(stage, me, tip)
    stage.deliver_events()
    for tip in _list_tips(stage, me, S.ANSWERED):
        tips.close(me, tip.id)
    for tip in _list_tips(stage, me, S.REOPEN_REQUESTED):
        tips.reopen(find_officer(stage, "supervisor"), tip.id, stage.script["answers"]["reopened"])


def answer_questions(stage: DemoStage) -> None:
    """Answer the inquiries, from the knowledge base if an article fits."""
    inquiries = stage.app.inquiries
    me = find_officer(stage, "tips")
    for inquiry in inquiries.list(me, state=InquiryState.RECEIVED, limit=500).items:
        line = find_line(stage, inquiry.question)
        if line is not None and line.kind == "tip":
            stage.app.inquiries.convert_to_tip(me, inquiry.id, category=line.category)
            continue
        unknown = stage.script["unknown_question"]
        if not inquiry.conversation:
            inquiries.record_manual_answer(me, inquiry.id, stage.script["answers"]["by_hand"])
            continue
        suggestions = inquiries.suggest(me, inquiry.id, limit=1)
        if suggestions:
            inquiries.answer(me, inquiry.id, article=suggestions[0].article.id)
        else:
            inquiries.answer(me, inquiry.id, text=unknown["text"], source=unknown["source"])
    stage.deliver_events()
    for inquiry in inquiries.list(me, state=InquiryState.ANSWERED, limit=500).items:
        inquiries.close(me, inquiry.id)


def write_articles(stage: DemoStage) -> None:
    """Fill the knowledge base."""
    me = find_officer(stage, "tips")
    titles = {article.title for article in stage.app.inquiries.articles.list(me)}
    for article_script in stage.script["articles"]:
        if article_script["title"] not in titles:
            stage.app.inquiries.articles.write(
                me,
                "cong-an",
                title=article_script["title"],
                text=article_script["text"],
                source=article_script["source"],
                phrases=tuple(article_script["phrases"]),
            )


def _list_tips(stage: DemoStage, me: Actor, state: TipState) -> tuple[Tip, ...]:
    return stage.app.tips.list(me, state=state, limit=500).items


def _advance_tip(stage: DemoStage, me: Actor, tip: Tip) -> None:
    if tip.withdrawal_asked_at is not None:
        stage.app.tips.withdrawals.accept(me, tip.id, stage.script["answers"]["taken_back"])
        return
    if tip.state is S.RECEIVED:
        tip = _triage_tip(stage, me, tip)
    if tip.state in (S.TRIAGED, S.REOPENED):
        if _merge_duplicate(stage, me, tip):
            return
        handler = stage.app.tips.routing.suggest_handler(me, tip.id).unit
        assignee = me if handler == "cong-an" else find_unit_officer(stage, tip.unit)
        tip = stage.app.tips.assign(me, tip.id, unit=handler, officers=[assignee.id])
    age = stage.clock.now() - tip.received_at
    if tip.state is S.ASSIGNED:
        if _compute_outcome_number(tip) % 11 == 3 and tip.conversation and not tip.reopened_days:
            stage.app.tips.ask_back(me, tip.id, stage.script["questions"]["default"])
            return
        tip = stage.app.tips.verify(me, tip.id)
    if tip.state is S.WAITING and age > _WAITING_TIME:
        tip = stage.app.tips.verify(me, tip.id)
    if tip.state is S.VERIFYING and (_compute_outcome_number(tip) % 13 != 5 or age > _SLOW_CASE_TIME):
        _settle_tip(stage, me, tip)


def _triage_tip(stage: DemoStage, me: Actor, tip: Tip) -> Tip:
    line = find_line(stage, tip.text)
    category = (line.category if line else "") or tip.category or "situation"
    unit = line.area if line else tip.unit
    place = stage.app.district.unit(unit).name
    triaged = stage.app.tips.triage(
        me, tip.id, category=category, unit=unit, place=place, urgency="serious" if tip.emergency else ""
    )
    return record_written_notice(stage, me, triaged)


def record_written_notice(stage: DemoStage, me: Actor, tip: Tip) -> Tip:
    """Record the written notice that the law requires for a possible crime; a receipt in a chat doesn't count."""
    if all(clock.rule != "notify_receipt" or clock.met_at is not None for clock in tip.clocks):
        return tip
    number = f"{tip.receipt}/{stage.script['notice']['symbol']}"
    return stage.app.tips.clocks.record_notice(me, tip.id, number=number, day=local_date(stage.clock.now()))


def _merge_duplicate(stage: DemoStage, me: Actor, tip: Tip) -> bool:
    """Merge a tip into the earliest tip about the same fire; return whether it was merged."""
    line = find_line(stage, tip.text)
    if line is None or not line.note.startswith("same fire"):
        return False
    candidates = [
        other
        for other in stage.app.tips.list(me, category=tip.category, limit=500).items
        if other.received_at < tip.received_at and not other.merged_into and _is_same_fire(stage, other)
    ]
    if not candidates:
        return False
    earliest = min(candidates, key=lambda other: other.received_at)
    stage.app.tips.merge(me, tip.id, into=earliest.id, answer=stage.script["answers"]["duplicate"])
    return True


def _is_same_fire(stage: DemoStage, tip: Tip) -> bool:
    line = find_line(stage, tip.text)
    return line is not None and line.note.startswith("same fire")


def _settle_tip(stage: DemoStage, me: Actor, tip: Tip) -> None:
    answers = stage.script["answers"]
    outcome = _compute_outcome_number(tip)
    line = find_line(stage, tip.text)
    tips = stage.app.tips
    if line is not None and line.kind != "tip":
        tips.settle(me, tip.id, S.REFUSED, answer=answers["refused"], reason="guided")
    elif outcome % 10 == 4:
        tips.transfer(me, tip.id, to=answers["transfer_to"], answer=answers["transferred"], reason="competence")
    elif outcome % 7 == 2:
        tips.settle(me, tip.id, S.UNFOUNDED, answer=answers["unfounded"], reason="checked")
    else:
        answer = answers[tip.category]
        tips.settle(me, tip.id, S.RESOLVED, answer=answer, reason="handled", valuable=outcome % 4 == 1)


def _answer_tip(stage: DemoStage, me: Actor, tip: Tip) -> None:
    if not tip.conversation:
        stage.app.tips.record_manual_answer(me, tip.id, stage.script["answers"]["by_hand"])
        return
    try:
        stage.app.tips.answer(me.with_request(f"answer:{tip.id}:{len(tip.settlements)}"), tip.id)
    except AlreadyDone:
        return


def _compute_outcome_number(tip: Tip) -> int:
    """Return a number that determines the outcome of a tip, the same in every run of the demo."""
    return int.from_bytes(sha256(tip.text.encode()).digest()[:4], "big")
