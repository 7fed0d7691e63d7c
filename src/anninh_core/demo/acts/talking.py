"""Residents talk: each line of the corpus is said in the chat, or pasted by a board member, exactly once."""

from anninh_core.demo.acts.founding import group_of
from anninh_core.demo.cast import of_unit
from anninh_core.demo.stage import Stage
from anninh_core.dispatch.router import receipt_in
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.testing.mock.lines import ChatMessage


def say(stage: Stage, index: int) -> None:
    """Let the resident of a line say it, and the app hear it."""
    line = stage.lines[index]
    if line.is_pasted:
        _paste(stage, index)
    else:
        spoken = sum(not one.is_pasted for one in stage.lines[:index])
        if len(_said(stage)) == spoken:
            _speak(stage, index)
    stage.let_in()


def _speak(stage: Stage, index: int) -> None:
    line = stage.lines[index]
    person = stage.chat.person(line.name, line.sender)
    text = line.text.replace("{receipt}", _receipt(stage, person))
    address = group_of(stage, line.group).address if line.group else None
    stage.chat.says(
        person,
        text,
        to=address.id if address else None,
        attachments=line.attachments,
        reply_to=_platform_id(stage, line.reply_to),
    )


def _paste(stage: Stage, index: int) -> None:
    line = stage.lines[index]
    at = vietnam_time(line.at)
    text = f"[{at:%H:%M}, {at.day:02}/{at.month:02}/{at.year}] {line.name}: {line.text}"
    try:
        stage.app.marking.paste(of_unit(stage, line.group), group_of(stage, line.group).id, text)
    except AlreadyDone:
        return


def _said(stage: Stage) -> list[ChatMessage]:
    return [message for message in stage.chat.messages() if message.author]


def _platform_id(stage: Stage, line_id: str) -> str:
    if not line_id:
        return ""
    spoken = [line.id for line in stage.lines if not line.is_pasted]
    return _said(stage)[spoken.index(line_id)].id


def _receipt(stage: Stage, person: str) -> str:
    """Return the receipt that the person was last told, as they would look it up in the chat."""
    heard = [message.text for message in stage.chat.conversation(person) if not message.author]
    return next((found for text in reversed(heard) if (found := receipt_in(text))), "")
