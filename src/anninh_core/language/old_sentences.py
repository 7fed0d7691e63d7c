"""Parses sentences that older versions stored as whole texts, without their template and values.

Only these are recognised by their English text. Today's sentences are stored with template and values, see
`kernel.stored_sentences`.
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
"""Pattern of a value that has one of a few fixed texts: names of error classes, which older versions wrote before the
sentence.
"""


@frozen
class _OldSentence:
    pattern: re.Pattern[str]
    template: str


def read_old_sentence(text: str) -> Sentence:
    """Return today's sentence for a text of an older version; an unknown text stays unchanged."""
    for old in _load_old_sentences():
        if match := old.pattern.fullmatch(text):
            values = {name: read_old_sentence(value) for name, value in match.groupdict().items()}
            return Sentence(old.template, **values)
    return Sentence(text)


@cache  # The table's file is part of the program and doesn't change.
def load_old_sentence_table() -> Mapping[str, str]:
    """Return the table of former English sentences, with names of values in braces -> today's template."""
    return parse_toml(files(__package__).joinpath("old_sentences.toml").read_bytes())


@cache
def _load_old_sentences() -> Sequence[_OldSentence]:
    """Return the former sentences, those with the longest fixed text first, because the others may match by chance."""
    ordered = sorted(load_old_sentence_table().items(), key=lambda row: len(_VALUE.sub("", row[0])), reverse=True)
    return [_OldSentence(re.compile(_build_pattern(old), re.DOTALL), template) for old, template in ordered]


def _build_pattern(old: str) -> str:
    texts = _VALUE.split(old)  # Every second part is the name of a value.
    return "".join(
        f"(?P<{text}>{_FAILURES.get(text, '.+?')})" if number % 2 else re.escape(text)
        for number, text in enumerate(texts)
    )
