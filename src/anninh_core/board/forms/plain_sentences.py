"""What of an error officers can read on a page: a sentence without ids, permissions' names or words of programs."""

import re

from anninh_core.board.words.catalogue import Language
from anninh_core.door.error_words.particular import translate_sentence
from anninh_core.kernel.errors import BadInput, WrongStep

_WORDS_OF_PROGRAMS = re.compile(
    r"[`'\"{}\[\]=]|\b(?:anninh|person:|tip:|item:)|\b[a-z]+[._][a-z_]+\b|[0-9a-f]{8}-[0-9a-f]{4}"
)


def plain_sentence(error: Exception, language: Language) -> str:
    """Return an error's own sentence where it is one for people, "" where what is said of its kind has to do."""
    if not isinstance(error, BadInput | WrongStep):
        return ""
    sentence = translate_sentence(" ".join(str(error).split())) if language == "vi" else str(error)
    return "" if not sentence or _WORDS_OF_PROGRAMS.search(sentence) else sentence
