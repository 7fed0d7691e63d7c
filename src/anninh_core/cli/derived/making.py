"""Commands made from use cases: from a mark, the types of the arguments, the view, and the words of the catalogue."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args, get_origin

from attrs import field, frozen

from anninh_core.cli.acts.names import command_name
from anninh_core.cli.derived.view_columns import fact_columns, list_columns
from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import (
    AnswerTable,
    Ask,
    CommandSubject,
    DayCommand,
    Facts,
    FileAnswer,
    Given,
    Offer,
    PlainAnswer,
    Read,
    RecordState,
    Shows,
    Suggest,
    Takes,
)
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.language.speaking import spoken
from anninh_core.cli.records.finding import find_subject, reader_of
from anninh_core.cli.results import plain
from anninh_core.language.catalogue import marked
from anninh_core.operations.forms import AskedField, act_sentence, ask_fields
from anninh_core.operations.inputs import InputField, InputKind
from anninh_core.operations.operation import Operation
from anninh_core.usecase.views import Download, Page, field_names, is_view

_METAVARS: Mapping[InputKind, str] = {
    InputKind.WORDS: "WORDS",
    InputKind.NUMBER: "N",
    InputKind.DECIMAL: "N",
    InputKind.DAY: "DAY",
    InputKind.MOMENT: "MOMENT",
    InputKind.TIME: "TIME",
    InputKind.FILE: "FILE",
    InputKind.GROUP: "JSON",
    InputKind.MAPPING: "NAME=VALUE",
}
_READS: Mapping[str, Read] = {
    "units": offers.read_unit,
    "own_units": offers.read_unit,
    "audience": offers.read_unit,
    "officers": offers.read_officer,
    "all_officers": offers.read_officer,
}
"""List of values -> what reads a name in place of an id; of the others the words are offered."""


@frozen(kw_only=True)
class OwnWords:
    """Sentences and drawings of a command that its use case doesn't declare.

    Attributes:
        subject: the record that it is about, where that is found in another way than others of its type.
        shows: how its answer is drawn.
        confirms: the question before it is carried out.
        options: path of a field -> its option, where that isn't the field's name.
        positional: paths of fields that follow the subject without an option.
        needs: paths of what a person is asked for, though the use case has a default for it.
        suggests: path of a field -> what is taken where nothing is given.
        offers: path of a field -> values that the record offers.
        warns: yields what a person reads before it is carried out.
        former_json: what programs read of what is given and of the answer, until 1.0; None for the view.
    """

    subject: CommandSubject | None = None
    shows: Shows | None = None
    confirms: str = ""
    options: Mapping[str, str] = field(factory=dict)
    positional: Sequence[str] = ()
    needs: Sequence[str] = ()
    suggests: Mapping[str, Suggest] = field(factory=dict)
    offers: Mapping[str, Offer] = field(factory=dict)
    warns: Callable[[Desk, Given], Iterable[str]] | None = None
    former_json: Callable[[Given, Any], object] | None = None


def pick_fields(*names: str, given: Sequence[str] = ()) -> Callable[[Given, Any], object]:
    """Return what makes a JSON object of fields of an answer, and of what was given.

    Args:
        given: arguments that are in it, too, where they were given.
    """

    def pick(arguments: Given, answer: Any) -> object:
        fields = {name: getattr(answer, name) for name in names}
        return plain({**{name: arguments[name] for name in given if name in arguments}, **fields})

    return pick


def derive_command(operation: Operation, own: OwnWords) -> DayCommand:
    """Return the command of an operation."""
    subject = own.subject or find_subject(operation)
    fields = ask_fields(operation, spoken(), with_subject=subject is None)
    asks = [_ask(asked, own.options.get(asked.path) or _flag(asked, fields), own) for asked in fields]
    return DayCommand(
        name=command_name(operation.name),
        operation=operation.name,
        help=act_sentence(operation),
        shows=own.shows or _draw(operation),
        subject=subject,
        asks=sorted(asks, key=lambda ask: not ask.needed),
        confirms=own.confirms or _confirms(operation),
        warns=own.warns,
        former_json=own.former_json,
        is_act=operation.changes_something,
    )


def _confirms(operation: Operation) -> str:
    if operation.irreversible:
        return marked("This can't be undone.")
    return marked("People outside will read this.") if operation.sends else ""


def _draw(operation: Operation) -> Shows:
    answer = operation.answer
    if answer is Download:
        return FileAnswer()
    if get_origin(answer) in (Page, list) and is_view(get_args(answer)[0]):
        return AnswerTable(columns=list_columns(get_args(answer)[0]), empty=marked("There is nothing to list."))
    if operation.changes_something and (not is_view(answer) or "state" in field_names(answer)):
        return RecordState()
    return Facts(columns=fact_columns(answer)) if is_view(answer) else PlainAnswer()


def _flag(asked: AskedField, fields: Sequence[AskedField]) -> str:
    """Return the option of a field: in the singular where it may be given several times."""
    name = asked.name.removesuffix("_id")
    others = {other.name.removesuffix("_id") for other in fields if other is not asked}
    singular = _singular(name) if asked.input.many else name
    if singular not in others:
        name = singular
    elif name in others:
        name = asked.path.replace(".", "_")
    flag = name.replace("_", "-")
    can_be_no = asked.input.required or asked.input.default is True
    return f"{flag}/no-{flag}" if asked.input.kind is InputKind.YES and can_be_no else flag


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name.removesuffix('ies')}y"
    return name if name.endswith("ss") else name.removesuffix("s")


def _ask(asked: AskedField, flag: str, own: OwnWords) -> Ask:
    given = asked.input
    reads = _READS.get(given.source) or reader_of(given.type)
    return Ask(
        argument=asked.path,
        question=asked.label,
        help=asked.note or asked.label,
        is_labelled=not asked.note,
        flag=flag,
        metavar="" if given.kind is InputKind.YES else _METAVARS.get(given.kind, flag.replace("-", "_").upper()),
        needed=given.required or asked.path in own.needs or asked.path in own.suggests,
        many=given.many or given.kind is InputKind.MAPPING,
        is_positional=asked.path in own.positional,
        takes=_takes(given),
        offers=None if reads else own.offers.get(asked.path) or _offer(given),
        reads=reads,
        suggests=own.suggests.get(asked.path),
        is_open=given.is_open and asked.path not in own.offers,
        default="" if given.default in (None, "", True, False) else str(given.default),
    )


def _takes(given: InputField) -> Takes:
    if given.kind is InputKind.YES:
        return Takes.YES_NO
    if given.kind is InputKind.FILE:
        return Takes.FILE
    return Takes.LINES if given.kind is InputKind.WORDS and given.required and not given.many else Takes.TEXT


def _offer(given: InputField) -> Offer | None:
    if given.source:
        return offers.choices(given.source)
    return _closed_list(given) if given.choices else None


def _closed_list(given: InputField) -> Offer:
    def offer(desk: Desk, _: Mapping[str, Any]) -> Mapping[str, str]:
        return {value: desk.labels.word_of_list(given.words, value) for value in given.choices}

    return offer
