"""A sentence keeps its template and values, so that interfaces can translate it; text that isn't a template is shown
unchanged.
"""

import copy
import pickle
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput, NotFound, Refused, RetryLater, StorageError, WrongStep
from anninh_core.kernel.sentences import Sentence, encode_sentence, get_error_sentence


class State(StrEnum):
    """A closed list of values, as an example."""

    RECEIVED = "received"


def test_a_sentence_is_its_english_text() -> None:
    """A sentence equals its English text and keeps its template and values."""
    sentence = Sentence("Tip {receipt} is {state}: triage it first.", receipt="AB-1", state=State.RECEIVED)
    assert sentence == "Tip AB-1 is received: triage it first."
    assert sentence.template == "Tip {receipt} is {state}: triage it first."
    assert sentence.values == {"receipt": "AB-1", "state": State.RECEIVED}


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{unit!r} has no duty", {"unit": "hoa-lu"}, "'hoa-lu' has no duty"),
        ("{count:,} bytes", {"count": 1234567}, "1,234,567 bytes"),
        ("on {day}", {"day": date(2026, 12, 2)}, "on 2026-12-02"),
        ("at {at}", {"at": datetime(2026, 12, 2, 1, tzinfo=UTC)}, "at 2026-12-02 08:00"),
        ("one of {allowed}", {"allowed": ("a", State.RECEIVED)}, "one of a, received"),
        ("one of {allowed}", {"allowed": ()}, "one of none"),
        ("{reasons}", {"reasons": (Sentence("a {x}", x=1), Sentence("b"))}, "a 1; b"),
        ("{kind:record} {id}", {"kind": "tip", "id": "t1"}, "tip t1"),
        ("use {act:tips.triage}", {}, "use `tips.triage`"),
        ("see {see:act}", {"see": "tips.list"}, "see `tips.list`"),
        ("write {{ and }} around {name}", {"name": "x"}, "write { and } around x"),
    ],
)
def test_values_are_written_in_plain_english(template: str, values: dict[str, object], text: str) -> None:
    """The values in a sentence are written in English, as in logs."""
    assert Sentence(template, **values) == text


@pytest.mark.parametrize(
    "text",
    [
        '{"error": -201, "message": "no"}',
        "50 % of {everything}",
        "{unbalanced",
        "{0} and {}",
        "{error.args}",
        "{error[0]}",
        "{{doubled}}",
    ],
)
def test_text_that_is_no_template_stays(text: str) -> None:
    """Text that isn't a valid template, such as a plugin's error with braces, stays unchanged."""
    assert Sentence(text) == text
    assert str(BadInput(text)) == text


def test_templates_reach_no_attributes_or_indexes() -> None:
    """A template can name values, but not their attributes or indexes."""
    secret = NotFound("hidden")
    assert Sentence("{error.sentence}", error=secret) == "{error.sentence}"
    assert Sentence("{error[0]}", error=secret) == "{error[0]}"


@given(st.text())
def test_any_text_can_be_an_error(text: str) -> None:
    """The text of any error is shown unchanged, unless it names an operation in the library's placeholder syntax."""
    if "act" not in text:
        assert str(RetryLater(text)) == text


def test_fields_of_an_error_are_values_of_its_sentence() -> None:
    """Arguments of an error such as `kind=`, `id=` and `permission=` are values of its sentence and attributes of the
    error.
    """
    error = NotFound("There is no {kind:record} {id!r}.", kind="unit", id="x")
    assert (str(error), error.kind, error.id) == ("There is no unit 'x'.", "unit", "x")
    refused = Refused("{officer} has no permission {permission}.", officer="lan", permission="tip.read", roles=("r",))
    assert (str(refused), refused.permission, refused.roles) == ("lan has no permission tip.read.", "tip.read", ("r",))


def test_an_error_names_the_argument_that_is_wrong() -> None:
    """An error names the wrong argument, so that a form can mark its field."""
    error = BadInput("`{argument}` is empty: write it.", argument="reason")
    assert (str(error), error.argument) == ("`reason` is empty: write it.", "reason")


def test_copied_error_keeps_its_parts() -> None:
    """A copied or pickled error keeps its template and values."""
    error = WrongStep("Tip {receipt} is {state}.", receipt="AB-1", state="received")
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert str(copied) == str(error)
        assert copied.sentence.template == error.sentence.template
        assert copied.sentence.values == error.sentence.values


def test_reused_sentence_keeps_its_parts() -> None:
    """An error raised with another error's sentence keeps that sentence's template and values."""
    first = StorageError("{path}: {reason}", path="a.db", reason="gone")
    assert RetryLater(first.sentence).sentence is first.sentence
    assert get_error_sentence(first) is first.sentence
    assert get_error_sentence(ValueError("foreign")) == "foreign"


def test_a_sentence_in_brackets_has_no_full_stop() -> None:
    """A sentence that is inserted in brackets loses its full stop; inserted at the end it keeps it."""
    inner = Sentence("Key {key} is gone.", key="k1")
    for reason in (inner, StorageError(inner)):
        assert (
            Sentence("It can't be opened ({reason}): ask.", reason=reason)
            == "It can't be opened (Key k1 is gone): ask."
        )
        assert Sentence("Not opened: {reason}.", reason=reason) == "Not opened: Key k1 is gone."
        assert Sentence("Not opened. {reason}", reason=reason) == "Not opened. Key k1 is gone."


def test_encoders_get_plain_strings() -> None:
    """`encode_sentence` returns a sentence as a plain `str` for encoders, and refuses other types."""
    assert type(encode_sentence(Sentence("a {x}", x=1))) is str
    with pytest.raises(TypeError, match="int"):
        encode_sentence(1)
