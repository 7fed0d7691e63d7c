"""Extraction of plain text from HTML, because sources write HTML and officers read plain text."""

from html.parser import HTMLParser

from anninh_core.kernel.hidden import drop_hidden
from anninh_core.kernel.text import nfc

_SILENT = frozenset({"script", "style", "template", "noscript", "head", "title"})
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub"}
    | {"sup", "u"}
)


def plain_words(html: str) -> str:
    """Return the text of HTML, without tags, scripts and invisible characters; separate blocks become separate
    lines.
    """
    words = _TextParser()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in drop_hidden(nfc("".join(words.parts))).splitlines())
    return "\n".join(line for line in lines if line)


class _TextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  they say nothing
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag not in _INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        elif tag not in _INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
