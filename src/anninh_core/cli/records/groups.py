"""How a group is found, and what is shown of it."""

from typing import Any

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import only_one
from anninh_core.kernel.text import fold
from anninh_core.language.catalogue import marked


def _find(desk: Desk, word: str) -> Any:
    """Return the view of a group, by its unit, its title, its id or the end of it."""
    wanted = word.removeprefix("…")
    ids = [group.id for group in desk.read("groups.list") if _is_called(group, wanted)]
    return desk.read("groups.get", group_id=only_one(word, ids))


def _is_called(group: Any, wanted: str) -> bool:
    return wanted == group.unit or fold(wanted) == fold(group.title) or group.id.endswith(wanted)


def _board(labels: Labels, group: Any) -> str:
    return "\n".join(f"{labels.word('board', one.post)}: {one.name}" for one in group.board if one.until is None)


FACTS = (
    Column(heading=marked("id"), of="id"),
    Column(heading=marked("title"), of="title"),
    Column(heading=marked("state"), of="state"),
    Column(heading=marked("unit"), of="unit"),
    Column(heading=marked("kind"), of="kind"),
    Column(heading=marked("messenger"), of="messenger"),
    Column(heading=marked("link"), of="link"),
    Column(heading=marked("board"), of=_board),
    Column(heading=marked("members"), of="members"),
    Column(heading=marked("launched"), of="launched_on"),
)
GROUP = CommandSubject(
    argument="group_id",
    metavar="GROUP",
    question=marked("Which group? Its unit, its title, or the end of its id"),
    finds=_find,
    brief=FACTS,
)
