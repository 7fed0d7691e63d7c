"""What would find nothing, or everything, in silence is refused where a program calls a verb itself."""

from collections.abc import Callable, Iterator
from enum import Enum

import pytest

from anninh_core import Composition
from anninh_core.app import App
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import BadInput
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.argument_readers import LONGEST_PAGE, readers_of
from anninh_core.usecase.arguments import Limit


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    with memory_app() as made:
        yield made


@pytest.fixture(scope="module")
def officer(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "moderator", "board_admin")


@pytest.fixture(params=["tips", "inquiries", "content", "moderation"])
def listing(app: App, request: pytest.FixtureRequest) -> Callable[..., object]:
    found: Callable[..., object] = getattr(app, request.param).list
    return found


def test_an_unknown_state_is_refused(listing: Callable[..., object], officer: Actor) -> None:
    """It isn't an empty list: the sentence names the value, and what there is."""
    with pytest.raises(BadInput, match=r"There is no state 'nonsense': choose one of \w+, "):
        listing(officer, state="nonsense")


@pytest.mark.parametrize("limit", [0, -1, LONGEST_PAGE + 1, 100_000, True, "50"])
def test_a_page_that_is_none_is_refused(listing: Callable[..., object], officer: Actor, limit: object) -> None:
    """Too few, too many, or no number."""
    with pytest.raises(BadInput, match=f"A page can't have {limit!r} records: ask for 1 to 10000"):
        listing(officer, limit=limit)


def test_what_was_taken_before_is_taken(app: App, officer: Actor) -> None:
    """A state as its member, as its word, and none at all; a page as long as any is."""
    for state in (TipState.RECEIVED, "received", None):
        assert app.tips.list(officer, state=state, limit=LONGEST_PAGE).items == ()


def test_a_list_of_failures_is_no_exception(app: App, officer: Actor) -> None:
    """What isn't paged by the storage is checked, too."""
    with pytest.raises(BadInput, match="records: ask for 1 to"):
        app.failures.troubles(officer, limit=-1)


class _Colour(Enum):
    RED = "red"


def test_arguments_are_checked_by_place_and_by_name() -> None:
    """Those that have neither a limit nor members aren't checked at all."""

    def body(self: object, session: object, text: str, colour: _Colour | None = None, *, limit: Limit = 1) -> None: ...

    read = readers_of(body)
    assert [(reader.name, reader.position) for reader in read.readers] == [("colour", 1), ("limit", -1)]
    assert read.apply(("x", "red"), {"limit": 5}) == ("x", _Colour.RED)
    assert read.apply(("x", None), {}) == ("x", None)
    by_name: dict[str, object] = {"colour": "red"}
    assert read.apply((), by_name) == ()
    assert by_name == {"colour": _Colour.RED}
    with pytest.raises(BadInput, match="There is no colour 'blue': choose one of red"):
        read.apply(("x", "blue"), {})


def test_an_enumeration_is_accepted_by_its_value(app: App, officer: Actor) -> None:
    """`outcome="resolved"` is `TipState.RESOLVED`, also in a part of a composed act."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe đạp", unit="hoa-lu")
    app.tips.triage(officer, tip.id, category="crime")
    app.tips.assign(officer, tip.id, unit="hoa-lu")

    def settle(parts: Composition) -> Tip:
        return parts.include(app.tips.settle, tip.id, "resolved", answer="Đã tìm thấy", reason="found")

    assert app.compose(officer, "settled", settle).state is TipState.RESOLVED
