"""Fast replacement of one field of a record."""

import pytest
from attrs import evolve, field, frozen

from anninh_core.kernel import replacing
from anninh_core.kernel.replacing import replacer


def _strip(words: str) -> str:
    return words.strip()


@frozen(kw_only=True)
class Row:
    """A record with an alias, a converter and a computed field."""

    _id: str
    words: str = field(converter=_strip)
    count: int = 0
    length: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.words))


def test_replacer_equals_evolve() -> None:
    """A replacement runs converters, accepts aliases and updates computed fields, like `attrs.evolve`."""
    row = Row(id="a", words="một", count=3)
    assert (
        replacer(Row, "words")(row, "  hai ba ")
        == evolve(row, words="  hai ba ")
        == Row(id="a", words="hai ba", count=3)
    )
    assert replacer(Row, "_id")(row, "b") == evolve(row, id="b")


@frozen
class Plain:
    """A record without converters, validators or computed fields."""

    words: str
    id: str
    place: str = ""


def test_a_plain_record_is_copied() -> None:
    """Replacing a field of a plain record returns a copy and leaves the original unchanged."""
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
    """A record with a validator."""

    id: str
    words: str = field(validator=lambda _, __, words: _refuse_empty(words))


@frozen
class Checked:
    """A record with a check in `__attrs_post_init__`."""

    id: str
    words: str

    def __attrs_post_init__(self) -> None:
        _refuse_empty(self.words)


@frozen
class Counted:
    """A record with a field that the constructor doesn't take."""

    words: str
    id: str
    kind: str = field(default="counted", init=False)


@frozen(slots=False)
class Loose:
    """A record without slots."""

    words: str
    id: str


@pytest.mark.parametrize("cls", [Validated, Checked])
def test_replacement_runs_all_checks(cls: type[Validated | Checked]) -> None:
    """A replacement runs the same checks as the constructor."""
    assert replacer(cls, "words")(cls("a", "một"), "hai") == cls("a", "hai")
    with pytest.raises(ValueError, match="no words"):
        replacer(cls, "words")(cls("a", "một"), "")


@pytest.mark.parametrize("cls", [Counted, Loose])
def test_records_of_all_kinds_are_replaced(cls: type[Counted | Loose]) -> None:
    """Fields are replaced in records with constant fields and in records without slots."""
    assert replacer(cls, "words")(cls("một", "a"), "hai") == cls("hai", "a")
    assert replacer(cls, "id")(cls("một", "a"), "b") == cls("một", "b")


@pytest.mark.parametrize("cls", [Plain, Loose])
def test_unknown_field_is_refused(cls: type[Plain | Loose]) -> None:
    """An unknown field is refused as by `attrs.evolve`, for all kinds of records."""
    assert replacing.evolve(cls("một", "a"), words="hai", id="b") == cls("hai", "b")
    with pytest.raises(TypeError, match="place_of_birth"):
        replacing.evolve(cls("một", "a"), place_of_birth="Ninh Bình")  # type: ignore[call-arg]  # that is the point
