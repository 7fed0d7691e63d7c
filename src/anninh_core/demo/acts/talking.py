"""Residents talk: each line of the corpus is said in the chat, or pasted by a board member, exactly once."""

from anninh_core.demo.acts.founding import group_of
from anninh_core.demo.cast import of_unit
from anninh_core.demo.stage import Stage
from anninh_core.dispatch.router import receipt_in
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.errors import AlreadyDone


def say(stage: Stage, index: int) -> None:
    """Let the resident of a line say it, and the app hear it."""
    line = stage.lines[index]
    if line.is_pasted:
        _paste(stage, index)
    else:
        spoken = sum(not one.is_pasted for one in stage.lines[:index])
        if len(stage.platform.said()) == spoken:
            _speak(stage, index)
    stage.let_in()


def _speak(stage: Stage, index: int) -> None:
    line = stage.lines[index]
    person = stage.platform.person(line.name, line.sender)
    text = line.text.replace("{receipt}", _receipt(stage, person))
    address = group_of(stage, line.group).address if line.group else None
    stage.platform.says(
        person,
        text,
        group=address.id if address else "",
        attachments=line.attachments,
        reply_to=_platform_id(stage, line.reply_to),
    )


def _paste(stage: Stage, index: int) -> None:
    line = stage.lines[index]
    at = vietnam_time(line.at)
    text = f"[{at:%H:%M}, {at.day:02}/{at.month:02}/{at.year}] {line.name}: {line.text}"
    try:
        stage.app.conversations.import_pasted(of_unit(stage, line.group), group_of(stage, line.group).id, text)
    except AlreadyDone:
        return


def _platform_id(stage: Stage, line_id: str) -> str:
    if not line_id:
        return ""
    spoken = [line.id for line in stage.lines if not line.is_pasted]
    return stage.platform.said()[spoken.index(line_id)]


def _receipt(stage: Stage, person: str) -> str:
    """Return the receipt that the person was last told, as they would look it up in the chat."""
    heard = reversed(stage.platform.heard(person))
    return next((found for text in heard if (found := receipt_in(text))), "")
