"""Error messages that officers can read on a page: sentences without ids, commands and settings."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.kernel import errors
from anninh_core.kernel.ids import is_id
from anninh_core.kernel.sentences import Sentence, sentence_of

_CODE = "`"
"""Quotes commands, options and keys of settings in our templates, which can't be used on a page."""
_UNEXPLAINED = (errors.NotVisible, errors.NotSignedIn, errors.StepUpNeeded)
"""Refusals without a sentence of their own: the reason isn't shown, or the form requests the missing factor."""


def plain_sentence(error: Exception, page: PageRequest) -> str:
    """Return an error's own sentence if officers can understand it, "" if a general sentence must do."""
    match error:
        case errors.Refused() if isinstance(error, _UNEXPLAINED):
            return ""
        case errors.Refused() if error.permission:
            return _name_roles(error, page)
        case errors.BadInput() | errors.Refused():
            sentence = sentence_of(error)
            return page.phrasing.error(error) if sentence and _is_for_people(sentence, page) else ""
    return ""


def _name_roles(error: errors.Refused, page: PageRequest) -> str:
    """Return a sentence with the roles that may do an act, "" if the error names none."""
    roles = ", ".join(map(page.names.role, error.roles))
    return (
        page.words("You have no permission to do this here. Roles that have it: {roles}.", roles=roles) if roles else ""
    )


def _is_for_people(sentence: Sentence, page: PageRequest) -> bool:
    values = sentence.values.items()
    return _CODE not in sentence.template and all(_is_plain(name, value, page) for name, value in values)


def _is_plain(name: str, value: object, page: PageRequest) -> bool:
    match value:
        case Sentence():
            return _is_for_people(value, page)
        case str():
            is_id_of_record = is_id(value.rpartition(":")[2])
            return not is_id_of_record or page.phrasing.show_named(name, value) != value
        case tuple() | list() | set() | frozenset():
            return all(_is_plain(name, item, page) for item in value)
    return True
