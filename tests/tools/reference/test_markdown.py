"""What the reference takes from a docstring."""

from tools.reference.markdown import meanings


def test_what_a_class_says_comes_first() -> None:
    """A docstring's own word for a field, over several names and lines too."""
    doc = "A thing.\n\n    Attributes:\n        one, two: what\n            it is.\n        id: another.\n    "
    assert meanings(doc) == {"one": "what it is.", "two": "what it is.", "id": "another."}
