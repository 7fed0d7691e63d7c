"""Residents' messages in the demo: each line of the corpus is sent in the chat, or pasted by a board member, exactly
once.
"""

from anninh_core.demo.acts.group_creation import find_group
from anninh_core.demo.cast import find_unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.messaging.inbound.talk.commands import extract_receipt


def send_line(stage: DemoStage, index: int) -> None:
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
    text = line.text.replace("{receipt}", _find_last_receipt(stage, person))
    address = find_group(stage, line.group).address if line.group else None
    stage.platform.says(
        person,
        text,
        group=address.id if address else "",
        attachments=line.attachments,
        reply_to=_find_platform_id(stage, line.reply_to),
    )


def _import_message(stage: DemoStage, index: int) -> None:
    line = stage.lines[index]
    sent_at = vietnam_time(line.at)
    text = f"[{sent_at:%H:%M}, {sent_at.day:02}/{sent_at.month:02}/{sent_at.year}] {line.name}: {line.text}"
    try:
        stage.app.conversations.import_pasted(
            find_unit_officer(stage, line.group), find_group(stage, line.group).id, text
        )
    except AlreadyDone:
        return


def _find_platform_id(stage: DemoStage, line_id: str) -> str:
    if not line_id:
        return ""
    sent_ids = [line.id for line in stage.lines if not line.is_pasted]
    return stage.platform.said()[sent_ids.index(line_id)]


def _find_last_receipt(stage: DemoStage, person: str) -> str:
    """Return the receipt that the person last got in the chat, "" if none."""
    answers = reversed(stage.platform.heard(person))
    return next((receipt for text in answers if (receipt := extract_receipt(text))), "")
