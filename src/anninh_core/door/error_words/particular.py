"""Vietnamese for the sentences that errors, checks and findings are made with.

The tables in `vi/` have, for each English sentence as it stands in the code, with {} where a value is filled in, the
Vietnamese one, in which {0} is the first value. Where any text would fit, {w} stands for one word and {r} for a value
in quotes. A value may be told in words: `{1:w}` takes states and kinds from the table of words, `{1:d}` writes a day as
people here write it, `{1:s}` is a sentence itself, and may begin with a semicolon.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain

from attrs import frozen

from anninh_core.kernel.toml import parse_toml

_FOLDER = "vi"
_HOLE = re.compile(r"\{[wr]?\}")
_VALUES = {"{}": "(.*?)", "{w}": "([a-z_.]+)", "{r}": "('.*?'|\".*?\")"}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_WORDS = "words"


def translate_sentence(sentence: str) -> str:
    """Return the Vietnamese of an English sentence of the program's, "" where nobody has written it.

    Args:
        sentence: in one line.
    """
    for template in _templates():
        if found := template.pattern.fullmatch(sentence):
            return template.vietnamese.format(*map(_Value, found.groups()))
    return ""


@cache  # a table that comes with the program, and never changes
def sentence_table() -> Mapping[str, str]:
    """Return the table: English sentence with its holes -> Vietnamese."""
    return {english: told for name, table in _tables().items() if name != _WORDS for english, told in table.items()}


def words_of_records() -> Mapping[str, str]:
    """Return the words of records and states: as the program writes them -> as people here say them."""
    return _tables()[_WORDS]


def system_sentences() -> Mapping[str, str]:
    """Return those of the table that the operating system or a library says, and no code of ours."""
    return _tables()["system"]


@frozen(slots=False)
class _Template:
    english: str
    vietnamese: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        texts = map(re.escape, _HOLE.split(self.english))
        values = (_VALUES[hole] for hole in [*_HOLE.findall(self.english), "{}"])
        return re.compile(
            "".join(chain.from_iterable(zip(texts, values, strict=True))).removesuffix("(.*?)"), re.DOTALL
        )


@cache
def _templates() -> Sequence[_Template]:
    """Return the templates, those with the most words of their own first: the others may fit by chance."""
    made = [_Template(*one) for one in sentence_table().items()]
    return sorted(made, key=lambda one: len(_HOLE.sub("", one.english)), reverse=True)


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    """Return the files of the folder by name: the words, and sentences by subject."""
    found = sorted(files(__package__).joinpath(_FOLDER).iterdir(), key=lambda file: file.name)
    return {
        file.name.removesuffix(".toml"): parse_toml(file.read_bytes()) for file in found if file.name != "__init__.py"
    }


class _Value(str):
    """A value that stands in a sentence."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Return it as the sentence wants it."""
        match spec:
            case "w":
                words = words_of_records()
                return words.get(str(self)) or re.sub(r"[a-z][a-z_]*", lambda word: words.get(word[0], word[0]), self)
            case "d":
                return _DAY.sub(r"\3/\2/\1", self)
            case "s":
                lead, sentence = ("; ", self[2:]) if self.startswith("; ") else ("", str(self))
                return lead + (translate_sentence(sentence) or sentence)
        return str(self)
