"""What older versions stored whole is read as a sentence of today; anything else stays as it is."""

import re

import pytest
from tests.language.templates import iter_templates

from anninh_core.language.catalogue import translate
from anninh_core.language.old_sentences import old_sentence_table, read_old_sentence
from anninh_core.language.phrasing import Phrasing

VALUE = re.compile(r"\{([a-z_]+)[^}]*\}")


def test_each_leads_to_a_template_of_today() -> None:
    """One that is no longer in the code would have no translation."""
    templates = {template.text for template in iter_templates()}
    assert [new for new in old_sentence_table().values() if new not in templates] == []


@pytest.mark.parametrize("old", [*old_sentence_table()])
def test_each_is_recognised_with_its_values(old: str) -> None:
    """Filled in, it is the sentence of today with the same values, in Vietnamese too."""
    new = old_sentence_table()[old]
    read = read_old_sentence(old.replace("{failure}", "Unsupported").replace("{", "").replace("}", ""))
    assert read.template == new
    assert set(read.values) == set(VALUE.findall(old))
    assert translate(new, "vi")


def test_a_stored_failure_is_shown_in_vietnamese() -> None:
    """With the class, the tries and the platform's code, one within the other."""
    stored = "gave up after 9 tries: Zalo: the access token isn't valid (code -216)"
    assert Phrasing("vi").sentence(stored) == ("Đã thôi sau 9 lần thử. Zalo: token truy cập không hợp lệ (mã -216).")
    assert Phrasing("en").sentence(stored) == stored


@pytest.mark.parametrize("text", ["", "no credit left", "Zalo: {broken", "Der Empfänger fehlt."])
def test_other_texts_stay(text: str) -> None:
    """Of plugins, and of platforms."""
    assert Phrasing("vi").sentence(text) == text
