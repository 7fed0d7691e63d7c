"""Numbers on documentation pages that count code or data are right."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import hypothesis
import pytest
from tests.docs.pages import ROOT, get_page_name, get_prose, list_pages
from training.triage.sentences import load_sentences

from anninh_core.usecase.composition.command_composition import MOST_COMMANDS

PAGES = {get_page_name(page): page.read_text(encoding="utf-8") for page in list_pages() if page.name != "CHANGELOG.md"}
WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
LARGE = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
NUMBERS = (
    {word: value for value, word in enumerate(WORDS, 1) if word != "one"} | LARGE | {"dozen": 12, "thousand": 1000}
)
NOUNS = (
    *("acts", "adapters", "articles", "classes", "columns", "commands", "docstrings", "examples", "fields", "files"),
    *("folders", "functions", "hooks", "jobs", "kits", "layers", "lines", "methods", "migrations", "mixins", "modules"),
    *("nouns", "operations", "packages", "permissions", "plugins", "plug-ins", "ports", "protocols", "rules"),
    *("screens", "sentences", "settings", "statements", "tables", "templates", "tests", "verbs"),
)
NO_ADJECTIVE = (
    "a|after|an|and|are|as|at|before|by|each|for|from|has|have|if|in|is|made|nor|of|on|or|other|the|to|with|without"
)
COUNT = re.compile(
    rf"(?<![\w.,/-])(?P<number>\d[\d,]*|(?:{'|'.join(NUMBERS)})(?:-(?:{'|'.join(WORDS[:9])}))?)"
    rf"\s+(?:(?!(?:{NO_ADJECTIVE})\b)[a-z-]+\s+){{0,2}}?(?:{'|'.join(NOUNS)})\b",
    re.IGNORECASE,
)


def find_counts(text: str) -> list[str]:
    """Return the phrases of a page's prose that count parts of the program, each in one line."""
    return [" ".join(match[0].split()) for match in COUNT.finditer(get_prose(text))]


def parse_number(phrase: str) -> int:
    """Return the number at the beginning of a phrase, written in digits or words."""
    word = phrase.split(maxsplit=1)[0].lower()
    if word[0].isdigit():
        return int(word.replace(",", ""))
    tens, _, ones = word.partition("-")
    return NUMBERS[tens] + (WORDS.index(ones) + 1 if ones else 0)


def count_lines(path: str) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def count_articles() -> int:
    """Return the number of shipped articles."""
    files = (ROOT / "src/anninh_core/profile/knowledge").glob("*.toml")
    return sum(len(tomllib.loads(file.read_text(encoding="utf-8"))["articles"]) for file in files)


def get_line_length() -> int:
    """Return the maximal length of a source line in columns."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return int(settings["tool"]["ruff"]["line-length"])


def count_examples(profile: str) -> int:
    """Return the number of examples of a Hypothesis profile."""
    return hypothesis.settings.get_profile(profile).max_examples


COUNTED: Mapping[tuple[str, str], Callable[[], int]] = {
    ("README.md", "15,237 hand-written sentences"): lambda: len(load_sentences()),
    ("CONTRIBUTING.md", "25 examples"): partial(count_examples, "anninh"),
    ("CONTRIBUTING.md", "100 examples"): partial(count_examples, "long"),
    ("CONTRIBUTING.md", "120 columns"): get_line_length,
    ("docs/explanation/redaction.md", "513 lines"): partial(count_lines, "training/redaction/held_out.jsonl"),
    ("docs/explanation/triage.md", "15,237 sentences"): lambda: len(load_sentences()),
    ("docs/howto/answer_questions.md", "36 articles"): count_articles,
    ("docs/howto/compose_commands.md", "50 commands"): lambda: MOST_COMMANDS,
}
"""The function that counts again, for each page and each phrase with a number. A number that readers don't need is left
out of the page instead.
"""

NO_CODE: Mapping[str, Sequence[str]] = {
    "CONTRIBUTING.md": ["350 lines"],
    "docs/explanation/audit.md": ["Ten acts"],
    "docs/explanation/limits.md": ["480 lines", "10,000 lines"],
    "docs/explanation/redaction.md": ["two lines"],
    "docs/explanation/threat_model.md": ["Two equal files"],
    "docs/explanation/triage.md": ["three settings", "three columns", "Seventy sentences"],
    "docs/howto/answer_data_requests.md": ["Three rules"],
    "docs/howto/run_on_zalo.md": ["2026 packages"],
    "docs/howto/write_a_messenger.md": ["two packages"],
    "docs/reference/commands.md": ["4 lines"],
}
"""The phrases of each page with a number that counts no code: limits, things listed in the same sentence, figures of
other projects.
"""


def iter_unlisted_counts(page: str, text: str) -> Iterator[str]:
    """Yield the phrases with a number on a page that are neither in `COUNTED` nor in `NO_CODE`."""
    for phrase in find_counts(text):
        if (page, phrase) not in COUNTED and phrase not in NO_CODE.get(page, ()):
            yield phrase


@pytest.mark.parametrize("page", PAGES)
def test_every_number_is_listed(page: str) -> None:
    """Every phrase with a number on a page is in `COUNTED` or in `NO_CODE`."""
    assert list(iter_unlisted_counts(page, PAGES[page])) == []


@pytest.mark.parametrize(("page", "phrase"), COUNTED)
def test_counted_numbers_are_right(page: str, phrase: str) -> None:
    """A number on a page equals the number that is counted in the code."""
    assert parse_number(phrase) == COUNTED[page, phrase]()


def test_listed_phrases_are_on_their_pages() -> None:
    """Each phrase in `COUNTED` and `NO_CODE` is on its page."""
    listed = [*COUNTED, *((page, phrase) for page, phrases in NO_CODE.items() for phrase in phrases)]
    assert [(page, phrase) for page, phrase in listed if phrase not in find_counts(PAGES[page])] == []


def test_numbers_are_found_in_prose() -> None:
    """Numbers in prose are found in digits and words, across lines, but not in blocks, versions and dates."""
    text = (
        "It has seven\nstatements, 1,530 files, twenty-one small modules.\n\n```text\n3 files\n```\nPython 3.11 files."
    )
    assert find_counts(text) == ["seven statements", "1,530 files", "twenty-one small modules"]
    assert [parse_number(phrase) for phrase in find_counts(text)] == [7, 1530, 21]
    assert list(iter_unlisted_counts("README.md", "15,237 hand-written sentences, four files")) == ["four files"]
    assert parse_number("120 columns") == get_line_length()
