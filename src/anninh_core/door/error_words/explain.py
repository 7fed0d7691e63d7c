"""An error in a sentence for people."""

from anninh_core.door.error_words.general import Language, worded_code, words_of
from anninh_core.door.error_words.particular import translate_sentence
from anninh_core.door.errors import BadArguments


def explain_error(error: BaseException, language: Language, sentence: str = "") -> str:
    """Return what somebody reads of an error, in their language: what was wrong, and the way out.

    Args:
        language: of whoever reads it. In English it is the error's own sentence.
        sentence: its own words, where whoever asks has added to them; `str(error)` if empty.

    Returns:
        In Vietnamese the translation of its sentence. Where there is none, what is generally said of its class, and
        behind it, in brackets, its own words: they name the value.
    """
    own = " ".join((sentence or str(error)).split())
    if language == "en":
        return own
    if isinstance(error, BadArguments) and not sentence:
        return explain_arguments(error)
    if told := translate_sentence(own):
        return told
    general = words_of(worded_code(type(error)), language).detail
    return f"{general} [{own}]" if own else general


def explain_arguments(error: BadArguments) -> str:
    """Return, in Vietnamese, which arguments of an operation don't fit and why."""
    wrong = "; ".join(f"{one.path}: {translate_part(one.message)}" for one in error.errors)
    return translate_sentence(f"{error.operation} can't be called so: ") + wrong


def translate_part(message: str) -> str:
    """Return, in Vietnamese, what is wrong with one argument; in English where nobody has translated it."""
    return translate_sentence(message) or message
