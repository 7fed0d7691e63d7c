"""Rendering of sentences with values in the language of an interface."""

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum

from attrs import field, frozen

from anninh_core.kernel.sentences import QUOTED, Sentence, format_value, get_error_sentence, join_items
from anninh_core.language.catalogue import Language, translate
from anninh_core.language.old_sentences import read_old_sentence

ShowNamed = Callable[[str, str], str]
"""Function that takes the name of a value, such as `unit`, and the value, and returns its label or the value itself."""


def _return_unchanged(_name: str, value: str) -> str:
    return value


def _quote_operation(operation: str) -> str:
    return f"`{operation}`"


@frozen
class Phrasing:
    """How an interface renders sentences.

    Attributes:
        language: language of the reader.
        show_named: looks up the label of a unit, an officer or a category by its id.
        name_act: names an operation, such as `tips.triage`, in the interface's own terms and with its quotes.
    """

    language: Language
    show_named: ShowNamed = field(default=_return_unchanged, repr=False)
    name_act: Callable[[str], str] = field(default=_quote_operation, repr=False)

    def sentence(self, sentence: str) -> str:
        """Return a sentence in the reader's language; a text that the catalogue lacks stays as it is."""
        if self.language != "en" and not getattr(sentence, "values", None):
            sentence = self._recognise_old_sentence(sentence)
        if not isinstance(sentence, Sentence):
            return translate(sentence, self.language)
        return sentence.render(translate(sentence.template, self.language), self._render_value, self.name_act)

    def _recognise_old_sentence(self, text: str) -> str:
        """Return a text that isn't in the catalogue as a sentence of an older version if it is one, else unchanged."""
        return text if translate(text, self.language) != text else read_old_sentence(text)

    def error(self, error: BaseException) -> str:
        """Return the message of an error as a sentence in one line; the text of another library's error stays as it
        is.
        """
        return " ".join(self.sentence(get_error_sentence(error)).split())

    def label(self, value: Enum) -> str:
        """Return the label of a member of a closed list; the catalogue has it in the context with the list's name."""
        return translate(str(value.value), self.language, (type(value).__name__,))

    def _render_value(self, name: str, value: object, spec: str) -> str:
        if spec == QUOTED:
            return self._quote_value(self._render_value(name, value, ""), format_value(name, value, ""))
        match value:
            case Sentence():
                return self.sentence(value)
            case BaseException():
                return self.error(value)
            case Enum():
                return self.label(value)
            case tuple() | list() | set() | frozenset():
                texts = [self._render_value(name, item, spec) for item in value]
                return join_items(value, texts) or translate("none", self.language)
            case str():
                return translate(value, self.language, (spec,)) if spec else self.show_named(name, value)
        return format_value(name, value, spec) if self.language == "en" else _format_vietnamese(name, value, spec)

    def _quote_value(self, text: str, plain: str) -> str:
        """Return a value in quotation marks; a label isn't quoted."""
        if text != plain:
            return text
        quoted = repr(plain)
        return quoted if self.language == "en" else f"“{quoted[1:-1]}”"


def label_check(name: str, language: Language) -> str:
    """Return the label of a health check, such as `oa token`: its words are translated one by one, a messenger's name
    isn't.
    """
    return " ".join(translate(word, language, ("check",)) for word in name.split(" "))


def _format_vietnamese(name: str, value: object, spec: str) -> str:
    """Return a day, a time or a number in Vietnamese notation."""
    match value:
        case datetime():
            from anninh_core.kernel.dates import vietnam_time  # noqa: PLC0415  can't be imported without time zone data

            return f"{vietnam_time(value):%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case int() if spec == ",":
            return f"{value:,}".replace(",", ".")
    return format_value(name, value, spec)
