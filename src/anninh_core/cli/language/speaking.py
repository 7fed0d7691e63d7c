"""gettext with our catalogue, for as long as a command line is carried out.

The language is chosen as gettext does it: by LANGUAGE, LC_ALL, LC_MESSAGES or LANG, whichever is set first; `--lang`
wins. Click finds its own words in the same catalogue. A word of a closed list stands there under the name of its list.
"""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from gettext import gettext as _
from gettext import pgettext

import click

from anninh_core.language.catalogue import DOMAIN, LOCALES, Language

_VARIABLE = "LANGUAGE"


def _choose(ctx: click.Context, param: click.Parameter, language: str | None) -> None:  # noqa: ARG001  click's signature
    if language:
        os.environ[_VARIABLE] = language  # `words_found` takes it back


lang_option = click.Option(
    ["--lang"],
    type=click.Choice(["vi", "en"]),
    is_eager=True,
    expose_value=False,
    callback=_choose,
    help="Language of help, questions, tables and errors.  [default: by $LANGUAGE, $LC_ALL or $LANG]",
)


@contextmanager
def words_found() -> Iterator[None]:
    """Let gettext look into our catalogue, and put everything back as it was."""
    domain = gettext.textdomain()
    language = os.environ.get(_VARIABLE)
    gettext.bindtextdomain(DOMAIN, str(LOCALES))
    gettext.textdomain(DOMAIN)
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if language is None:
            os.environ.pop(_VARIABLE, None)
        else:
            os.environ[_VARIABLE] = language


def spoken() -> Language:
    """Return the language of the output, which the catalogue says."""
    return "vi" if _("en") == "vi" else "en"


def word_of(value: Enum) -> str:
    """Return a word of a closed list: in English the program's own, which is the one to write in options."""
    word = str(value.value)
    return word if spoken() == "en" else pgettext(type(value).__name__, word)
