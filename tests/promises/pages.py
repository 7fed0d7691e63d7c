"""Classes that read a page of the board: its text, its links, and the fields of each form."""

from collections.abc import Mapping

from attrs import define, field
from tests.board.visitor import Form, FormReader

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style"}


@define
class FormField:
    """A visible field of a form, which a person can fill in.

    Attributes:
        choices: value -> label, empty for free text.
        is_file: whether the field takes a file.
    """

    choices: dict[str, str] = field(factory=dict)
    is_file: bool = False


@define
class PageContents:
    """The contents of a parsed page.

    Attributes:
        words: all texts of the page.
        wrong: texts that explain errors in the submitted values.
        links: address -> text.
        forms: forms of the page, with the values of their fields.
        questions: action of a form -> name of a field -> field.
    """

    words: list[str] = field(factory=list)
    wrong: list[str] = field(factory=list)
    links: dict[str, str] = field(factory=dict)
    forms: list[Form] = field(factory=list)
    questions: dict[str, dict[str, FormField]] = field(factory=dict)

    @property
    def text(self) -> str:
        """The visible text, with single spaces."""
        return " ".join(" ".join(self.words).split())


class _PageReader(FormReader):
    def __init__(self) -> None:
        super().__init__()
        self.contents = PageContents(forms=self.forms)
        self._tags: list[str] = []
        self._link = ""
        self._asked: dict[str, FormField] = {}
        self._chosen: tuple[FormField, str] | None = None
        self._list: FormField | None = None
        self._is_wrong = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        attributes = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._tags.append(tag)
            self._is_wrong = "wrong" in attributes.get("class", "").split()
        if tag == "a":
            self._link = attributes.get("href", "")
            self.contents.links.setdefault(self._link, "")
        elif tag == "form":
            self._asked = self.contents.questions.setdefault(attributes.get("action", ""), {})
        elif tag == "option" and self._list is not None:
            self._chosen = (self._list, attributes.get("value", ""))
        elif tag in ("input", "select", "textarea"):
            self._add_question(tag, attributes)

    def _add_question(self, tag: str, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("type", "")
        if kind == "hidden" or "name" not in attributes:
            return
        question = self._asked.setdefault(attributes["name"], FormField(is_file=kind == "file"))
        if tag == "select":
            self._list = question
        elif kind in ("checkbox", "radio"):
            question.choices[attributes.get("value", "")] = ""
            self._chosen = (question, attributes.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        while self._tags and self._tags.pop() != tag:
            pass
        self._is_wrong = False
        if tag == "a":
            self._link = ""
        elif tag == "form":
            self._asked = {}
        elif tag == "select":
            self._list = None
        elif tag in ("option", "label"):
            self._chosen = None

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self._tags and self._tags[-1] in UNSEEN:
            return
        self.contents.words.append(data)
        if self._is_wrong:
            self.contents.wrong.append(data)
        if self._link:
            self.contents.links[self._link] += data
        if self._chosen is not None:
            question, value = self._chosen
            question.choices[value] = f"{question.choices.get(value, '')}{data}".strip()


def read_page(html: str) -> PageContents:
    """Parse a page, or a part of one."""
    reader = _PageReader()
    reader.feed(html)
    reader.close()
    return reader.contents
