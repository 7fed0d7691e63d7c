"""A field set anew, quickly."""

import pytest
from attrs import evolve, field, frozen

from anninh_core.kernel import replacing
from anninh_core.kernel.replacing import replacer


def _strip(words: str) -> str:
    return words.strip()


@frozen(kw_only=True)
class Row:
    """A record with a field that the outside calls otherwise, and one that follows from others."""

    _id: str
    words: str = field(converter=_strip)
    count: int = 0
    length: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.words))


def test_it_does_as_evolve_does() -> None:
    """Converters run, aliases are known, and what follows from the field follows anew."""
    row = Row(id="a", words="một", count=3)
    assert (
        replacer(Row, "words")(row, "  hai ba ")
        == evolve(row, words="  hai ba ")
        == Row(id="a", words="hai ba", count=3)
    )
    assert replacer(Row, "_id")(row, "b") == evolve(row, id="b")


@frozen
class Plain:
    """A record of nothing but fields."""

    words: str
    id: str
    place: str = ""


def test_a_plain_record_is_copied() -> None:
    """The one that was there stays as it is."""
    plain = Plain("một", "a")
    assert replacer(Plain, "words")(plain, "hai") == evolve(plain, words="hai") == Plain("hai", "a")
    assert replacer(Plain, "place")(plain, "xóm 3") == Plain("một", "a", "xóm 3")
    assert replacer(Plain, "id")(plain, "b") == evolve(plain, id="b") == Plain("một", "b")
    assert plain == Plain("một", "a")


def _refuse_empty(words: str) -> None:
    if not words:
        raise ValueError("no words")


@frozen
class Validated:
    """A record that is asked about one field."""

    id: str
    words: str = field(validator=lambda _, __, words: _refuse_empty(words))


@frozen
class Checked:
    """A record that looks at itself when it is whole."""

    id: str
    words: str

    def __attrs_post_init__(self) -> None:
        _refuse_empty(self.words)


@frozen
class Counted:
    """A record with a field of its own making."""

    words: str
    id: str
    kind: str = field(default="counted", init=False)


@frozen(slots=False)
class Loose:
    """A record with a place for anything."""

    words: str
    id: str


@pytest.mark.parametrize("cls", [Validated, Checked])
def test_no_check_is_passed_by(cls: type[Validated | Checked]) -> None:
    """What a record refuses when it is made, it refuses here."""
    assert replacer(cls, "words")(cls("a", "một"), "hai") == cls("a", "hai")
    with pytest.raises(ValueError, match="no words"):
        replacer(cls, "words")(cls("a", "một"), "")


@pytest.mark.parametrize("cls", [Counted, Loose])
def test_records_of_all_kinds_are_replaced(cls: type[Counted | Loose]) -> None:
    """Those with fields that nobody sets, and those without slots."""
    assert replacer(cls, "words")(cls("một", "a"), "hai") == cls("hai", "a")
    assert replacer(cls, "id")(cls("một", "a"), "b") == cls("một", "b")


@pytest.mark.parametrize("cls", [Plain, Loose])
def test_a_field_that_a_record_has_not_is_refused(cls: type[Plain | Loose]) -> None:
    """As `attrs.evolve` does, whether records of the class are copied or made anew."""
    assert replacing.evolve(cls("một", "a"), words="hai", id="b") == cls("hai", "b")
    with pytest.raises(TypeError, match="place_of_birth"):
        replacing.evolve(cls("một", "a"), place_of_birth="Ninh Bình")  # type: ignore[call-arg]  # that is the point
