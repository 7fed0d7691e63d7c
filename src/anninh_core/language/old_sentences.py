"""Reads sentences that older versions stored whole, without the parts that they were made of.

Only these are recognised by their English text. What is stored today keeps its parts, see `kernel.stored_sentences`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from attrs import frozen

from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.toml import parse_toml

_VALUE = re.compile(r"\{([a-z_]+)\}")
_FAILURES: Mapping[str, str] = {"failure": "RecipientUnreachable|RequestRejected|Unsupported"}
"""Value that only certain texts fill: names of errors' classes, which older versions wrote before the sentence."""


@frozen
class _OldSentence:
    pattern: re.Pattern[str]
    template: str


def read_old_sentence(text: str) -> Sentence:
    """Return the sentence of today that says what an older version stored; a text that it doesn't know stays."""
    for old in _old_sentences():
        if match := old.pattern.fullmatch(text):
            values = {name: read_old_sentence(value) for name, value in match.groupdict().items()}
            return Sentence(old.template, **values)
    return Sentence(text)


@cache  # a table that comes with the program, and never changes
def old_sentence_table() -> Mapping[str, str]:
    """Return the table: English sentence as it was, with names of values in braces -> template of today."""
    return parse_toml(files(__package__).joinpath("old_sentences.toml").read_bytes())


@cache
def _old_sentences() -> Sequence[_OldSentence]:
    """Return the sentences, those with the most words of their own first: the others may match by chance."""
    ordered = sorted(old_sentence_table().items(), key=lambda row: len(_VALUE.sub("", row[0])), reverse=True)
    return [_OldSentence(re.compile(_pattern(old), re.DOTALL), template) for old, template in ordered]


def _pattern(old: str) -> str:
    texts = _VALUE.split(old)  # every second one is the name of a value
    return "".join(
        f"(?P<{text}>{_FAILURES.get(text, '.+?')})" if number % 2 else re.escape(text)
        for number, text in enumerate(texts)
    )
