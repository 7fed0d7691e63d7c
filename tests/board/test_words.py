"""What the board says."""

import re
from functools import partial

import pytest
from tests.language.catalogue import stored

from anninh_core.app import App
from anninh_core.board.forms.act_table import BOARD, act_table, has_form
from anninh_core.board.words.page_words import PageWords
from anninh_core.language.catalogue import LANGUAGES, Language
from anninh_core.operations import Door
from anninh_core.operations.inputs import describe_inputs

_MESSAGE = re.compile(r'\b_\("(?:[^"\\]|\\.)*"')
_OF_WORDS = re.compile(r"\bw(?:\.(?!label\b|language\b)\w+|\[)")


def test_templates_write_messages_where_they_show_them() -> None:
    """A template has English messages, which the catalogue translates, and no Vietnamese of its own."""
    for file in BOARD.rglob("*.html"):
        text = _MESSAGE.sub("", file.read_text("utf-8"))
        assert not re.search(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", text), file
        assert not _OF_WORDS.search(text), file


def test_layout_fields_exist_in_operations(app: App) -> None:
    """Each act is an operation, and each field that its table declares is one that the operation takes."""
    operations = Door(app).operations
    for name, act in act_table().items():
        assert name in operations, name
        declared = set(act.get("fields", {}))
        assert declared <= {field.path for field in describe_inputs(operations[name])}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_act_and_each_input_has_a_label(app: App, language: Language) -> None:
    """No button and no field shows a name of the program."""
    words = PageWords(language)
    door = Door(app)
    operations = door.operations
    for name in filter(partial(has_form, door), act_table()):
        labels = [words.act(name), *(words.field(name, field.path) for field in describe_inputs(operations[name]))]
        assert [label for label in labels if not label or "_" in label] == [], name


def test_the_rules_of_a_group_have_one_name(app: App) -> None:
    """The profile calls them "nội quy"; a charter ("điều lệ") is what associations have."""
    texts = [*app.district.wording.values(), *(str(message.string) for message in stored())]
    assert [text for text in texts if "điều lệ" in text.lower()] == []


def test_keys_open_one_act() -> None:
    """No two acts of a subject have the same letter."""
    taken: dict[tuple[str, str], str] = {}
    for name, act in act_table().items():
        if letter := act.get("key"):
            subject = name.partition(".")[0]
            assert (subject, letter) not in taken, (name, taken.get((subject, letter)))
            assert letter not in "jk", name
            taken[subject, letter] = name
