"""What people call acts, fields, states and the like, each known by a name that never changes."""

from enum import Enum

from anninh_core.language.catalogue import Language, translations

ACT = "act"
"""Context of operations, such as `tips.triage`, as a button or a heading names them."""
JOURNAL = "journal"
"""Context of actions, as a line of the journal names them."""
FIELD = "field"
"""Context of what forms ask for: `unit`, or `tips.claim_for.officer` where one act calls it differently."""


VIEW = "view"
"""Context of what views show, as a heading of a column names it."""


def find_label(name: str, context: str, language: Language) -> str:
    """Return what people call something, "" where the catalogue lacks it.

    Args:
        name: as the program knows it, such as `waiting_for_reporter`.
        context: whose names these are: a closed list's class, or `ACT`, `JOURNAL`, `FIELD`.
        language: of the reader.
    """
    text = translations(language).pgettext(context, name)
    return "" if text == name else text


def label(name: str, context: str, language: Language) -> str:
    """Return what people call something; where the catalogue lacks it, its name without the signs of programs."""
    return find_label(name, context, language) or humanize(name)


def field_label(operation: str, path: str, language: Language) -> str:
    """Return what people call an input of an operation: what this act calls it, or else what all acts do."""
    names = (f"{operation}.{path}", path, path.rpartition(".")[2])
    labels = (find_label(name, FIELD, language) for name in names)
    return next(filter(None, labels), humanize(path))


def humanize(name: str) -> str:
    """Return a name as words: `tips.release_claim` is `Release claim`."""
    words = name.rpartition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def name_of_list(value: object, of: str = "") -> tuple[str, str]:
    """Return the closed list to which a value belongs, "" where it doesn't tell, and the value as it is stored.

    Args:
        value: a member of an enumeration, or its value.
        of: name of the list where the value doesn't tell.
    """
    if isinstance(value, Enum):
        return of or type(value).__name__, str(value.value)
    return of, str(value)
