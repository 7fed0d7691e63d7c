"""Residents' messages: each line of the corpus is sent in the chat, or pasted by a board member, exactly once."""

from anninh_core.demo.acts.group_creation import group_of
from anninh_core.demo.cast import unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.messaging.inbound.talk.commands import extract_receipt


def say(stage: DemoStage, index: int) -> None:
    """Send a line of the corpus as its resident, and let the app process it."""
    line = stage.lines[index]
    if line.is_pasted:
        _import_message(stage, index)
    else:
        sent_before = sum(not earlier.is_pasted for earlier in stage.lines[:index])
        if len(stage.platform.said()) == sent_before:
            _send_message(stage, index)
    stage.deliver_events()


def _send_message(stage: DemoStage, index: int) -> None:
    line = stage.lines[index]
    person = stage.platform.person(line.name, line.sender)
    text = line.text.replace("{receipt}", _last_receipt(stage, person))
    address = group_of(stage, line.group).address if line.group else None
    stage.platform.says(
        person,
        text,
        group=address.id if address else "",
        attachments=line.attachments,
        reply_to=_platform_id(stage, line.reply_to),
    )


def _import_message(stage: DemoStage, index: int) -> None:
    line = stage.lines[index]
    sent_at = vietnam_time(line.at)
    text = f"[{sent_at:%H:%M}, {sent_at.day:02}/{sent_at.month:02}/{sent_at.year}] {line.name}: {line.text}"
    try:
        stage.app.conversations.import_pasted(unit_officer(stage, line.group), group_of(stage, line.group).id, text)
    except AlreadyDone:
        return


def _platform_id(stage: DemoStage, line_id: str) -> str:
    if not line_id:
        return ""
    sent_ids = [line.id for line in stage.lines if not line.is_pasted]
    return stage.platform.said()[sent_ids.index(line_id)]


def _last_receipt(stage: DemoStage, person: str) -> str:
    """Return the receipt that the person last got in the chat, "" if none."""
    answers = reversed(stage.platform.heard(person))
    return next((receipt for text in answers if (receipt := extract_receipt(text))), "")
