"""What an operation asks of a person, for every interface that asks: names of fields, what they mean, and how many."""

import re
from collections.abc import Mapping, Sequence
from inspect import cleandoc

from attrs import frozen

from anninh_core.language.catalogue import Language, translate
from anninh_core.language.labels import field_label
from anninh_core.operations.inputs import InputField, describe_inputs
from anninh_core.operations.operation import Operation

SEEN_VERSION = "seen_version"
"""The argument by which a caller says what they saw; each interface fills it in its own way."""
_AS_HELP = (("Return a page of ", "List "), ("Return ", "Show "))
"""How a docstring begins -> how a help does, where no value is returned to a program."""
_ENTRY = re.compile(r"^    (\w+(?:, \w+)*): (.*(?:\n {8}.*)*)", re.MULTILINE)


@frozen(kw_only=True)
class AskedField:
    """One thing that a person gives.

    Attributes:
        input: how it arrives.
        label: what people call it.
        note: what it means, as the use case says; "" where its label says all.
    """

    input: InputField
    label: str
    note: str

    @property
    def path(self) -> str:
        """Such as `piece.title`."""
        return self.input.path

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


def ask_fields(operation: Operation, language: Language, *, with_subject: bool = False) -> Sequence[AskedField]:
    """Return what an operation asks for, in the order in which a person is asked: what is required comes first.

    Args:
        with_subject: whether it is asked for the record that it is about, too.
    """
    unasked = (SEEN_VERSION,) if with_subject else (SEEN_VERSION, operation.subject)
    notes = argument_notes(operation)
    asked = [
        AskedField(
            input=field,
            label=field_label(operation.name, field.path, language),
            note=_translate(notes.get(field.path, field.note), language),
        )
        for field in describe_inputs(operation)
        if field.path not in unasked
    ]
    return sorted(asked, key=lambda field: not field.input.required)


def act_sentence(operation: Operation) -> str:
    """Return what an operation does, as help of whatever carries it out; a message of the catalogue."""
    for before, after in _AS_HELP:
        if operation.summary.startswith(before):
            return after + operation.summary.removeprefix(before)
    return operation.summary


def argument_notes(operation: Operation) -> Mapping[str, str]:
    """Return argument -> what its use case says of it, a sentence in English and a message of the catalogue."""
    doc = cleandoc(operation.verb.__doc__ or "")
    _before, found, section = doc.partition("\nArgs:\n")
    section = re.split(r"\n\n|\n(?=\w)", section, maxsplit=1)[0] if found else ""
    return {
        name: _as_sentence(" ".join(note.split()))
        for names, note in _ENTRY.findall(section)
        for name in names.split(", ")
    }


def _translate(note: str, language: Language) -> str:
    return translate(note, language) if note else ""  # "" asks gettext for the catalogue's head


def _as_sentence(note: str) -> str:
    ended = note if note.endswith((".", "?", "!")) else f"{note}."
    return ended[:1].upper() + ended[1:]
