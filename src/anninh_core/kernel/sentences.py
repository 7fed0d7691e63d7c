"""Messages of the program for people: a literal English template and its values.

The template is the message's id in the translation catalogue, so an interface can translate the template and format the
values in its own way: states by their labels, days in local notation.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from string import Formatter
from typing import Self
from zoneinfo import ZoneInfo

ACT = "act"
"""Field that names an operation: `{act:tips.triage}`."""
QUOTED = "r"
"""Format that a `ShowValue` receives for a value written as `{unit!r}` in the template."""

ShowValue = Callable[[str, object, str], str]
"""Function from a value's name, the value and the template's format to its displayed text."""
NameAct = Callable[[str], str]
"""Function from the name of an operation to its displayed name."""

_PARSER = Formatter()


class Sentence(str):
    """The English sentence, with the template and the values that it was made from.

    A template names values as `{receipt}`; `{unit!r}` puts quotes around an id, `{count:,}` groups digits,
    `{kind:record}` is a word that the catalogue has in the context `record`, and `{act:tips.triage}` names an
    operation; so does `{see:act}` by a value. Attributes and indexes can't be named.

    Args:
        template: a literal, since the catalogue has its translation. If the values don't fit the text, such as a
            plugin's, it is shown unchanged.
        values: ids and plain values, never names of people: an interface looks those up.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Make a sentence; a sentence given without values is returned unchanged."""
        if isinstance(template, cls) and not values:
            return template
        sentence = super().__new__(cls, _render(template, values, show_value, _quote_name))
        sentence.template = str(template)
        sentence.values = values
        return sentence

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, object]]:
        return (self.template,), self.values

    def render(self, template: str, show: ShowValue, name_act: NameAct) -> str:
        """Return the sentence by a template, its own or a translation.

        Args:
            show: formats a value.
            name_act: names an operation.
        """
        return _render(template, self.values, show, name_act)


def sentence_of(error: BaseException) -> Sentence:
    """Return the sentence of an error; for foreign errors their text."""
    sentence = getattr(error, "sentence", None)
    return sentence if isinstance(sentence, Sentence) else Sentence(str(error))


def plain_text(value: object) -> str:
    """Return a sentence as plain text for encoders.

    Raises:
        TypeError: `value` isn't a text.
    """
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be encoded")


def show_value(name: str, value: object, spec: str) -> str:
    """Return a value as programs and logs write it."""
    if spec == QUOTED:
        return repr(show_value(name, value, ""))
    match value:
        case Enum():
            return str(value.value)
        case datetime():
            return f"{value.astimezone(_vietnam()):%Y-%m-%d %H:%M}" if value.tzinfo else value.isoformat()
        case date():
            return value.isoformat()
        case tuple() | list() | set() | frozenset():
            return join_items(value, [show_value(name, item, spec) for item in value]) or "none"
        case int() if spec == ",":
            return f"{value:,}"
        case float():
            return f"{value:g}"
    return str(value)


def _vietnam() -> ZoneInfo:
    """Return the time zone, which isn't read on import: `doctor` must be able to report missing time zone data."""
    return ZoneInfo("Asia/Ho_Chi_Minh")


def join_items(values: Iterable[object], texts: Iterable[str]) -> str:
    """Join texts in one line; with semicolons if there are sentences, or a comma within a text."""
    items = [*texts]
    needs_more = any(isinstance(value, Sentence) for value in values) or any(", " in text for text in items)
    return ("; " if needs_more else ", ").join(items)


def _render(template: str, values: Mapping[str, object], show: ShowValue, name_act: NameAct) -> str:
    try:
        return _fill(template, values, show, name_act)
    except (ValueError, KeyError):
        return template


def _fill(template: str, values: Mapping[str, object], show: ShowValue, name_act: NameAct) -> str:
    parts: list[str] = []
    names = 0
    is_nested = False
    for literal, name, spec, conversion in _PARSER.parse(template):
        if is_nested and literal.startswith((")", ".")):
            parts[-1] = parts[-1].removesuffix(".")
        parts.append(literal)
        if name is None:
            continue
        names += 1
        is_nested = isinstance(values.get(name), Sentence | BaseException)
        if name == ACT:
            parts.append(name_act(spec or ""))
        elif spec == ACT:
            parts.append(name_act(str(values[name])))
        elif conversion == "r":
            parts.append(show(name, values[name], QUOTED))
        else:
            parts.append(show(name, values[name], spec or ""))
    return "".join(parts) if names else template


def _quote_name(operation: str) -> str:
    return f"`{operation}`"
