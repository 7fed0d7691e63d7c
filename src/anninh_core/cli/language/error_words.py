"""What people read of an error in the language that is spoken."""

from anninh_core.cli.language.speaking import spoken
from anninh_core.door.error_words import explain_error
from anninh_core.door.error_words.general import Language
from anninh_core.door.error_words.particular import translate_sentence


def tell_error(error: BaseException, sentence: str = "") -> str:
    """Return an error in the language that is spoken.

    Args:
        sentence: its own words where they are others than `str(error)`. They name the value and the way out.
    """
    return explain_error(error, _language(), sentence)


def tell_sentence(sentence: str) -> str:
    """Return a sentence of the program's in the language that is spoken; in English where nobody has translated it."""
    return (translate_sentence(sentence) if _language() == "vi" else "") or sentence


def _language() -> Language:
    return "vi" if spoken() == "vi" else "en"
