"""Which part of a text is shown, and how closely it says what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.search.passages import Closeness, find_passage, rate_closeness, split_passages
from anninh_core.kernel.search.query import extract_terms, slang_terms
from anninh_core.kernel.text import nfc

SLANG = slang_terms({"k": "không", "dc": "được"})
TEXT = """Mang theo giấy tờ đang có.
Công dân từ đủ 14 tuổi phải làm thẻ. Mất thẻ thì báo ngay.
"""
WORDS = st.lists(st.sampled_from(["xóm", "xom", "3", "5", "k", "không", "Trộm", "hoà", "hòa", "."]), max_size=12)


def test_the_passage_has_most_of_the_words() -> None:
    """A line, or a few sentences of a long one, with the words that were asked for as they are written."""
    found = find_passage(TEXT, ["mat", "the"], SLANG)
    assert found.text == "Công dân từ đủ 14 tuổi phải làm thẻ. Mất thẻ thì báo ngay."
    assert found.matched == ("thẻ", "Mất")
    assert find_passage(TEXT, ["mat", "the"], SLANG, limit=30).text == "Mất thẻ thì báo ngay."
    assert find_passage("Nó k trả", ["khong"], SLANG).matched == ("k",)
    assert find_passage("", ["mat"], SLANG).text == ""
    assert find_passage("Xin chào\nXin lỗi", ["mat"], SLANG).text == "Xin chào"


def test_a_long_sentence_is_cut_around_what_was_found() -> None:
    """With an ellipsis where something is left out."""
    found = find_passage("chữ " * 100 + "trộm " + "chữ " * 100, ["trom"], SLANG, limit=60)
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert found.matched == ("trộm",)
    assert len(found.text) <= 62


def test_numbers_diacritics_and_neighbours_make_it_close() -> None:
    """In this order; diacritics count only where some were typed."""
    assert rate_closeness("ở xom 3", ["xóm", "3"], SLANG) == Closeness(numbers=1.0, exact=0.0, pairs=1.0)
    assert rate_closeness("3 người ở xóm", ["xóm", "3"], SLANG) == Closeness(numbers=0.0, exact=1.0, pairs=0.0)
    assert rate_closeness("phạm tội", ["tội"], SLANG) > rate_closeness("của tôi", ["tội"], SLANG)
    assert rate_closeness("phạm tội", ["toi"], SLANG) == rate_closeness("của tôi", ["toi"], SLANG)
    assert rate_closeness("thuý", ["thúy"], SLANG).exact == 1.0


@given(WORDS, WORDS, WORDS)
def test_what_was_typed_is_closest_to_itself(before: list[str], typed: list[str], after: list[str]) -> None:
    """A text that holds the words as they were typed is as close as can be, whatever stands around them."""
    close = rate_closeness(" ".join((*before, *typed, *after)), typed, SLANG)
    for other in (" ".join(before), " ".join(reversed(typed)), ""):
        assert rate_closeness(other, typed, SLANG) <= close
    assert all(0 <= share <= 1 for share in (close.numbers, close.exact, close.pairs))


@given(st.text(max_size=400), st.integers(20, 120))
def test_a_passage_is_a_part_of_its_text(text: str, limit: int) -> None:
    """Whatever is written: nothing is made up, and no line of it is lost among the passages."""
    found = find_passage(text, extract_terms(text)[:3], SLANG, limit=limit)
    spaced = " ".join(nfc(text).split())
    assert " ".join(found.text.strip("…").split()) in spaced or "…" in text
    assert "".join("".join(split_passages(text, limit)).split()) == "".join(nfc(text).split())


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("một hai trộm", 12, "một hai trộm"),
        ("một hai ba trộm", 20, "một hai ba trộm"),
        ("a b c d trộm ba bốn năm", 20, "a b c d trộm ba bốn …"),
        ("a b c d e trộm ba bốn năm", 20, "…c d e trộm ba bốn nă…"),
        ("không có gì ở đây cả", 10, "không có g…"),
        ("một hai trộm.", 12, "…hai trộm."),
        ("một hai ba bốn trộm xe máy", 20, "…ba bốn trộm xe máy"),
        ("trộm hai ba bốn năm sáu", 10, "trộm hai b…"),
        ("một trộm ba bốn năm sáu", 12, "một trộm ba …"),
        ("một hai trộm ba bốn năm", 16, "…hai trộm ba bốn …"),
        ("một hai trộm ba bốn năm", 17, "…hai trộm ba bốn n…"),
        ("một hai ba bốn năm trộm", 23, "một hai ba bốn năm trộm"),
        ("một hai ba bốn năm trộm", 22, "…bốn năm trộm"),
    ],
)
def test_a_passage_is_cut_just_so(text: str, limit: int, shown: str) -> None:
    """What fits stays whole; else it begins a quarter of the limit before the first word found, with a whole word."""
    assert find_passage(text, ["trom"], SLANG, limit=limit).text == shown


@pytest.mark.parametrize(
    ("typed", "closeness"),
    [
        (["xóm", "3", "trộm"], Closeness(numbers=1.0, exact=1.0, pairs=0.5)),
        (["xóm", "5", "trộm", "3"], Closeness(numbers=0.0, exact=1.0, pairs=0.0)),
        (["xóm", "ba", "trộm"], Closeness(numbers=0.0, exact=2 / 3, pairs=0.0)),
        (["xom", "3"], Closeness(numbers=1.0, exact=0.0, pairs=1.0)),
        (["trộm"], Closeness(numbers=0.0, exact=1.0, pairs=0.0)),
    ],
)
def test_closeness_is_counted_in_shares(typed: list[str], closeness: Closeness) -> None:
    """Of the numbers, of the words with their diacritics, and of the neighbours that were typed."""
    assert rate_closeness("ở xóm 3 có trộm", typed, SLANG) == closeness


def test_no_closeness_is_the_least() -> None:
    """Of nothing that was typed, nothing is there."""
    assert rate_closeness("xóm 3", [], SLANG) == Closeness() == Closeness(numbers=0.0, exact=0.0, pairs=0.0)


def test_a_word_that_says_more_draws_the_passage_to_it() -> None:
    """By its weight; the first of equals where nothing is weighed."""
    text = "mất xe ở chợ\nmất thẻ ở nhà"
    assert find_passage(text, ["mat", "xe", "the"], SLANG).text == "mất xe ở chợ"
    assert find_passage(text, ["mat", "xe", "the"], SLANG, weights={"the": 1.5}).text == "mất thẻ ở nhà"


@pytest.mark.parametrize(
    ("limit", "parts"),
    [
        (9, ("Một hai.", "Ba bốn.", "Năm.")),
        (15, ("Một hai.", "Ba bốn. Năm.")),
        (16, ("Một hai. Ba bốn.", "Năm.")),
        (20, ("Một hai. Ba bốn.", "Năm.")),
        (21, ("Một hai. Ba bốn. Năm.",)),
    ],
)
def test_a_line_is_split_between_sentences(limit: int, parts: tuple[str, ...]) -> None:
    """Pieces are of whole sentences and as long as they may be."""
    assert split_passages("Một hai. Ba bốn. Năm.", limit) == parts
