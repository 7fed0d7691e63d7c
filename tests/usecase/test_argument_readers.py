"""Arguments that would silently find nothing or everything are refused when a program calls a verb directly."""

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
from anninh_core.usecase.argument_readers import LONGEST_PAGE, build_readers
from anninh_core.usecase.arguments import Limit


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    with memory_app() as app:
        yield app


@pytest.fixture(scope="module")
def officer(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "moderator", "board_admin")


@pytest.fixture(params=["tips", "inquiries", "content", "moderation"])
def list_method(app: App, request: pytest.FixtureRequest) -> Callable[..., object]:
    method: Callable[..., object] = getattr(app, request.param).list
    return method


def test_an_unknown_state_is_refused(list_method: Callable[..., object], officer: Actor) -> None:
    """An unknown state is refused with a list of the valid states, instead of giving an empty list."""
    with pytest.raises(BadInput, match=r"There is no state 'nonsense': choose one of \w+, "):
        list_method(officer, state="nonsense")


@pytest.mark.parametrize("limit", [0, -1, LONGEST_PAGE + 1, 100_000, True, "50"])
def test_invalid_page_limit_is_refused(list_method: Callable[..., object], officer: Actor, limit: object) -> None:
    """A page limit that is too small, too large or no integer is refused."""
    with pytest.raises(BadInput, match=f"A page can't have {limit!r} records: ask for 1 to 10000"):
        list_method(officer, limit=limit)


def test_valid_arguments_are_accepted(app: App, officer: Actor) -> None:
    """A state may be given as an enumeration member, its value or None, and a page may have the maximum length."""
    for state in (TipState.RECEIVED, "received", None):
        assert app.tips.list(officer, state=state, limit=LONGEST_PAGE).items == ()


def test_limit_of_failures_is_checked(app: App, officer: Actor) -> None:
    """The limit of a list that the storage doesn't page is checked too."""
    with pytest.raises(BadInput, match="records: ask for 1 to"):
        app.failures.troubles(officer, limit=-1)


class _Colour(Enum):
    RED = "red"


def test_arguments_are_checked_by_place_and_by_name() -> None:
    """Arguments are checked whether given by position or by name; those that are neither a limit nor an enumeration
    aren't checked.
    """

    def sample_use_case(
        self: object, session: object, text: str, colour: _Colour | None = None, *, limit: Limit = 1
    ) -> None: ...

    argument_readers = build_readers(sample_use_case)
    assert [(reader.name, reader.position) for reader in argument_readers.readers] == [("colour", 1), ("limit", -1)]
    assert argument_readers.apply(("x", "red"), {"limit": 5}) == ("x", _Colour.RED)
    assert argument_readers.apply(("x", None), {}) == ("x", None)
    by_name: dict[str, object] = {"colour": "red"}
    assert argument_readers.apply((), by_name) == ()
    assert by_name == {"colour": _Colour.RED}
    with pytest.raises(BadInput, match="There is no colour 'blue': choose one of red"):
        argument_readers.apply(("x", "blue"), {})


def test_an_enumeration_is_accepted_by_its_value(app: App, officer: Actor) -> None:
    """`outcome="resolved"` is read as `TipState.RESOLVED`, also in a command of a composition."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe đạp", unit="hoa-lu")
    app.tips.triage(officer, tip.id, category="crime")
    app.tips.assign(officer, tip.id, unit="hoa-lu")

    def settle_tip(parts: Composition) -> Tip:
        return parts.include(app.tips.settle, tip.id, "resolved", answer="Đã tìm thấy", reason="found")

    assert app.compose(officer, "settled", settle_tip).state is TipState.RESOLVED
