"""The code of an error, and what people read of every error of a class, in Vietnamese and in English."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from attrs import frozen

from anninh_core.kernel import errors
from anninh_core.kernel.toml import parse_toml

Language = Literal["en", "vi"]
LANGUAGES: tuple[Language, ...] = ("en", "vi")
"""The first is taken where none is asked for that there is: programs rarely ask, browsers do."""


@frozen
class Words:
    """What people read of a kind of problem: a few words and a sentence."""

    title: str
    detail: str


def words_of(code: str, language: Language) -> Words:
    """Return what people read of a code that the table has."""
    entry = general_table()[code]
    return Words(entry["title"][language], entry["detail"][language])


def code_of(error: BaseException) -> str:
    """Return the code of an error: its class in snake case; `internal_error` for what isn't ours."""
    return code_of_class(type(error))


def code_of_class(kind: type[BaseException]) -> str:
    """Return the code of an error's class."""
    if issubclass(kind, errors.AnninhError | errors.ConfigurationError):
        return kind.code
    return "internal_error"


def worded_code(kind: type[BaseException]) -> str:
    """Return the code under which the table has the words of an error's class: its own, or that of a class above."""
    codes = (code_of_class(one) for one in kind.__mro__ if issubclass(one, Exception))
    return next((code for code in codes if code in general_table()), "internal_error")


def choose_language(header: str) -> Language:
    """Return the language that an Accept-Language header likes best, of those there are."""
    best: tuple[float, Language] = (0.0, LANGUAGES[0])
    for choice in header[:200].split(","):
        tag, _, weight = choice.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        for language in LANGUAGES:
            if primary == language and (liking := _weight(weight)) > best[0]:
                best = (liking, language)
    return best[1]


def _weight(text: str) -> float:
    name, _, number = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, float(number))
    except ValueError:
        return 0.0


@cache  # a table that comes with the program, and never changes
def general_table() -> Mapping[str, Any]:
    """Return the table: code -> title and detail in each language."""
    return parse_toml(files(__package__).joinpath("general.toml").read_bytes())
