"""Declarations of commands for daily work. Texts are messages of the catalogue, written as `marked("…")`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from anninh_core.language.catalogue import marked

if TYPE_CHECKING:
    from anninh_core.cli.frame.desk import Desk
    from anninh_core.cli.frame.labels import Labels

Given = Mapping[str, Any]
"""Arguments of an operation by name, as far as they are given; `record` is the subject's view."""
Offer = Callable[["Desk", Given], Mapping[str, str]]
"""Type of a function that returns the allowed values, each with its meaning."""
Suggest = Callable[["Desk", Given], str | Sequence[str]]
"""Type of a function that returns the value to take if none is given, or "" for none."""
Read = Callable[["Desk", str, Given], str]
"""Type of a function that converts a person's input to an argument of an operation, such as a name to an id."""


class Takes(Enum):
    """Form of the input for a value."""

    TEXT = "text"
    LINES = "lines"
    """Longer text: with `-` it is read from standard input; a person ends it by an empty line."""
    FILE = "file"
    YES_NO = "yes_no"


@frozen(kw_only=True)
class Ask:
    """A value that a command takes as an option, and asks for if it is missing.

    Attributes:
        argument: argument of the operation; `piece.title` is a field of its argument `piece`.
        help: help of the option; by default the question.
        flag: option without its dashes, by default the last part of the argument; `yes/no` for two options.
        metavar: placeholder for the value in the help.
        needed: whether the value is required; a person isn't asked for other values.
        needed_without: other values, any of them makes this value optional.
        many: whether the option may be given several times.
        is_positional: whether the value follows the subject without an option.
        takes: form of the input.
        offers: returns the allowed values, if they are known.
        reads: converts the input.
        suggests: returns the value to take if none is given.
        is_labelled: whether the help is the field's label, translated already.
        is_open: whether values that aren't offered are accepted.
        default: default as the help shows it.
    """

    argument: str
    question: str = ""
    help: str = ""
    flag: str = ""
    metavar: str = ""
    needed: bool = True
    needed_without: Sequence[str] = ()
    many: bool = False
    is_positional: bool = False
    takes: Takes = Takes.TEXT
    offers: Offer | None = None
    reads: Read | None = None
    suggests: Suggest | None = None
    is_labelled: bool = False
    is_open: bool = False
    default: str = ""

    @property
    def word(self) -> str:
        """The option as it is written on the command line; both options for yes and no."""
        word = self.flag or self.argument.rpartition(".")[2].replace("_", "-")
        return "/".join(f"--{part}" for part in word.split("/"))

    @property
    def name(self) -> str:
        """Name of the value for click; it must differ from the options that every command has."""
        return f"ask_{self.argument.replace('.', '__')}"


@frozen(kw_only=True)
class Column:
    """A column of a table, or a line of facts.

    Attributes:
        heading: message of the catalogue.
        of: name of the view's field, or a function that makes the cell from a view.
        right: whether the text is aligned to the right.
        shrinks: whether the text may be cut if the line is too long.
    """

    heading: str
    of: "str | Callable[[Labels, Any], str]"
    right: bool = False
    shrinks: bool = False

    def cell(self, labels: "Labels", view: Any) -> str:
        """Return the text of the cell for a view."""
        return labels.field(view, self.of) if isinstance(self.of, str) else self.of(labels, view)


@frozen(kw_only=True)
class AnswerTable:
    """Output of a page or a list: a table with a row for each item."""

    columns: Sequence[Column]
    empty: str


@frozen(kw_only=True)
class Facts:
    """Output of one record, with its facts below each other."""

    columns: Sequence[Column]


@frozen(kw_only=True)
class Done:
    """Output of an act, as a sentence with fields of the view in braces, and facts below it."""

    sentence: str = field(default=marked("Done."))
    facts: Sequence[Column] = ()


@frozen(kw_only=True)
class RecordState:
    """Output of an act, as the name of the record and its state."""


@frozen(kw_only=True)
class FileAnswer:
    """Output of a file, which is written to `--out`."""


@frozen(kw_only=True)
class PlainAnswer:
    """Output of a value or of a list of values, with a line for each value."""


Shows = AnswerTable | Facts | Done | RecordState | FileAnswer | PlainAnswer


@frozen(kw_only=True)
class CommandSubject:
    """The record that a command is about.

    Attributes:
        argument: argument of the operation; it takes the record's id, or the result of `names` for the view.
        finds: returns the view for a person's input, or raises `NotFound`; None if the input is the id.
        brief: facts of the record that a person is shown before they act.
        names: returns the value of the argument for a view.
        may_begin_with_dash: whether a word with a single dash is an id and no option, because devices make such ids.
    """

    argument: str
    metavar: str
    question: str
    finds: "Callable[[Desk, str], Any] | None"
    brief: Sequence[Column] = ()
    names: Callable[[Any], str] = field(default=attrgetter("id"))
    may_begin_with_dash: bool = False


@frozen(kw_only=True)
class DayCommand:
    """The declaration of one command.

    Attributes:
        name: name of the command within its group.
        instead: argument -> operation to carry out instead, if the argument is given and isn't no.
        help: a sentence about what the command does, and further paragraphs.
        asks: values that the command takes, in the order in which it asks for them.
        derives: returns further arguments from the given values.
        confirms: question that a person answers before the command is carried out, "" if it can be undone.
        warns: yields lines that a person reads before the command is carried out.
        before: carries out preceding acts, each a commit of its own, and returns the record's version after them.
        is_act: whether the command changes something, whatever its output is.
        former_json: makes the JSON of earlier versions from the given values and the answer, until 1.0; None for the
            view.
        is_shown: whether the overview of the group lists the command.
    """

    name: str
    operation: str
    instead: Mapping[str, str] = field(factory=dict)
    help: str
    shows: Shows
    subject: CommandSubject | None = None
    asks: Sequence[Ask] = ()
    derives: Callable[[Given], Mapping[str, object]] | None = None
    confirms: str = ""
    warns: "Callable[[Desk, Given], Iterable[str]] | None" = None
    before: "Callable[[Desk, Given], int | None] | None" = None
    is_act: bool = False
    former_json: Callable[[Given, Any], object] | None = None
    is_shown: bool = True

    @property
    def acts(self) -> bool:
        """Whether the command changes something."""
        return self.is_act or isinstance(self.shows, Done | RecordState) or bool(self.confirms)

    def chosen(self, given: Given) -> str:
        """Return the name of the operation for the values given so far."""
        return next((other for name, other in self.instead.items() if given.get(name)), self.operation)
