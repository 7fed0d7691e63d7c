"""Why something failed, in words that may stand in clear in a queue: enough to act on, nothing of anybody."""

import json
import re
from collections.abc import Iterable, Sequence
from enum import Enum

from anninh_core.kernel.errors import AnninhError
from anninh_core.kernel.redact import redact
from anninh_core.kernel.sentences import Sentence

_MAX_LENGTH = 500
_MASK = "…"
_OWN_ID = re.compile(r"(\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b)")


def redact_error(error: Exception, known: Iterable[str] = ()) -> Sentence:
    """Return the sentence of an error without personal data; a text in it has at most 500 characters.

    Our own errors speak, with what looks like personal data masked; of others, which may quote anything, only the class
    is named.

    Args:
        known: texts and addresses to mask as well: platforms like to repeat what they were sent.
    """
    if not isinstance(error, AnninhError):
        return Sentence(type(error).__name__)
    return _redact_sentence(error.sentence, sorted(_text_lines(known), key=len, reverse=True))


def _redact_sentence(sentence: Sentence, secrets: Sequence[str]) -> Sentence:
    if not sentence.values:  # a plugin's text, or one of ours that names nothing
        return Sentence(_redact_text(sentence, secrets))
    values = {name: _redact_value(value, secrets) for name, value in sentence.values.items()}
    return Sentence(sentence.template, **values)


def _redact_value(value: object, secrets: Sequence[str]) -> object:
    match value:
        case Sentence():
            return _redact_sentence(value, secrets)
        case AnninhError():
            return _redact_sentence(value.sentence, secrets)
        case BaseException():
            return type(value).__name__
        case str() if not isinstance(value, Enum):
            return _redact_text(value, secrets)
        case tuple() | list():
            return tuple(_redact_value(item, secrets) for item in value)
    return value


def _redact_text(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _MASK)
    parts = _OWN_ID.split(text)  # every second one is an id of ours, whose digits may look like a number plate
    return "".join(part if number % 2 else redact(part) for number, part in enumerate(parts))[:_MAX_LENGTH]


def _text_lines(known: Iterable[str]) -> set[str]:
    """Return texts line by line, as they are and as JSON in ASCII has them: so line breaks may be escaped or not."""
    lines = {line.strip() for text in known for line in text.splitlines()} - {""}
    return lines | {json.dumps(line)[1:-1] for line in lines}
