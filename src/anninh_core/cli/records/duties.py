"""Search for a duty, and output of its facts."""

from typing import Any

from anninh_core.cli.frame.declaration import Column, CommandSubject
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.subjects import find_by_end
from anninh_core.language.catalogue import marked


def _find_duty(desk: Desk, word: str) -> Any:
    """Return the view of a duty, by its id (`<source>.<year>.<unit>`) or by an end that only one id has."""
    duties = desk.read_all("programme.duties")
    return desk.read("programme.duty", duty_id=find_by_end(word, (duty.id for duty in duties)))


DUTY = CommandSubject(
    argument="duty_id",
    metavar="DUTY",
    question=marked("Which duty? Its id, as the list shows it"),
    finds=_find_duty,
    brief=(
        Column(heading=marked("duty"), of="name"),
        Column(heading=marked("unit"), of="unit"),
        Column(heading=marked("last day"), of="last_day"),
        Column(heading=marked("state"), of="state"),
    ),
)
