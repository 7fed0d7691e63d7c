"""Derivation of commands from use cases: from their marks, argument types and views, and from words of the
catalogue.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args, get_origin

from attrs import field, frozen

from anninh_core.cli.acts.names import find_command_name
from anninh_core.cli.derived.view_columns import list_columns, list_fact_columns
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
from anninh_core.cli.language.speaking import find_output_language
from anninh_core.cli.records.finding import build_reader, find_subject
from anninh_core.cli.results import convert_to_json_value
from anninh_core.language.catalogue import marked
from anninh_core.operations.forms import AskedField, describe_operation, list_form_fields
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
"""Functions that also accept a name in place of an id, by the list of values. The values of other lists are offered."""


@frozen(kw_only=True)
class OwnWords:
    """Sentences and output of a derived command that its use case doesn't declare.

    Attributes:
        subject: record that the command is about, if it is found in another way than others of its type.
        shows: form of the output.
        confirms: question before the command is carried out.
        options: path of a field -> its option, if that isn't the field's name.
        positional: paths of fields that follow the subject without an option.
        needs: paths of fields that a person is asked for, though the use case has a default.
        suggests: path of a field -> value to take if none is given.
        offers: path of a field -> values that the record offers.
        warns: yields lines that a person reads before the command is carried out.
        former_json: makes the JSON of earlier versions from the given values and the answer, until 1.0; None for the
            view.
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


def build_field_picker(*names: str, given: Sequence[str] = ()) -> Callable[[Given, Any], object]:
    """Return a function that makes a JSON object from fields of an answer and from given arguments.

    Args:
        given: arguments to include if they were given.
    """

    def pick_values(arguments: Given, answer: Any) -> object:
        fields = {name: getattr(answer, name) for name in names}
        return convert_to_json_value({**{name: arguments[name] for name in given if name in arguments}, **fields})

    return pick_values


def derive_command(operation: Operation, own: OwnWords) -> DayCommand:
    """Return the command of an operation."""
    subject = own.subject or find_subject(operation)
    fields = list_form_fields(operation, find_output_language(), with_subject=subject is None)
    asks = [
        _derive_ask(asked_field, own.options.get(asked_field.path) or _find_option_name(asked_field, fields), own)
        for asked_field in fields
    ]
    return DayCommand(
        name=find_command_name(operation.name),
        operation=operation.name,
        help=describe_operation(operation),
        shows=own.shows or _choose_output(operation),
        subject=subject,
        asks=sorted(asks, key=lambda ask: not ask.needed),
        confirms=own.confirms or _find_question(operation),
        warns=own.warns,
        former_json=own.former_json,
        is_act=operation.changes_something,
    )


def _find_question(operation: Operation) -> str:
    if operation.irreversible:
        return marked("This can't be undone.")
    return marked("People outside will read this.") if operation.sends else ""


def _choose_output(operation: Operation) -> Shows:
    answer = operation.answer
    if answer is Download:
        return FileAnswer()
    if get_origin(answer) in (Page, list) and is_view(get_args(answer)[0]):
        return AnswerTable(columns=list_columns(get_args(answer)[0]), empty=marked("There is nothing to list."))
    if operation.changes_something and (not is_view(answer) or "state" in field_names(answer)):
        return RecordState()
    return Facts(columns=list_fact_columns(answer)) if is_view(answer) else PlainAnswer()


def _find_option_name(asked_field: AskedField, fields: Sequence[AskedField]) -> str:
    """Return the option of a field, in the singular if it may be given several times."""
    name = asked_field.name.removesuffix("_id")
    others = {other.name.removesuffix("_id") for other in fields if other is not asked_field}
    singular = _make_singular(name) if asked_field.input.many else name
    if singular not in others:
        name = singular
    elif name in others:
        name = asked_field.path.replace(".", "_")
    flag = name.replace("_", "-")
    can_be_no = asked_field.input.required or asked_field.input.default is True
    return f"{flag}/no-{flag}" if asked_field.input.kind is InputKind.YES and can_be_no else flag


def _make_singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name.removesuffix('ies')}y"
    return name if name.endswith("ss") else name.removesuffix("s")


def _derive_ask(asked_field: AskedField, flag: str, own: OwnWords) -> Ask:
    input_field = asked_field.input
    reads = _READS.get(input_field.source) or build_reader(input_field.type)
    return Ask(
        argument=asked_field.path,
        question=asked_field.label,
        help=asked_field.note or asked_field.label,
        is_labelled=not asked_field.note,
        flag=flag,
        metavar=""
        if input_field.kind is InputKind.YES
        else _METAVARS.get(input_field.kind, flag.replace("-", "_").upper()),
        needed=input_field.required or asked_field.path in own.needs or asked_field.path in own.suggests,
        many=input_field.many or input_field.kind is InputKind.MAPPING,
        is_positional=asked_field.path in own.positional,
        takes=_choose_input_form(input_field),
        offers=None if reads else own.offers.get(asked_field.path) or _find_offer(input_field),
        reads=reads,
        suggests=own.suggests.get(asked_field.path),
        is_open=input_field.is_open and asked_field.path not in own.offers,
        default="" if input_field.default in (None, "", True, False) else str(input_field.default),
    )


def _choose_input_form(input_field: InputField) -> Takes:
    if input_field.kind is InputKind.YES:
        return Takes.YES_NO
    if input_field.kind is InputKind.FILE:
        return Takes.FILE
    return (
        Takes.LINES
        if input_field.kind is InputKind.WORDS and input_field.required and not input_field.many
        else Takes.TEXT
    )


def _find_offer(input_field: InputField) -> Offer | None:
    if input_field.source:
        return offers.offer_choices(input_field.source)
    return _offer_closed_list(input_field) if input_field.choices else None


def _offer_closed_list(input_field: InputField) -> Offer:
    def list_members(desk: Desk, _: Mapping[str, Any]) -> Mapping[str, str]:
        return {value: desk.labels.word_of_list(input_field.words, value) for value in input_field.choices}

    return list_members
