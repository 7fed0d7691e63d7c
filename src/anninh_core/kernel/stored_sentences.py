"""Stored form of sentences: the English sentence, and on a second line its template and values as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from anninh_core.kernel.sentences import Sentence, format_value, get_error_sentence

_TEMPLATE = "template"
_VALUES = "values"


def pack_sentence(text: str, limit: int) -> str:
    """Return a sentence with its template and values, as `unpack_sentence` reads it; a sentence without values becomes
    plain text.

    Args:
        limit: maximum number of characters of the English sentence.
    """
    if not isinstance(text, Sentence) or text == text.template:
        return str(text)
    return f"{text.replace(chr(10), ' ')[:limit]}\n{json.dumps(_list_parts(text), ensure_ascii=False)}"


def unpack_sentence(text: str) -> Sentence:
    """Return the sentence of a stored text. If its parts are missing, as in older versions, the text is the
    template.
    """
    english, _, parts = text.partition("\n")
    if not parts:
        return Sentence(text)
    try:
        return _build_sentence(json.loads(parts))
    except (ValueError, TypeError, LookupError):  # The stored JSON was truncated, or it wasn't written by this library.
        return Sentence(english)


def _list_parts(sentence: Sentence) -> Mapping[str, object]:
    values = {name: _encode_value(name, value) for name, value in sentence.values.items()}
    return {_TEMPLATE: sentence.template, _VALUES: values}


def _encode_value(name: str, value: object) -> object:
    if isinstance(value, Sentence | BaseException):
        return _list_parts(get_error_sentence(value) if isinstance(value, BaseException) else value)
    return value if isinstance(value, int) else format_value(name, value, "")


def _build_sentence(parts: Mapping[str, Any]) -> Sentence:
    values = {
        name: _build_sentence(value) if isinstance(value, dict) else value for name, value in parts[_VALUES].items()
    }
    return Sentence(parts[_TEMPLATE], **values)
