"""Groups, from their founding to their work."""

from typing import Any

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import Ask, Column, CommandSubject, DayCommand, Done, Facts, Given, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.frame.subjects import only_one
from anninh_core.kernel.text import fold
from anninh_core.language.catalogue import marked


def _find(desk: Desk, word: str) -> Any:
    """Return the view of a group, by its unit, its title, its id or the end of it."""
    wanted = word.removeprefix("…")
    found = [one.id for one in desk.read("groups.list") if _is_called(one, wanted)]
    return desk.read("groups.get", group_id=only_one(word, found))


def _is_called(group: Any, wanted: str) -> bool:
    return wanted == group.unit or fold(wanted) == fold(group.title) or group.id.endswith(wanted)


def _board(labels: Labels, group: Any) -> str:
    return "\n".join(f"{labels.word('board', one.post)}: {one.name}" for one in group.board if one.until is None)


def _holder(desk: Desk, given: Given) -> str:
    return desk.labels.officer(str(given.get("officer", "")))


_FACTS = (
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
_GROUP = CommandSubject(
    argument="group_id",
    metavar="GROUP",
    question=marked("Which group? Its unit, its title, or the end of its id"),
    finds=_find,
    brief=_FACTS,
)
_STANDS = Done(sentence=marked("{title}: {state} ({id})."))

COMMANDS = (
    DayCommand(
        name="show",
        operation="groups.get",
        help=marked("Show a group with its board."),
        subject=_GROUP,
        shows=Facts(columns=_FACTS),
    ),
    DayCommand(
        name="found",
        operation="groups.found",
        help=marked("Found a unit's group on a messenger."),
        shows=_STANDS,
        confirms=marked("{title} is founded for {unit} on {messenger}."),
        asks=(
            Ask(argument="unit", question=marked("Whose group: the unit"), reads=offers.read_unit, metavar="UNIT"),
            Ask(
                argument="kind",
                question=marked("Which kind of group"),
                offers=offers.wording("group_kind"),
                metavar="KIND",
            ),
            Ask(argument="title", question=marked("Its title")),
            Ask(argument="messenger", question=marked("On which messenger"), offers=offers.messengers, metavar="NAME"),
            Ask(argument="hours", needed=False, metavar="WORDS", help=marked("When somebody answers there.")),
        ),
    ),
    DayCommand(
        name="seat",
        operation="groups.seat",
        help=marked("Give an officer a post on a group's board."),
        subject=_GROUP,
        shows=_STANDS,
        asks=(
            Ask(argument="post", question=marked("Which post"), offers=offers.wording("board"), metavar="POST"),
            Ask(
                argument="officer",
                question=marked("Which officer of it: name or id, `me` for yourself"),
                reads=offers.read_officer,
                metavar="OFFICER",
            ),
            Ask(
                argument="name",
                question=marked("Name and rank, as the public directory shows them"),
                suggests=_holder,
            ),
        ),
    ),
    DayCommand(
        name="launch",
        operation="groups.launch",
        help=marked("Open a group that has its board: its members get the charter and the founding documents."),
        subject=_GROUP,
        shows=_STANDS,
        confirms=marked("{title} is opened, and its members are written to."),
        asks=(
            Ask(
                argument="documents",
                flag="document",
                needed=False,
                many=True,
                takes=Takes.FILE,
                help=marked("A founding document; may be given again."),
            ),
        ),
    ),
)
