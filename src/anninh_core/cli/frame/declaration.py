"""What a command for daily work is. Texts are messages of the catalogue, written as `marked("…")`."""

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
"""Arguments of an operation by name, as far as they are known; `record` is what the subject's view says."""
Offer = Callable[["Desk", Given], Mapping[str, str]]
"""Returns the words that may be given, each with what it means."""
Suggest = Callable[["Desk", Given], str | Sequence[str]]
"""Returns what is taken where nothing is given, "" for nothing."""
Read = Callable[["Desk", str, Given], str]
"""Returns what an operation takes for what a person wrote, such as the id for a name."""


class Takes(Enum):
    """What is written for a value."""

    TEXT = "text"
    LINES = "lines"
    """Longer words: `-` reads standard input, and a person ends them by an empty line."""
    FILE = "file"
    YES_NO = "yes_no"


@frozen(kw_only=True)
class Ask:
    """A value that a command takes as an option, and asks for where it is missing.

    Attributes:
        argument: of the operation; `piece.title` is a field of its argument `piece`.
        help: of the option, the question where it is empty.
        flag: the option without its dashes, the argument's last part where it is empty; `yes/no` for two of them.
        metavar: what stands for the value in the help.
        needed: whether it has to be given; else nobody is asked for it.
        needed_without: other values, each of which makes this one unneeded.
        many: whether it may be given several times.
        is_positional: whether it follows the subject without an option.
        takes: what is written for it.
        offers: the words there are, where they are known.
        reads: what becomes of what was written.
        suggests: what is taken where nothing is given.
        is_labelled: whether the help is the label of the field in the language that is spoken.
        is_open: whether other words than those offered are accepted.
        default: what counts where nothing is given, as the help shows it.
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
        """How the option is written; of yes and no, both."""
        word = self.flag or self.argument.rpartition(".")[2].replace("_", "-")
        return "/".join(f"--{part}" for part in word.split("/"))

    @property
    def name(self) -> str:
        """How click calls it; options of every command have other names."""
        return f"ask_{self.argument.replace('.', '__')}"


@frozen(kw_only=True)
class Column:
    """A column of a table, or a line of facts.

    Attributes:
        heading: of the catalogue.
        of: name of the view's field, or what makes the cell of a view.
        right: whether it is set right.
        shrinks: whether it may be cut where the line is too long.
    """

    heading: str
    of: "str | Callable[[Labels, Any], str]"
    right: bool = False
    shrinks: bool = False

    def cell(self, labels: "Labels", view: Any) -> str:
        """Return what stands in it."""
        return labels.field(view, self.of) if isinstance(self.of, str) else self.of(labels, view)


@frozen(kw_only=True)
class AnswerTable:
    """An answer that is a page or a list: a line each."""

    columns: Sequence[Column]
    empty: str


@frozen(kw_only=True)
class Facts:
    """An answer that is one record: its facts below each other."""

    columns: Sequence[Column]


@frozen(kw_only=True)
class Done:
    """An answer of an act: a sentence, with fields of the view in braces, and facts below it."""

    sentence: str = field(default=marked("Done."))
    facts: Sequence[Column] = ()


@frozen(kw_only=True)
class RecordState:
    """An answer of an act: what the record is called, and its state."""


@frozen(kw_only=True)
class FileAnswer:
    """An answer that is a file, written to `--out`."""


@frozen(kw_only=True)
class PlainAnswer:
    """An answer that is a value or a list of values: a line each."""


Shows = AnswerTable | Facts | Done | RecordState | FileAnswer | PlainAnswer


@frozen(kw_only=True)
class CommandSubject:
    """What a command is about.

    Attributes:
        argument: of the operation, which takes the record's id, or what `names` makes of the view.
        finds: returns the view of what a person wrote, or raises `NotFound`; None where the word is the id.
        brief: what a person is shown of it before they act.
        names: what the argument takes for a view.
        may_begin_with_dash: a word with a single dash is no option, as in ids that a device made.
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
    """One command.

    Attributes:
        name: below its group.
        instead: argument -> the operation that is carried out instead, where it is given and isn't no.
        help: what it does: a sentence, and what else is to be known.
        asks: what it takes, in the order in which it is asked for.
        derives: further arguments, from what is given.
        confirms: the question that somebody answers before it is carried out, "" where it can be undone.
        warns: yields what a person reads before it is carried out.
        before: carries out what comes first, each a commit of its own, and returns the record's version after it.
        is_act: whether it changes something, whatever is shown of it.
        former_json: what programs read of what is given and of the answer, until 1.0; None for the view.
        is_shown: whether the overview of its group lists it.
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
        """Whether it changes something."""
        return self.is_act or isinstance(self.shows, Done | RecordState) or bool(self.confirms)

    def chosen(self, given: Given) -> str:
        """Return the operation, by what is given so far."""
        return next((other for name, other in self.instead.items() if given.get(name)), self.operation)
