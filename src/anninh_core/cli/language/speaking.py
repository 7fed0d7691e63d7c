"""Use of gettext with the catalogue of this library, while a command line is carried out.

The language is chosen as gettext does it: by LANGUAGE, LC_ALL, LC_MESSAGES or LANG, the first that is set; `--lang`
takes precedence. Click finds its own words in the same catalogue. The catalogue has a word of a closed list under the
name of the list.
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


def _choose_language(ctx: click.Context, param: click.Parameter, language: str | None) -> None:  # noqa: ARG001  click's signature
    if language:
        os.environ[_VARIABLE] = language  # The variable is restored when the command line ends.


lang_option = click.Option(
    ["--lang"],
    type=click.Choice(["vi", "en"]),
    is_eager=True,
    expose_value=False,
    callback=_choose_language,
    help="Language of help, questions, tables and errors.  [default: by $LANGUAGE, $LC_ALL or $LANG]",
)


@contextmanager
def use_catalogue() -> Iterator[None]:
    """Make gettext use the catalogue of this library, and restore its settings afterwards."""
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


def find_output_language() -> Language:
    """Return the language of the output, as the catalogue names it."""
    return "vi" if _("en") == "vi" else "en"


def find_word(value: Enum) -> str:
    """Return the word for a member of a closed list; in English this is its value, which is also written in options."""
    word = str(value.value)
    return word if find_output_language() == "en" else pgettext(type(value).__name__, word)
