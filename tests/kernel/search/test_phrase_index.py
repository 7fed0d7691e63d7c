"""Searching for many phrases at once gives the same hits as searching for each phrase alone."""

from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.search.phrase_index import PhraseIndex
from anninh_core.kernel.text import contains_phrase

TEXTS = st.lists(st.sampled_from(["co", "trom", "xe", "b'lao", "lao", "|", "?", "_", "'", "no"]), max_size=8).map(
    " ".join
)
PHRASES = st.lists(TEXTS, max_size=6)


@given(TEXTS | st.text(max_size=20), st.dictionaries(st.sampled_from("abc"), PHRASES | st.lists(st.text(max_size=4))))
def test_index_equals_single_searches(text: str, lists: dict[str, list[str]]) -> None:
    """For each list of phrases, the index returns those that the text has as whole words, in the order of the list."""
    one_by_one = {
        name: [phrase for phrase in phrases if contains_phrase(text, phrase)] for name, phrases in lists.items()
    }
    assert PhraseIndex(lists).find_phrases(text) == {name: hits for name, hits in one_by_one.items() if hits}


def test_phrase_matches_whole_words_only() -> None:
    """Parts of words are no hit, and a list without hits isn't returned."""
    index = PhraseIndex({"fire": ["chay nha", "lua"], "theft": ["trom"]})
    assert index.find_phrases("chay nha o xom 2, lua lon") == {"fire": ["chay nha", "lua"]}
    assert index.find_phrases("chay nhanh len") == {}
