"""Sentences and errors in the user's language."""

from anninh_core.cli.language.speaking import find_output_language
from anninh_core.language.phrasing import Phrasing, label_check
from anninh_core.operations.problems import explain_error


def translate_error(error: BaseException) -> str:
    """Return the sentence of an error, translated."""
    return explain_error(error, _phrasing())


def translate_sentence(sentence: str) -> str:
    """Translate a sentence of the program; a sentence that the catalogue lacks stays as it is."""
    return _phrasing().sentence(sentence)


def translate_check_name(name: str) -> str:
    """Return the translated name of a check."""
    return label_check(name, _phrasing().language)


def _phrasing() -> Phrasing:
    return Phrasing(find_output_language(), name_act=_name_command)


def _name_command(operation: str) -> str:
    from anninh_core.cli.acts.commands import find_command  # noqa: PLC0415  errors alone need it

    return f"`anninh {find_command(operation)}`"
