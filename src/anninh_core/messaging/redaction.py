"""Reasons of failures without personal data, which may be stored unencrypted in a queue, and suffice to act on."""

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


def redact_error(error: Exception, texts: Iterable[str] = ()) -> Sentence:
    """Return the sentence of an error without personal data; each text in it has at most 500 characters.

    Errors of this system keep their text, with possible personal data masked; of other errors, which may quote
    anything, only the class is named.

    Args:
        texts: texts and addresses to mask as well: platforms often repeat the request.
    """
    if not isinstance(error, AnninhError):
        return Sentence(type(error).__name__)
    return _redact_sentence(error.sentence, sorted(_collect_text_lines(texts), key=len, reverse=True))


def _redact_sentence(sentence: Sentence, secrets: Sequence[str]) -> Sentence:
    if not sentence.values:  # The text was written by a plugin, or is a sentence without values.
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
    # Every second part is an id of the system; its digits could be mistaken for a number plate.
    parts = _OWN_ID.split(text)
    return "".join(part if number % 2 else redact(part) for number, part in enumerate(parts))[:_MAX_LENGTH]


def _collect_text_lines(texts: Iterable[str]) -> set[str]:
    """Return the lines of the texts, both unchanged and as in ASCII JSON, so that they match with and without
    escapes.
    """
    lines = {line.strip() for text in texts for line in text.splitlines()} - {""}
    return lines | {json.dumps(line)[1:-1] for line in lines}
