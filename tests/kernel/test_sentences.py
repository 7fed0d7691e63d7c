"""Sentences keep the parts that an interface needs, and show any text that isn't a template as it is."""

import copy
import pickle
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadInput, NotFound, Refused, RetryLater, StorageError, WrongStep
from anninh_core.kernel.sentences import Sentence, plain_text, sentence_of


class State(StrEnum):
    """A closed list."""

    RECEIVED = "received"


def test_a_sentence_is_its_english_text() -> None:
    """It can be compared, logged and searched as any text, and keeps template and values."""
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
def test_values_are_written_plainly(template: str, values: dict[str, object], text: str) -> None:
    """In English as programs and logs write them."""
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
def test_a_text_that_is_no_template_stays_as_it_is(text: str) -> None:
    """A plugin's error may hold braces; none of them is looked into."""
    assert Sentence(text) == text
    assert str(BadInput(text)) == text


def test_no_attribute_or_index_of_a_value_can_be_reached() -> None:
    """A template names values alone, whatever is given."""
    secret = NotFound("hidden")
    assert Sentence("{error.sentence}", error=secret) == "{error.sentence}"
    assert Sentence("{error[0]}", error=secret) == "{error[0]}"


@given(st.text())
def test_any_text_can_be_an_error(text: str) -> None:
    """Whatever a plugin raises is shown, unless it names an operation as ours do."""
    if "act" not in text:
        assert str(RetryLater(text)) == text


def test_fields_of_an_error_are_values_of_its_sentence() -> None:
    """`kind=`, `id=`, `permission=` and the like are named in the template and stay attributes."""
    error = NotFound("There is no {kind:record} {id!r}.", kind="unit", id="x")
    assert (str(error), error.kind, error.id) == ("There is no unit 'x'.", "unit", "x")
    refused = Refused("{officer} has no permission {permission}.", officer="lan", permission="tip.read", roles=("r",))
    assert (str(refused), refused.permission, refused.roles) == ("lan has no permission tip.read.", "tip.read", ("r",))


def test_an_error_names_the_argument_that_is_wrong() -> None:
    """So that a form marks its field."""
    error = BadInput("`{argument}` is empty: write it.", argument="reason")
    assert (str(error), error.argument) == ("`reason` is empty: write it.", "reason")


def test_an_error_survives_another_process() -> None:
    """Copied or pickled, it keeps its parts."""
    error = WrongStep("Tip {receipt} is {state}.", receipt="AB-1", state="received")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert str(again) == str(error)
        assert again.sentence.template == error.sentence.template
        assert again.sentence.values == error.sentence.values


def test_a_sentence_given_to_an_error_keeps_its_parts() -> None:
    """What another error said can be raised again."""
    first = StorageError("{path}: {reason}", path="a.db", reason="gone")
    assert RetryLater(first.sentence).sentence is first.sentence
    assert sentence_of(first) is first.sentence
    assert sentence_of(ValueError("foreign")) == "foreign"


def test_a_sentence_in_brackets_has_no_full_stop() -> None:
    """So that the sentence around it ends once; elsewhere it keeps its own."""
    inner = Sentence("Key {key} is gone.", key="k1")
    for reason in (inner, StorageError(inner)):
        assert (
            Sentence("It can't be opened ({reason}): ask.", reason=reason)
            == "It can't be opened (Key k1 is gone): ask."
        )
        assert Sentence("Not opened: {reason}.", reason=reason) == "Not opened: Key k1 is gone."
        assert Sentence("Not opened. {reason}", reason=reason) == "Not opened. Key k1 is gone."


def test_encoders_get_a_plain_text() -> None:
    """And nothing else passes by that way."""
    assert type(plain_text(Sentence("a {x}", x=1))) is str
    with pytest.raises(TypeError, match="int"):
        plain_text(1)
