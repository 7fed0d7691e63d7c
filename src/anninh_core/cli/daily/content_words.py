"""Questions for the fields of an item's correction."""

from collections.abc import Mapping
from datetime import date

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import Ask, Given, Suggest, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.language.catalogue import marked

AS_BEFORE = (
    "title",
    "category",
    "source_name",
    "source_url",
    "decision_number",
    "decision_date",
    "decision_issuer",
    "requester",
    "requester_check",
)
"""Fields that a correction takes over from the corrected item, unless they are given."""


def suggest_previous_value(name: str) -> Suggest:
    """Return a function that suggests the value that the field `name` has in the corrected item."""

    def find_previous_value(desk: Desk, given: Given) -> str:  # noqa: ARG001  as other suggestions
        value = getattr(given["record"].versions[-1].content, name)
        if isinstance(value, date):
            return value.isoformat()
        return value or ""

    return find_previous_value


def build_questions(suggests: Mapping[str, Suggest]) -> tuple[Ask, ...]:
    """Return the questions for a correction. The audience of a correction is never suggested."""
    return (
        Ask(argument="piece.title", question=marked("Title"), suggests=suggests.get("title")),
        Ask(
            argument="piece.body", question=marked("Text"), takes=Takes.LINES, help=marked("Its text; - reads a pipe.")
        ),
        Ask(
            argument="piece.category",
            question=marked("What it is about"),
            offers=offers.offer_choices("outgoing"),
            metavar="CATEGORY",
            suggests=suggests.get("category"),
        ),
        Ask(
            argument="piece.units",
            flag="for",
            help=marked("Also for these units; groups that have the item get its correction anyway."),
            needed=False,
            many=True,
            reads=offers.read_unit,
            metavar="UNIT",
        ),
        Ask(
            argument="piece.source_name",
            flag="source",
            question=marked("Whose information it is"),
            suggests=suggests.get("source_name"),
        ),
        *_build_further_questions(suggests),
    )


def _build_further_questions(suggests: Mapping[str, Suggest]) -> tuple[Ask, ...]:
    def build_optional_question(field: str, metavar: str, help: str, flag: str = "") -> Ask:
        return Ask(
            argument=f"piece.{field}",
            flag=flag,
            needed=False,
            metavar=metavar,
            help=help,
            suggests=suggests.get(field),
        )

    return (
        build_optional_question("source_url", "URL", marked("Where the information stands.")),
        build_optional_question(
            "decision_number",
            "NUMBER",
            marked("The official decision that a wanted or search notice cites."),
            flag="decision",
        ),
        build_optional_question("decision_date", "DAY", marked("The day on which that decision was signed.")),
        build_optional_question("decision_issuer", "BODY", marked("Who issued that decision.")),
        build_optional_question("requester", "NAME", marked("Who asks for a family's search; groups don't read it.")),
        build_optional_question(
            "requester_check",
            "WORDS",
            marked("How you made sure of the requester; it is recorded that you did."),
        ),
        Ask(argument="piece.expires", needed=False, metavar="DAY", help=marked("Last day on which it holds.")),
        Ask(argument="piece.rumour", needed=False, metavar="WORDS", help=marked("The untrue claim that it corrects.")),
    )
