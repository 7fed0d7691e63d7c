"""What the board says."""

import re
import unicodedata
from pathlib import Path

import pytest

from anninh_core.app import App
from anninh_core.board.words.catalogue import BOARD, LANGUAGES, Language, act_table, every_text, labels, words_for
from anninh_core.board.words.families import FAMILIES
from anninh_core.door import Door
from anninh_core.door.inputs import describe_inputs
from anninh_core.usecase import Actor

_WORD = re.compile(r"\bw\.(?!say\b|label\b|language\b|get\b)([a-z_]+)")
_SAID = re.compile(r"""\bw\.say\(["']([a-z_]+)["']""")
_CODE_WORD = re.compile(r"""page\.words(?:\.say\(|\[)["']([a-z_]+)["']""")


def test_both_languages() -> None:
    """Each entry has words in each language, the same values put in, and is NFC."""
    for where, entry in every_text():
        assert set(entry) == set(LANGUAGES), where
        assert all(entry.values()), where
        assert set(re.findall(r"{\w+}", entry["vi"])) == set(re.findall(r"{\w+}", entry["en"])), where
        assert all(unicodedata.is_normalized("NFC", text) for text in entry.values()), where


def _sources() -> list[Path]:
    return [*sorted(BOARD.rglob("*.html")), *sorted(BOARD.rglob("*.py"))]


@pytest.mark.parametrize("file", _sources(), ids=lambda file: str(file.relative_to(BOARD)))
def test_words_are_there(file: Path) -> None:
    """Each word that a page asks for stands in its table or in the shared one."""
    words = words_for(file.parent.relative_to(BOARD).as_posix(), "vi")
    text = file.read_text("utf-8")
    patterns = (_WORD, _SAID) if file.suffix == ".html" else (_CODE_WORD,)
    missing = {key for pattern in patterns for key in pattern.findall(text) if key not in words}
    assert not missing


def test_no_sentence_in_templates() -> None:
    """No template has Vietnamese words of its own: they stand in the tables."""
    for file in BOARD.rglob("*.html"):
        assert not re.search(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", file.read_text("utf-8")), file


def test_acts(app: App) -> None:
    """Each act is an operation, and each field that its table tells of is one that the operation takes."""
    operations = Door(app).operations
    for name, act in act_table().items():
        assert name in operations, name
        told = set(act.get("fields", {}))
        assert told <= {one.path for one in describe_inputs(operations[name])}, name


def test_the_rules_of_a_group_have_one_name(app: App) -> None:
    """The profile calls them "nội quy"; a charter ("điều lệ") is what associations have."""
    said = [*app.district.wording.values(), *(str(entry) for _, entry in every_text())]
    assert [text for text in said if "điều lệ" in text.lower()] == []


def test_keys_open_one_act() -> None:
    """No two acts of a subject have the same letter."""
    taken: dict[tuple[str, str], str] = {}
    for name, act in act_table().items():
        if letter := act.get("key"):
            subject = name.partition(".")[0]
            assert (subject, letter) not in taken, (name, taken.get((subject, letter)))
            assert letter not in "jk", name
            taken[subject, letter] = name


@pytest.mark.parametrize("language", LANGUAGES)
def test_closed_lists_are_called_as_the_profile_calls_them(app: App, officer: Actor, language: Language) -> None:
    """Each list of records is one of the profile's, and none stands among the board's own too."""
    told = app.units.labels(officer, language=language).families
    assert {*FAMILIES.values()} <= told.keys()
    assert FAMILIES.keys().isdisjoint(labels())
