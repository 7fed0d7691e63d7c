"""What the reference takes from a docstring."""

from tools.reference.markdown import read_attribute_meanings


def test_attribute_meanings_are_read() -> None:
    """A docstring's `Attributes` give the meanings of fields, also for several names at once and over several lines."""
    doc = "A thing.\n\n    Attributes:\n        one, two: what\n            it is.\n        id: another.\n    "
    assert read_attribute_meanings(doc) == {"one": "what it is.", "two": "what it is.", "id": "another."}
