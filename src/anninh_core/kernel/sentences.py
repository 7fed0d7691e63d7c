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
"""Format of a placeholder that names an operation: `{act:tips.triage}`."""
QUOTED = "r"
"""Format given to a `ShowValue` function for a value that the template writes in quotes, as `{unit!r}`."""

ShowValue = Callable[[str, object, str], str]
"""Function from a value's name, the value and the template's format to its displayed text."""
NameAct = Callable[[str], str]
"""Function from the name of an operation to its displayed name."""

_PARSER = Formatter()


class Sentence(str):
    """An English sentence together with its template and the values that it was made from.

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
        sentence = super().__new__(cls, _render_template(template, values, format_value, _quote_name))
        sentence.template = str(template)
        sentence.values = values
        return sentence

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, object]]:
        return (self.template,), self.values

    def render(self, template: str, show: ShowValue, name_act: NameAct) -> str:
        """Return the sentence formatted by a template, either its own or a translation.

        Args:
            show: formats a value.
            name_act: names an operation.
        """
        return _render_template(template, self.values, show, name_act)


def get_error_sentence(error: BaseException) -> Sentence:
    """Return the message of an error as a sentence; an error of another library keeps its text."""
    sentence = getattr(error, "sentence", None)
    return sentence if isinstance(sentence, Sentence) else Sentence(str(error))


def encode_sentence(value: object) -> str:
    """Return a sentence as plain text for encoders.

    Raises:
        TypeError: `value` isn't a text.
    """
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} can't be encoded")


def format_value(name: str, value: object, spec: str) -> str:
    """Return a value in the notation of programs and logs."""
    if spec == QUOTED:
        return repr(format_value(name, value, ""))
    match value:
        case Enum():
            return str(value.value)
        case datetime():
            return (
                f"{value.astimezone(_load_vietnam_time_zone()):%Y-%m-%d %H:%M}" if value.tzinfo else value.isoformat()
            )
        case date():
            return value.isoformat()
        case tuple() | list() | set() | frozenset():
            return join_items(value, [format_value(name, item, spec) for item in value]) or "none"
        case int() if spec == ",":
            return f"{value:,}"
        case float():
            return f"{value:g}"
    return str(value)


def _load_vietnam_time_zone() -> ZoneInfo:
    """Return Vietnam's time zone. It isn't read on import: `doctor` must be able to report missing time zone data."""
    return ZoneInfo("Asia/Ho_Chi_Minh")


def join_items(values: Iterable[object], texts: Iterable[str]) -> str:
    """Join texts in one line: with commas, or with semicolons if there are sentences or a text contains a comma."""
    items = [*texts]
    needs_more = any(isinstance(value, Sentence) for value in values) or any(", " in text for text in items)
    return ("; " if needs_more else ", ").join(items)


def _render_template(template: str, values: Mapping[str, object], show: ShowValue, name_act: NameAct) -> str:
    try:
        return _fill_template(template, values, show, name_act)
    except (ValueError, KeyError):
        return template


def _fill_template(template: str, values: Mapping[str, object], show: ShowValue, name_act: NameAct) -> str:
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
