"""A search shows the passage of a text that fits the query best, and rates how close the text is to the query."""

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
    """The passage is the line, or the sentences of a long line, with most of the query's words; the words are returned
    as they are written in the text.
    """
    passage = find_passage(TEXT, ["mat", "the"], SLANG)
    assert passage.text == "Công dân từ đủ 14 tuổi phải làm thẻ. Mất thẻ thì báo ngay."
    assert passage.matched == ("thẻ", "Mất")
    assert find_passage(TEXT, ["mat", "the"], SLANG, limit=30).text == "Mất thẻ thì báo ngay."
    assert find_passage("Nó k trả", ["khong"], SLANG).matched == ("k",)
    assert find_passage("", ["mat"], SLANG).text == ""
    assert find_passage("Xin chào\nXin lỗi", ["mat"], SLANG).text == "Xin chào"


def test_long_sentence_is_cut_around_the_hit() -> None:
    """A long sentence is cut around the hit, with an ellipsis for each omitted part."""
    passage = find_passage("chữ " * 100 + "trộm " + "chữ " * 100, ["trom"], SLANG, limit=60)
    assert passage.text.startswith("…")
    assert passage.text.endswith("…")
    assert passage.matched == ("trộm",)
    assert len(passage.text) <= 62


def test_closeness_ranks_numbers_diacritics_and_pairs() -> None:
    """For closeness to a query, numbers count before diacritics, and diacritics before neighbouring words; diacritics
    count only if some were typed.
    """
    assert rate_closeness("ở xom 3", ["xóm", "3"], SLANG) == Closeness(numbers=1.0, exact=0.0, pairs=1.0)
    assert rate_closeness("3 người ở xóm", ["xóm", "3"], SLANG) == Closeness(numbers=0.0, exact=1.0, pairs=0.0)
    assert rate_closeness("phạm tội", ["tội"], SLANG) > rate_closeness("của tôi", ["tội"], SLANG)
    assert rate_closeness("phạm tội", ["toi"], SLANG) == rate_closeness("của tôi", ["toi"], SLANG)
    assert rate_closeness("thuý", ["thúy"], SLANG).exact == 1.0


@given(WORDS, WORDS, WORDS)
def test_exact_query_is_closest(before: list[str], typed: list[str], after: list[str]) -> None:
    """A text that has the words as they were typed is at least as close as any other, whatever surrounds them."""
    close = rate_closeness(" ".join((*before, *typed, *after)), typed, SLANG)
    for other in (" ".join(before), " ".join(reversed(typed)), ""):
        assert rate_closeness(other, typed, SLANG) <= close
    assert all(0 <= share <= 1 for share in (close.numbers, close.exact, close.pairs))


@given(st.text(max_size=400), st.integers(20, 120))
def test_a_passage_is_a_part_of_its_text(text: str, limit: int) -> None:
    """For any text, a passage is a part of it, and all passages together are the whole text."""
    passage = find_passage(text, extract_terms(text)[:3], SLANG, limit=limit)
    spaced = " ".join(nfc(text).split())
    assert " ".join(passage.text.strip("…").split()) in spaced or "…" in text
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
def test_passage_is_cut_at_whole_words(text: str, limit: int, shown: str) -> None:
    """A text within the limit stays whole; otherwise the passage begins a quarter of the limit before the first hit,
    with a whole word.
    """
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
def test_closeness_consists_of_shares(typed: list[str], closeness: Closeness) -> None:
    """Closeness consists of three shares of the query: its numbers, its words with their diacritics, and its
    neighbouring pairs of words.
    """
    assert rate_closeness("ở xóm 3 có trộm", typed, SLANG) == closeness


def test_empty_query_has_least_closeness() -> None:
    """An empty query has the least closeness."""
    assert rate_closeness("xóm 3", [], SLANG) == Closeness() == Closeness(numbers=0.0, exact=0.0, pairs=0.0)


def test_weights_decide_the_passage() -> None:
    """The word with the highest weight decides the passage; without weights the first of equal passages is shown."""
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
    """A line is split into pieces of whole sentences, each as long as the limit allows."""
    assert split_passages("Một hai. Ba bốn. Năm.", limit) == parts
