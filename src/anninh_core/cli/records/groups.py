"""Search for a group, and output of its facts."""

from typing import Any

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import require_single
from anninh_core.kernel.text import fold
from anninh_core.language.catalogue import marked


def _find_group(desk: Desk, word: str) -> Any:
    """Return the view of a group, by its unit, its title, its id or the end of the id."""
    text = word.removeprefix("…")
    ids = [group.id for group in desk.read("groups.list") if _has_name(group, text)]
    return desk.read("groups.get", group_id=require_single(word, ids))


def _has_name(group: Any, text: str) -> bool:
    return text == group.unit or fold(text) == fold(group.title) or group.id.endswith(text)


def _describe_board(labels: Labels, group: Any) -> str:
    return "\n".join(f"{labels.word('board', seat.post)}: {seat.name}" for seat in group.board if seat.until is None)


FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("title"), of="title"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("kind"), of="kind"),
    Column(heading=marked("messenger"), of="messenger"),
    Column(heading=marked("link"), of="link"),
    Column(heading=marked("board"), of=_describe_board),
    Column(heading=marked("members"), of="members"),
    Column(heading=marked("launched"), of="launched_on"),
)
GROUP = CommandSubject(
    argument="group_id",
    metavar="GROUP",
    question=marked("Which group? Its unit, its title, or the end of its id"),
    finds=_find_group,
    brief=FACTS,
)
