"""A stored sentence keeps its parts beside the English text; older texts and damaged parts are read as texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import RetryLater
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.stored_sentences import pack_sentence, unpack_sentence

_VALUES = st.dictionaries(
    st.sampled_from(["count", "reason", "host"]), st.text(max_size=40) | st.integers() | st.booleans(), max_size=3
)


@given(_VALUES)
def test_parts_come_back(values: dict[str, object]) -> None:
    """The template and its values, also of a sentence within a sentence."""
    template = " ".join(f"{{{name}}}" for name in values) or "nothing"
    inner = Sentence(template, **values)
    outer = Sentence("Gave up after {count} attempts. {reason}", count=3, reason=inner)
    read = unpack_sentence(pack_sentence(outer, 500))
    assert read.template == outer.template
    assert str(read) == str(outer)


def test_a_sentence_without_values_stays_a_sentence_within_another() -> None:
    """So that both are translated when they are read; the sentence of an error too."""
    inner = Sentence("The bot's token isn't valid.")
    for reason in (inner, RetryLater(inner)):
        read = unpack_sentence(pack_sentence(Sentence("Gave up. {reason}", reason=reason), 500))
        assert isinstance(read.values["reason"], Sentence)
        assert str(read) == "Gave up. The bot's token isn't valid."


def test_an_operation_is_named_when_it_is_read() -> None:
    """A template that names an operation and no value keeps it: each interface has its own name for it."""
    told = Sentence("See {act:duty.alarms}.")
    assert unpack_sentence(pack_sentence(told, 500)).template == told.template


def test_values_that_the_template_does_not_name_are_not_stored() -> None:
    """An error has more of them, such as how long to wait."""
    assert pack_sentence(RetryLater("mail.example: no connection").sentence, 500) == "mail.example: no connection"


def test_the_first_line_is_english() -> None:
    """Whoever reads the database, or an older version, sees the sentence."""
    packed = pack_sentence(Sentence("{failure}: {reason}", failure="RecipientUnreachable", reason="blocked\nnow"), 500)
    assert packed.startswith("RecipientUnreachable: blocked now\n")


@pytest.mark.parametrize("text", ["", "gave up after 3 tries: Zalo: too many", "name\n{not json", 'x\n{"template": 1}'])
def test_other_texts_are_read_as_they_are(text: str) -> None:
    """Of older rows, of plugins, and of rows that were cut off."""
    assert unpack_sentence(text) == text.partition("\n")[0]


def test_a_long_sentence_is_cut_and_its_parts_stay() -> None:
    """The limit is for the English text."""
    packed = pack_sentence(Sentence("{reason}", reason="x" * 900), 500)
    assert len(packed.partition("\n")[0]) == 500
    assert unpack_sentence(packed) == "x" * 900
