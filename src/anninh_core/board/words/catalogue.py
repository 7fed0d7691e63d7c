"""Finds the words of a page: those of its own folder, then those that all pages share."""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from anninh_core.kernel.toml import parse_toml

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
"""The first is spoken where nothing else is asked for."""

BOARD = Path(__file__).parents[1]
_SHARED = BOARD / "words"

Table = Mapping[str, Any]


@frozen
class PageWords:
    """The words of a page in one language: `words.title`, or `words.say("days_left", count=3)`."""

    language: Language
    _tables: tuple[Table, ...] = field(repr=False)

    def __getitem__(self, key: str) -> str:
        """Return what stands under a key; raises `KeyError`."""
        for table in self._tables:
            if key in table:
                return str(table[key][self.language])
        raise KeyError(f"no words {key!r}")

    def __contains__(self, key: object) -> bool:
        return any(key in table for table in self._tables)

    def get(self, key: str, default: str) -> str:
        """Return what stands under a key, or something else where nothing does."""
        return next((str(table[key][self.language]) for table in self._tables if key in table), default)

    def say(self, key: str, **given: object) -> str:
        """Return what stands under a key, with values put in."""
        return self[key].format(**given)

    def label(self, value: object, of: str = "") -> str:
        """Return what people call a value of a list of the board's own, the value itself where nothing else is known.

        Args:
            value: a member of an enumeration, or its value.
            of: name of the list where the value doesn't tell.
        """
        name, plain = name_value(value, of)
        entry = labels().get(name, {}).get(plain)
        return plain if entry is None else str(entry[self.language])


def name_value(value: object, of: str = "") -> tuple[str, str]:
    """Return by which name a closed list is known, "" where the value doesn't tell, and the value as it is stored."""
    name = of or (type(value).__name__ if isinstance(value, Enum) else "")
    return name, str(value.value if isinstance(value, Enum) else value)


@cache  # as the tables that it is made of
def words_for(folder: str, language: Language) -> PageWords:
    """Return the words of a folder of pages, such as `screens/tips`."""
    return PageWords(language, (_load(BOARD / folder / "words.toml"), common(), field_words()))


@cache  # tables that come with the program, and never change
def _load(file: Path) -> Table:
    return parse_toml(file.read_bytes()) if file.exists() else {}


@cache
def common() -> Table:
    """Return what all pages share."""
    return _load(_SHARED / "common.toml")


@cache
def field_words() -> Table:
    """Return what forms call what somebody has to give, by its name in the operation."""
    return _load(_SHARED / "fields.toml")


@cache
def labels() -> Table:
    """Return what people call the values of the board's own closed lists: name of the list -> value -> words."""
    return _load(_SHARED / "labels.toml")


@cache  # as the tables that it is made of
def act_table() -> Table:
    """Return what is said of acts, by the operation's name: `acts.toml` of each folder of pages, in one."""
    return {name: act for file in sorted(BOARD.glob("*/**/acts.toml")) for name, act in _load(file).items()}


def choose_language(chosen: str) -> Language:
    """Return the language that somebody chose, or else Vietnamese: what a browser asks for is nobody's choice."""
    return next((known for known in LANGUAGES if chosen == known), LANGUAGES[0])


def every_text() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each entry of each table with where it stands, for whoever checks that all are there in all languages."""
    for file in sorted(BOARD.rglob("*.toml")):
        yield from _texts(file.relative_to(BOARD).as_posix(), _load(file))


def _texts(path: str, table: Table) -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, value in table.items():
        if isinstance(value, Mapping) and set(value) & set(LANGUAGES):
            yield f"{path}:{key}", value
        elif isinstance(value, Mapping):
            yield from _texts(f"{path}:{key}", value)
