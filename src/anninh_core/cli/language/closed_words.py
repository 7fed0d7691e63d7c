"""Words of closed lists. In the catalogue each stands under the name of its list."""

from enum import Enum
from gettext import pgettext

from anninh_core.cli.language.speaking import spoken


def word_of(value: Enum) -> str:
    """Return a word of a closed list: in English the program's own, which is the one to write in options."""
    word = str(value.value)
    return word if spoken() == "en" else pgettext(type(value).__name__, word)
