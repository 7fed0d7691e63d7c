"""Error messages that officers can read on a page: sentences without ids, commands and settings."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.kernel import errors
from anninh_core.kernel.ids import is_id
from anninh_core.kernel.sentences import Sentence, get_error_sentence

_CODE = "`"
"""Quotation mark of commands, options and keys of settings in message templates; officers can't use these on a page."""
_UNEXPLAINED = (errors.NotVisible, errors.NotSignedIn, errors.StepUpNeeded)
"""Classes of refusals that get no sentence of their own: the reason isn't shown, or the form requests the missing
factor.
"""


def find_plain_sentence(error: Exception, page: PageRequest) -> str:
    """Return an error's own sentence if officers can understand it, "" if a general sentence must do."""
    match error:
        case errors.Refused() if isinstance(error, _UNEXPLAINED):
            return ""
        case errors.Refused() if error.permission:
            return _name_roles(error, page)
        case errors.BadInput() | errors.Refused():
            sentence = get_error_sentence(error)
            return page.phrasing.error(error) if sentence and _is_plain_sentence(sentence, page) else ""
    return ""


def _name_roles(error: errors.Refused, page: PageRequest) -> str:
    """Return a sentence with the roles that may do an act, "" if the error names none."""
    roles = ", ".join(map(page.names.role, error.roles))
    return (
        page.words("You have no permission to do this here. Roles that have it: {roles}.", roles=roles) if roles else ""
    )


def _is_plain_sentence(sentence: Sentence, page: PageRequest) -> bool:
    values = sentence.values.items()
    return _CODE not in sentence.template and all(_is_plain_value(name, value, page) for name, value in values)


def _is_plain_value(name: str, value: object, page: PageRequest) -> bool:
    match value:
        case Sentence():
            return _is_plain_sentence(value, page)
        case str():
            is_id_of_record = is_id(value.rpartition(":")[2])
            return not is_id_of_record or page.phrasing.show_named(name, value) != value
        case tuple() | list() | set() | frozenset():
            return all(_is_plain_value(name, item, page) for item in value)
    return True
