"""A stored sentence has its template and values after its English text; older texts and damaged rows are read as plain
text.
"""

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
def test_template_and_values_are_read_back(values: dict[str, object]) -> None:
    """The template and values of a stored sentence are read back, also of a nested sentence."""
    template = " ".join(f"{{{name}}}" for name in values) or "nothing"
    inner = Sentence(template, **values)
    outer = Sentence("Gave up after {count} attempts. {reason}", count=3, reason=inner)
    unpacked = unpack_sentence(pack_sentence(outer, 500))
    assert unpacked.template == outer.template
    assert str(unpacked) == str(outer)


def test_nested_sentence_without_values_stays_one() -> None:
    """A nested sentence without values is read back as a sentence, also if it is the sentence of an error, so that it
    is translated too.
    """
    inner = Sentence("The bot's token isn't valid.")
    for reason in (inner, RetryLater(inner)):
        unpacked = unpack_sentence(pack_sentence(Sentence("Gave up. {reason}", reason=reason), 500))
        assert isinstance(unpacked.values["reason"], Sentence)
        assert str(unpacked) == "Gave up. The bot's token isn't valid."


def test_operation_placeholder_is_stored() -> None:
    """A template that names an operation is stored, since each interface has its own name for the operation."""
    sentence = Sentence("See {act:duty.alarms}.")
    assert unpack_sentence(pack_sentence(sentence, 500)).template == sentence.template


def test_values_that_the_template_does_not_name_are_not_stored() -> None:
    """Values that the template doesn't name, such as an error's waiting time, aren't stored."""
    assert pack_sentence(RetryLater("mail.example: no connection").sentence, 500) == "mail.example: no connection"


def test_the_first_line_is_english() -> None:
    """The first line of a stored sentence is its English text, for readers of the database and older versions."""
    packed = pack_sentence(Sentence("{failure}: {reason}", failure="RecipientUnreachable", reason="blocked\nnow"), 500)
    assert packed.startswith("RecipientUnreachable: blocked now\n")


@pytest.mark.parametrize("text", ["", "gave up after 3 tries: Zalo: too many", "name\n{not json", 'x\n{"template": 1}'])
def test_other_texts_are_read_as_they_are(text: str) -> None:
    """Texts of older rows, of plugins and of damaged rows are read as plain text."""
    assert unpack_sentence(text) == text.partition("\n")[0]


def test_a_long_sentence_is_cut_and_its_parts_stay() -> None:
    """A limit on the length of a stored sentence cuts its English text and not its stored values."""
    packed = pack_sentence(Sentence("{reason}", reason="x" * 900), 500)
    assert len(packed.partition("\n")[0]) == 500
    assert unpack_sentence(packed) == "x" * 900
