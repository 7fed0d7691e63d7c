"""What is asked for of the words of an item, whether they are new or a correction."""

from collections.abc import Mapping

from anninh_core.cli.daywork.frame import offers
from anninh_core.cli.daywork.frame.declaration import Ask, Given, Suggest, Takes
from anninh_core.cli.daywork.frame.desk import Desk
from anninh_core.cli.language.speaking import marked


def as_before(name: str) -> Suggest:
    """Suggest what stands in the item that is corrected."""

    def suggest(desk: Desk, given: Given) -> str | list[str]:  # noqa: ARG001  as other suggestions
        value = getattr(given["record"].versions[-1].content, name)
        return value if isinstance(value, str) else [*value]

    return suggest


def own_unit(desk: Desk, given: Given) -> str:  # noqa: ARG001  as other suggestions
    """Suggest the unit that publishes it."""
    return str(given.get("unit", ""))


def ask_words(suggests: Mapping[str, Suggest]) -> tuple[Ask, ...]:
    """Return what is asked for of what is written."""
    return (
        Ask(argument="piece.title", question=marked("Title"), suggests=suggests.get("title")),
        Ask(
            argument="piece.body", question=marked("Text"), takes=Takes.LINES, help=marked("Its text; - reads a pipe.")
        ),
        Ask(
            argument="piece.category",
            question=marked("What it is about"),
            offers=offers.outgoing,
            metavar="CATEGORY",
            suggests=suggests.get("category"),
        ),
        Ask(
            argument="piece.units",
            flag="for",
            question=marked("For whom: units, with what stands below them"),
            many=True,
            reads=offers.read_unit,
            metavar="UNIT",
            suggests=suggests.get("units"),
        ),
        Ask(
            argument="piece.source_name",
            flag="source",
            question=marked("Whose information it is"),
            suggests=suggests.get("source_name"),
        ),
        *_ask_further(suggests),
    )


def _ask_further(suggests: Mapping[str, Suggest]) -> tuple[Ask, ...]:
    """Return what may be said besides."""
    return (
        Ask(
            argument="piece.source_url",
            needed=False,
            metavar="URL",
            help=marked("Where the information stands."),
            suggests=suggests.get("source_url"),
        ),
        Ask(
            argument="piece.decision_number",
            flag="decision",
            needed=False,
            metavar="NUMBER",
            help=marked("The official decision that a wanted or search notice cites."),
            suggests=suggests.get("decision_number"),
        ),
        Ask(argument="piece.expires", needed=False, metavar="DAY", help=marked("Last day on which it holds.")),
        Ask(argument="piece.rumour", needed=False, metavar="WORDS", help=marked("The untrue claim that it corrects.")),
    )
