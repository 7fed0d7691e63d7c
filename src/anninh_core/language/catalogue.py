"""The catalogue of texts for officers and operators, in Vietnamese."""

import gettext
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "vi"]
LANGUAGES: tuple[Language, ...] = ("en", "vi")
"""Languages of the interface. English is first: its texts are the ids of the translations. Its own catalogue has labels
that differ from names.
"""

DOMAIN = "anninh"
LOCALES = Path(__file__).with_name("locale")


class Book(gettext.GNUTranslations):
    """The translations of a catalogue into a language."""

    def names(self, context: str) -> list[str]:
        """Return the names that have a translation in a context of the catalogue."""
        ids = (id for id in vars(self)["_catalog"] if isinstance(id, str))
        prefix = f"{context}\x04"
        return sorted(id.removeprefix(prefix) for id in ids if id.startswith(prefix))


@cache  # The catalogue's file is part of the program and doesn't change.
def load_translations(language: Language) -> Book:
    """Return the translations into a language."""
    return gettext.translation(DOMAIN, str(LOCALES), [language], class_=Book)


def translate(message: str, language: Language, contexts: Iterable[str] = ()) -> str:
    """Return a message in a language, or the message itself if the catalogue lacks it.

    Args:
        message: the English message in the code.
        contexts: contexts to look up, the most specific first; then without a context.
    """
    book = load_translations(language)
    for context in contexts:
        if (text := book.pgettext(context, message)) != message:
            return text
    # For an empty message, gettext would return the catalogue's header.
    return book.gettext(message) if message else ""


def marked(message: str) -> str:
    """Return a message unchanged: it marks the message for the catalogue, and is translated when it is shown."""
    return message
