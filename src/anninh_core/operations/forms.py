"""Form fields of an operation, the same for every interface: their names, meanings and multiplicity."""

import re
from collections.abc import Mapping, Sequence
from inspect import cleandoc

from attrs import frozen

from anninh_core.language.catalogue import Language, translate
from anninh_core.language.labels import get_field_label
from anninh_core.operations.inputs import InputField, describe_inputs
from anninh_core.operations.operation import Operation

SEEN_VERSION = "seen_version"
"""Name of the argument with the version that the caller saw; each interface fills it in its own way."""
_AS_HELP = (("Return a page of ", "List "), ("Return ", "Show "))
"""Beginning of a docstring -> beginning of the help text that replaces it, as help has no return values."""
_ENTRY = re.compile(r"^    (\w+(?:, \w+)*): (.*(?:\n {8}.*)*)", re.MULTILINE)


@frozen(kw_only=True)
class AskedField:
    """A field of a form for the arguments of an operation.

    Attributes:
        input: type and form of the value.
        label: label for people.
        note: its meaning, from the use case; "" if the label is enough.
    """

    input: InputField
    label: str
    note: str

    @property
    def path(self) -> str:
        """Path of the argument, such as `piece.title`."""
        return self.input.path

    @property
    def name(self) -> str:
        """The last part of the argument's path, such as `title`."""
        return self.path.rpartition(".")[2]


def list_form_fields(operation: Operation, language: Language, *, with_subject: bool = False) -> Sequence[AskedField]:
    """Return the form fields of an operation, required fields first.

    Args:
        with_subject: whether there is also a field for the record that the operation is about.
    """
    omitted = (SEEN_VERSION,) if with_subject else (SEEN_VERSION, operation.subject)
    notes = read_argument_notes(operation)
    form_fields = [
        AskedField(
            input=field,
            label=get_field_label(operation.name, field.path, language),
            note=_translate_note(notes.get(field.path, field.note), language),
        )
        for field in describe_inputs(operation)
        if field.path not in omitted
    ]
    return sorted(form_fields, key=lambda field: not field.input.required)


def describe_operation(operation: Operation) -> str:
    """Return a sentence about the effect of an operation, for help texts; it is a message of the catalogue."""
    for before, after in _AS_HELP:
        if operation.summary.startswith(before):
            return after + operation.summary.removeprefix(before)
    return operation.summary


def read_argument_notes(operation: Operation) -> Mapping[str, str]:
    """Return each argument's description from the use case's docstring, an English sentence that is a message of the
    catalogue.
    """
    doc = cleandoc(operation.verb.__doc__ or "")
    _before, separator, section = doc.partition("\nArgs:\n")
    section = re.split(r"\n\n|\n(?=\w)", section, maxsplit=1)[0] if separator else ""
    return {
        name: _to_sentence(" ".join(note.split()))
        for names, note in _ENTRY.findall(section)
        for name in names.split(", ")
    }


def _translate_note(note: str, language: Language) -> str:
    # For an empty message, gettext would return the catalogue's header.
    return translate(note, language) if note else ""


def _to_sentence(note: str) -> str:
    sentence = note if note.endswith((".", "?", "!")) else f"{note}."
    return sentence[:1].upper() + sentence[1:]
