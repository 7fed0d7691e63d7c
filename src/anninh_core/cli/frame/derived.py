"""Commands made from use cases: from a mark, the types of the arguments, the view, and the words of the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from attrs import field, frozen

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import (
    AnswerTable,
    Ask,
    DayCommand,
    Facts,
    FileAnswer,
    FormerOption,
    Offer,
    PlainAnswer,
    Read,
    RecordState,
    Shows,
    Takes,
)
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.view_columns import fact_columns, list_columns
from anninh_core.cli.language.speaking import spoken
from anninh_core.cli.records.finding import find_subject
from anninh_core.door.forms import AskedField, ask_fields
from anninh_core.door.inputs import InputField, InputKind
from anninh_core.door.operation import Operation
from anninh_core.language.catalogue import marked
from anninh_core.usecase.views import Download, Page, is_view

_SHOWN_AS = {"get": "show"}
"""Verb -> its command, where that isn't the verb with dashes."""
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
    """What a command has beside what its use case says: words and drawings for people at a keyboard.

    Attributes:
        shows: how its answer is drawn.
        confirms: the question before it is carried out.
        suggests: path of a field -> what is taken where nothing is given.
        offers: path of a field -> values that the record offers.
        former: options under names that they had.
    """

    shows: Shows | None = None
    confirms: str = ""
    suggests: Mapping[str, Any] = field(factory=dict)
    offers: Mapping[str, Offer] = field(factory=dict)
    former: Sequence[FormerOption] = ()


def command_name(operation: str) -> str:
    """Return what the command of an operation is called below its group: `tips.ask_back` is `ask-back`."""
    noun, _, verb = operation.rpartition(".")
    short = verb.removesuffix(f"_{noun}")
    return _SHOWN_AS.get(short, short.replace("_", "-"))


def derive_command(operation: Operation, own: OwnWords) -> DayCommand:
    """Return the command of an operation."""
    fields = ask_fields(operation, spoken())
    return DayCommand(
        name=command_name(operation.name),
        operation=operation.name,
        help=operation.summary,
        shows=own.shows or _draw(operation),
        subject=find_subject(operation),
        asks=tuple(_ask(one, _flag(one, fields), own) for one in fields),
        confirms=own.confirms or _confirms(operation),
        former=own.former,
    )


def _confirms(operation: Operation) -> str:
    if operation.irreversible:
        return marked("This can't be undone.")
    return marked("People outside will read this.") if operation.sends else ""


def _draw(operation: Operation) -> Shows:
    answer = operation.answer
    if operation.changes_something and answer is not Download:
        return RecordState()
    if get_origin(answer) in (Page, list) and is_view(get_args(answer)[0]):
        return AnswerTable(columns=list_columns(get_args(answer)[0]), empty=marked("There is nothing to list."))
    if is_view(answer):
        return Facts(columns=fact_columns(answer))
    return FileAnswer() if answer is Download else PlainAnswer()


def _flag(one: AskedField, fields: Sequence[AskedField]) -> str:
    """Return the option of a field: in the singular where it may be given several times."""
    name = one.name.removesuffix("_id")
    singular = name.removesuffix("s")
    others = {other.name for other in fields if other is not one}
    if one.input.many and singular not in others and not name.endswith("ss"):
        name = singular
    elif name in others:
        name = one.path.replace(".", "_")
    return name.replace("_", "-")


def _ask(one: AskedField, flag: str, own: OwnWords) -> Ask:
    given = one.input
    reads = _READS.get(given.source)
    is_required = given.required or one.path in own.suggests
    return Ask(
        argument=one.path,
        question=one.label,
        help=one.note or one.label,
        is_labelled=not one.note,
        flag=f"{flag}/no-{flag}" if given.kind is InputKind.YES and given.required else flag,
        metavar="" if given.kind is InputKind.YES else _metavar(given),
        needed=is_required,
        many=given.many or given.kind is InputKind.MAPPING,
        takes=_takes(given),
        offers=None if reads else own.offers.get(one.path) or _offer(given),
        reads=reads,
        suggests=own.suggests.get(one.path),
        is_open=given.is_open,
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


def _metavar(given: InputField) -> str:
    if given.kind in _METAVARS:
        return _METAVARS[given.kind]
    return given.path.rpartition(".")[2].removesuffix("_id").upper()
