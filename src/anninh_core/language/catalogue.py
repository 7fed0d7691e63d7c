"""The catalogue: what officers and operators read, in Vietnamese."""

import gettext
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "vi"]
LANGUAGES: tuple[Language, ...] = ("en", "vi")
"""English first: its texts are the ids of the others. Its own catalogue has labels where names don't suffice."""

DOMAIN = "anninh"
LOCALES = Path(__file__).with_name("locale")


class Book(gettext.GNUTranslations):
    """The translations into a language."""

    def names(self, context: str) -> list[str]:
        """Return the names that it has in a context."""
        ids = (id for id in vars(self)["_catalog"] if isinstance(id, str))
        begin = f"{context}\x04"
        return sorted(id.removeprefix(begin) for id in ids if id.startswith(begin))


@cache  # a file that comes with the program, and never changes
def translations(language: Language) -> Book:
    """Return the translations into a language."""
    return gettext.translation(DOMAIN, str(LOCALES), [language], class_=Book)


def translate(message: str, language: Language, contexts: Iterable[str] = ()) -> str:
    """Return a message in a language, the message itself where the catalogue lacks it.

    Args:
        message: in English, as the code has it.
        contexts: in which the catalogue may have it, the nearest first; then without any.
    """
    book = translations(language)
    for context in contexts:
        if (text := book.pgettext(context, message)) != message:
            return text
    return book.gettext(message) if message else ""  # "" asks gettext for the catalogue's head


def marked(message: str) -> str:
    """Return a message as it is: it belongs to the catalogue, and is translated where it is shown."""
    return message
