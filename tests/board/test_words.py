"""Texts of the board."""

import re
from functools import partial

import pytest
from tests.language.catalogue import read_catalogue

from anninh_core.app import App
from anninh_core.board.forms.act_table import BOARD, has_form, load_act_table
from anninh_core.board.words.page_words import PageWords
from anninh_core.language.catalogue import LANGUAGES, Language
from anninh_core.operations import OperationGateway
from anninh_core.operations.inputs import describe_inputs

_MESSAGE = re.compile(r'\b_\("(?:[^"\\]|\\.)*"')
_OF_WORDS = re.compile(r"\bw(?:\.(?!label\b|language\b)\w+|\[)")


def test_templates_contain_no_vietnamese() -> None:
    """Templates contain English messages, which the catalogue translates, and no Vietnamese text."""
    for file in BOARD.rglob("*.html"):
        text = _MESSAGE.sub("", file.read_text("utf-8"))
        assert not re.search(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", text), file
        assert not _OF_WORDS.search(text), file


def test_layout_fields_exist_in_operations(app: App) -> None:
    """Each act of the layout is an operation, and each declared field is a field of that operation."""
    operations = OperationGateway(app).operations
    for name, act in load_act_table().items():
        assert name in operations, name
        declared = set(act.get("fields", {}))
        assert declared <= {field.path for field in describe_inputs(operations[name])}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_act_and_each_input_has_a_label(app: App, language: Language) -> None:
    """No button or field shows a name from the code instead of a label."""
    words = PageWords(language)
    gateway = OperationGateway(app)
    operations = gateway.operations
    for name in filter(partial(has_form, gateway), load_act_table()):
        labels = [words.act(name), *(words.field(name, field.path) for field in describe_inputs(operations[name]))]
        assert [label for label in labels if not label or "_" in label] == [], name


def test_group_rules_have_one_name(app: App) -> None:
    """A group's rules are called "nội quy" everywhere; "điều lệ" is the charter of an association."""
    texts = [*app.district.wording.values(), *(str(message.string) for message in read_catalogue())]
    assert [text for text in texts if "điều lệ" in text.lower()] == []


def test_shortcuts_are_unique_per_subject() -> None:
    """No two acts of a subject have the same keyboard shortcut."""
    act_by_key: dict[tuple[str, str], str] = {}
    for name, act in load_act_table().items():
        if letter := act.get("key"):
            subject = name.partition(".")[0]
            assert (subject, letter) not in act_by_key, (name, act_by_key.get((subject, letter)))
            assert letter not in "jk", name
            act_by_key[subject, letter] = name
