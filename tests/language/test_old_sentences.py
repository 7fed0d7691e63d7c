"""Sentences that older versions stored as plain text are read as current sentences; other texts stay unchanged."""

import re

import pytest
from tests.language.templates import iter_templates

from anninh_core.language.catalogue import translate
from anninh_core.language.old_sentences import load_old_sentence_table, read_old_sentence
from anninh_core.language.phrasing import Phrasing

VALUE = re.compile(r"\{([a-z_]+)[^}]*\}")


def test_old_sentences_map_to_current_templates() -> None:
    """Every old sentence maps to a template that the code still has, since any other template would have no
    translation.
    """
    templates = {template.text for template in iter_templates()}
    assert [new for new in load_old_sentence_table().values() if new not in templates] == []


@pytest.mark.parametrize("old", [*load_old_sentence_table()])
def test_old_sentence_keeps_its_values(old: str) -> None:
    """A stored old sentence is read as the current template with the same values, and has a Vietnamese translation."""
    new = load_old_sentence_table()[old]
    sentence = read_old_sentence(old.replace("{failure}", "Unsupported").replace("{", "").replace("}", ""))
    assert sentence.template == new
    assert set(sentence.values) == set(VALUE.findall(old))
    assert translate(new, "vi")


def test_a_stored_failure_is_shown_in_vietnamese() -> None:
    """A stored failure is shown in Vietnamese, with its nested reason, number of attempts and platform code."""
    stored = "gave up after 9 tries: Zalo: the access token isn't valid (code -216)"
    assert Phrasing("vi").sentence(stored) == ("Đã thôi sau 9 lần thử. Zalo: token truy cập không hợp lệ (mã -216).")
    assert Phrasing("en").sentence(stored) == stored


@pytest.mark.parametrize("text", ["", "no credit left", "Zalo: {broken", "Der Empfänger fehlt."])
def test_foreign_texts_stay(text: str) -> None:
    """Texts of plugins and platforms stay unchanged."""
    assert Phrasing("vi").sentence(text) == text
