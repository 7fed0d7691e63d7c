"""Labels of operations, fields, states and other things with a stable internal name."""

from enum import Enum

from anninh_core.language.catalogue import Language, load_translations

ACT = "act"
"""Catalogue context of operations, such as `tips.triage`, for buttons and headings."""
JOURNAL = "journal"
"""Catalogue context of actions, for lines of the audit log."""
FIELD = "field"
"""Catalogue context of form fields: `unit`, or `tips.claim_for.officer` for a label in one operation only."""


VIEW = "view"
"""Catalogue context of fields of views, for column headings."""


def find_label(name: str, context: str, language: Language) -> str:
    """Return the label of an internal name, "" if the catalogue lacks it.

    Args:
        name: internal name, such as `waiting_for_reporter`.
        context: context of the name: a closed list's class, or `ACT`, `JOURNAL`, `FIELD`.
        language: language of the reader.
    """
    text = load_translations(language).pgettext(context, name)
    return "" if text == name else text


def get_label(name: str, context: str, language: Language) -> str:
    """Return the label of an internal name, or the humanized name if the catalogue lacks it."""
    return find_label(name, context, language) or humanize_name(name)


def get_field_label(operation: str, path: str, language: Language) -> str:
    """Return the label of an operation's input field: the label for this operation, else the general label of the
    field.
    """
    names = (f"{operation}.{path}", path, path.rpartition(".")[2])
    labels = (find_label(name, FIELD, language) for name in names)
    return next(filter(None, labels), humanize_name(path))


def humanize_name(name: str) -> str:
    """Return a name as words: `tips.release_claim` is `Release claim`."""
    words = name.rpartition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def identify_list_value(value: object, of: str = "") -> tuple[str, str]:
    """Return the closed list that a value belongs to, "" if unknown, and the value as it is stored.

    Args:
        value: a member of an enumeration, or its value.
        of: name of the list, for a plain value.
    """
    if isinstance(value, Enum):
        return of or type(value).__name__, str(value.value)
    return of, str(value)
