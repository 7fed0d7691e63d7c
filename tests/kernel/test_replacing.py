"""A field set anew, quickly."""

from attrs import evolve, field, frozen

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

    id: str
    words: str = ""


def test_a_plain_record_is_copied() -> None:
    """The one that was there stays as it is."""
    plain = Plain("a", "một")
    assert replacer(Plain, "words")(plain, "hai") == evolve(plain, words="hai") == Plain("a", "hai")
    assert plain == Plain("a", "một")
